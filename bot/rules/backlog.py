"""What waited for long is summed up: which messages are, and what the one in place of them shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.announcement import (
    CannotBePlanned,
    ChannelMapped,
    DidNotRun,
    FailedAgain,
    Flaps,
    JobChanged,
    NotRetried,
    Redirected,
    ScheduleTouched,
)
from bot.domain.backlog import SEVERAL, SUMMED_UP_AFTER, BacklogShown
from bot.domain.identity import new_id
from bot.domain.notice import NoticeKind
from bot.domain.refused import PagerRefused, SlackRefused
from bot.rules.alert_shown import alerts_of
from bot.rules.run_card import run_card

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.incident import Incident
    from bot.domain.notice import Notice
    from bot.domain.ports import Airflow
    from bot.domain.project import Place
    from storage.transaction import Transaction

_SUMMED_UP = (
    CannotBePlanned, ChannelMapped, DidNotRun, FailedAgain, Flaps, JobChanged, NotRetried, PagerRefused,
    Redirected, ScheduleTouched, SlackRefused,
)  # fmt: skip
"""News for everybody. All other words answer somebody, or ask for something, and are said on their own."""
MOST_READ = 300
"""How many messages the sum is made of; of more only their number is said."""


def sum_up(tx: Transaction, now: datetime) -> None:
    """Put one message in front of what several of a place have waited to say, and those below it."""
    for place in tx.backlog.places(now - SUMMED_UP_AFTER, at_least=SEVERAL):
        subject = tx.backlog.lock_sum(place)
        waiting = [each for each in tx.backlog.lock_waiting(place, now) if _is_news(each)]
        if subject is not None:
            tx.backlog.sum_up(place, subject, waiting, now=now)
            continue
        since = now - SUMMED_UP_AFTER
        overdue = [each for each in waiting if each.wanted_at is not None and each.wanted_at <= since]
        if len(overdue) >= SEVERAL:
            tx.backlog.sum_up(place, new_id(), waiting, now=now)


def _is_news(notice: Notice) -> bool:
    if notice.kind is NoticeKind.QUESTION:
        return isinstance(notice.told, JobChanged)
    return notice.kind is not NoticeKind.WORDS or isinstance(notice.told, _SUMMED_UP)


def backlog_shown(
    tx: Transaction, notice: Notice, airflows: Mapping[str, Airflow], project_id: int | None, now: datetime
) -> BacklogShown | None:
    """Return everything that the sum shows, as it is now. None if nothing is below it any more.

    `project_id`: of the place's channel, in whose words a run is shown that Airflow started by itself.
    """
    below, count, since = tx.backlog.summed_up(notice.subject, most=MOST_READ)
    if since is None:
        return None
    found: dict[str, Incident] = {}
    run_keys: list[str] = []
    for each in below:
        incidents = list(_incidents_of(tx, each, notice.place))
        found |= {one.incident_id: one for one in incidents}
        if each.kind is NoticeKind.CARD and not incidents:
            run_keys.append(each.subject)
    alerts = alerts_of(tx, list(found.values()), airflows, now)
    alerts.sort(key=lambda each: each.incident.ended_at or each.incident.failed_at, reverse=True)
    cards = [run_card(tx, each, airflows, project_id) for each in dict.fromkeys(run_keys)]
    return BacklogShown(
        since,
        count,
        tuple(alerts),
        tuple(each for each in cards if each is not None),
        _words(below),
        left_out=count - len(below),
    )


def _words(below: Sequence[Notice]) -> tuple[Notice, ...]:
    return tuple(each for each in below if each.told is not None or each.drawn is not None)


def _incidents_of(tx: Transaction, notice: Notice, place: Place) -> Iterable[Incident]:
    """Return the incidents that the message is about."""
    if notice.kind is NoticeKind.CARD:
        return [each for each in tx.incidents.of_run(notice.subject) if each.of.place == place][:1]
    if notice.kind in {NoticeKind.INCIDENT, NoticeKind.RECOVERED}:
        incident = tx.incidents.get(notice.subject)
        return [] if incident is None else [incident]
    if notice.kind in {NoticeKind.STORM, NoticeKind.STORM_OVER}:
        return tx.incidents.in_storm(notice.subject)
    return []
