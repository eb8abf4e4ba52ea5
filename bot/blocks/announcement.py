"""Messages that nobody asked for, drawn from the facts that the outbox keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import (
    absence,
    access_request,
    alert_rule,
    alert_sum,
    condition,
    firing,
    incident,
    introduction,
    job_trouble,
    project_pause,
    refused,
    suspension,
    taking_over,
    touched,
)
from bot.domain import announcement, condition_told, project_paused
from bot.domain.alert_sum import AlertSum
from bot.domain.refused import PagerRefused, SlackRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.announcement import Announcement
    from bot.domain.notice import Message


def draw(told: Announcement, *, reader_id: str, shared: bool) -> Message:
    """Draw it for one place. `reader_id`: the place's id. `shared`: another company reads along there."""
    match told:
        case announcement.OwnersLostRight():
            return suspension.suspended(told, reader_id=reader_id)
        case announcement.DidNotRun():
            return firing.not_run(told, shared=shared)
        case announcement.FailedAgain():
            return incident.failed_again(told, shared=shared)
        case announcement.ScheduleTouched():
            return touched.touched(told, reader_id=reader_id)
        case announcement.JobChanged():
            return job_trouble.changed(told, shared=shared)
        case announcement.NotRetried():
            return firing.not_retried(told, shared=shared)
        case announcement.StoppedAfterFailures():
            return condition.stopped(told, shared=shared)
        case _:
            return _DRAWN[type(told)](told)


_DRAWN: Mapping[type[Announcement], Callable[..., Message]] = {
    announcement.AccessAsked: access_request.asks,
    announcement.AccessSettled: access_request.settled,
    announcement.AccessAllowed: access_request.allowed,
    announcement.AccessDeclined: access_request.declined,
    announcement.StandsIn: absence.you_stand_in,
    announcement.IsBack: absence.is_back,
    announcement.ChannelMapped: introduction.introduction,
    announcement.CannotBePlanned: suspension.cannot_be_planned,
    announcement.Redirected: suspension.redirected,
    announcement.TakenOver: taking_over.was_taken_over,
    announcement.Flaps: incident.flaps,
    announcement.Withdrawn: firing.withdrawn,
    project_paused.ProjectPaused: project_pause.paused,
    project_paused.ProjectGoesOn: project_pause.goes_on,
    SlackRefused: refused.refused,
    announcement.SampleAlert: alert_rule.sample,
    AlertSum: alert_sum.summed,
    condition_told.RunsLong: condition.runs_long,
    condition_told.NotBegun: condition.not_begun,
    condition_told.NeverCame: condition.never_came,
    condition_told.Away: condition.away,
    PagerRefused: refused.pager_refused,
}
