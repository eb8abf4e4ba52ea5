"""Messages that nobody asked for, drawn from the facts that the outbox keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import (
    absence,
    access_request,
    firing,
    incident,
    introduction,
    job_trouble,
    refused,
    suspension,
    taking_over,
    touched,
)
from bot.domain import telling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.notice import Message
    from bot.domain.telling import Telling


def draw(told: Telling, *, reader_id: str, shared: bool) -> Message:
    """Draw it for one place. `reader_id`: the place's id. `shared`: another company reads along there."""
    match told:
        case telling.OwnersLostRight():
            return suspension.suspended(told, reader_id=reader_id)
        case telling.DidNotRun():
            return firing.not_run(told, shared=shared)
        case telling.FailedAgain():
            return incident.failed_again(told, shared=shared)
        case telling.ScheduleTouched():
            return touched.touched(told, reader_id=reader_id)
        case telling.NotRetried():
            return firing.not_retried(told, shared=shared)
        case _:
            return _DRAWN[type(told)](told)


_DRAWN: Mapping[type[Telling], Callable[..., Message]] = {
    telling.AccessAsked: access_request.asks,
    telling.AccessSettled: access_request.settled,
    telling.AccessAllowed: access_request.allowed,
    telling.AccessDeclined: access_request.declined,
    telling.StandsIn: absence.you_stand_in,
    telling.IsBack: absence.is_back,
    telling.ChannelMapped: introduction.introduction,
    telling.CannotBePlanned: suspension.cannot_be_planned,
    telling.Redirected: suspension.redirected,
    telling.TakenOver: taking_over.was_taken_over,
    telling.JobChanged: job_trouble.changed,
    telling.Flaps: incident.flaps,
    telling.Withdrawn: firing.withdrawn,
    telling.SlackRefused: refused.refused,
}
