"""What a notice shows when it is sent, and under which message it belongs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.blocks import incident as of_incident
from bot.blocks import run as of_run
from bot.blocks import storm as of_storm
from bot.blocks.alert_rule import with_why
from bot.blocks.announcement import draw
from bot.blocks.backlog import backlog
from bot.blocks.late import late
from bot.blocks.refused import moved
from bot.domain.announcement import Reminder
from bot.domain.backlog import BacklogShown
from bot.domain.condition_told import NotBegun, RunsLong
from bot.domain.incident import Alert
from bot.domain.notice import Message, NoticeKind
from bot.language.command_name import message_under_its_name
from bot.rules.alert_shown import alerts_of, storm_shown
from bot.rules.alerting import in_open_storm, roots
from bot.rules.backlog import backlog_shown
from bot.rules.late import late_shown
from bot.rules.readers import Curtailed, Reader, Shown, Withheld
from bot.rules.run_card import run_card

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.incident import Incident
    from bot.domain.notice import Notice
    from bot.domain.ports import Airflow
    from bot.rules.destination import Destination
    from storage.transaction import Transaction

KEPT = frozenset(
    {
        NoticeKind.CARD,
        NoticeKind.QUESTION,
        NoticeKind.INCIDENT,
        NoticeKind.STORM,
        NoticeKind.LATE,
        NoticeKind.BACKLOG,
    }
)
"""Notices whose messages are edited, or replied to, from then on."""
_ON_THEIR_OWN = frozenset(
    {NoticeKind.WORDS, NoticeKind.QUESTION, NoticeKind.STORM, NoticeKind.LATE, NoticeKind.BACKLOG}
)
_OF_INCIDENTS = frozenset({NoticeKind.INCIDENT, NoticeKind.RECOVERED, NoticeKind.AGAIN})
_OF_STORMS = frozenset({NoticeKind.STORM, NoticeKind.STORM_OVER})
_QUIET = frozenset({NoticeKind.LOG, NoticeKind.AGAIN, NoticeKind.CARD})
"""Replies that the channel need not read."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The message under which a notice is posted.

    `root` is its (channel id, ts), None if the notice is posted on its own; `subject` is what it shows.
    `is_coming` says that it is still to be posted, `is_shown` that the reply also appears in the channel.
    """

    root: tuple[str, str] | None = None
    subject: str | None = None
    is_coming: bool = False
    is_shown: bool = False


class Showing:
    """Reads what notices show."""

    def __init__(self, tx: Transaction, airflows: Mapping[str, Airflow], now: datetime) -> None:
        self._tx = tx
        self._airflows = airflows
        self._now = now

    def of(
        self, notice: Notice, project_id: int | None, counted_in: Incident | None
    ) -> Shown | Curtailed | Withheld | None:
        """Return None where the notice has its own words, and where what it was about is gone.

        So it is where its reader may no longer see it, unless it is posted: then the message must change.
        `project_id`: of the place's channel, in whose words a run is shown that Airflow started by itself.
        `counted_in`: what `incident_of_card` returns.
        """
        shown = self._of(notice, project_id, counted_in)
        if not notice.place.is_direct:
            return shown
        reader = Reader(self._tx, notice.place)
        left: Shown | Curtailed | None = None
        if shown is not None:
            left = reader.left_of(shown)
        elif notice.told is not None:
            words = reader.left_of_words(notice.told, notice.subject)
            left = None if words is None else Curtailed(words)
        else:
            return None
        return left or Withheld(self._tx.outbox.card(notice.subject, notice.place) is not None)

    def _of(self, notice: Notice, project_id: int | None, counted_in: Incident | None) -> Shown | None:
        if isinstance(notice.told, Reminder):
            return self._alert(self._tx.incidents.get(notice.told.incident_id))
        if notice.told is not None or notice.drawn is not None:
            return None
        if notice.kind is NoticeKind.BACKLOG:
            return backlog_shown(self._tx, notice, self._airflows, project_id, self._now)
        if notice.kind is NoticeKind.LATE:
            return late_shown(self._tx, notice.subject)
        if notice.kind in _OF_STORMS:
            return storm_shown(self._tx, notice.subject, self._airflows, self._now)
        if notice.kind in _OF_INCIDENTS:
            alert = self._alert(self._tx.incidents.get(notice.subject))
            return alert and replace(alert, is_below_its_card=self._is_below_its_card(notice, alert.incident))
        if counted_in is not None and counted_in.first_run == notice.subject:
            alert = self._alert(counted_in)
            return alert and replace(alert, is_above_its_reply=self._is_above_its_reply(notice, counted_in))
        return run_card(self._tx, notice.subject, self._airflows, project_id)

    def _is_below_its_card(self, notice: Notice, incident: Incident) -> bool:
        """Return whether the incident's message is a reply to its first run's card, or will be."""
        outbox, place = self._tx.outbox, notice.place
        card = outbox.card(incident.first_run, place)
        if card is None:
            return False
        is_posted = outbox.card(incident.incident_id, place) is not None
        if is_posted:
            return outbox.thread(incident.incident_id, place) == card
        return thread_of(self._tx, notice, None).root == card

    def _is_above_its_reply(self, notice: Notice, incident: Incident) -> bool:
        """Return whether the card is posted, and the incident's message stands below it, or is due there."""
        outbox, place = self._tx.outbox, notice.place
        card = outbox.card(notice.subject, place)
        if card is None:
            return False
        if outbox.card(incident.incident_id, place) is not None:
            return outbox.thread(incident.incident_id, place) == card
        return outbox.is_coming(incident.incident_id, place, by=self._now)

    def _alert(self, incident: Incident | None) -> Alert | None:
        if incident is None:
            return None
        return next(iter(alerts_of(self._tx, [incident], self._airflows, self._now)), None)


def thread_of(tx: Transaction, notice: Notice, counted_in: Incident | None) -> Thread:
    """Return where a notice is posted that has no message of its own yet.

    `counted_in`: what `incident_of_card` returns.
    """
    if notice.under is not None:
        found = _first(tx, notice, (notice.under,), is_shown=False)
        if found.root is not None:
            return found
    if isinstance(notice.told, RunsLong | NotBegun):
        return _first(tx, notice, (notice.told.run_key,), is_shown=True)
    if notice.kind in _ON_THEIR_OWN:
        return Thread()
    is_shown = notice.kind not in _QUIET
    if notice.kind is NoticeKind.CARD:
        return _thread_of_card(tx, notice, counted_in)
    if notice.kind is NoticeKind.STORM_OVER:
        return _first(tx, notice, (notice.subject,), is_shown=is_shown)
    if notice.kind in _OF_INCIDENTS:
        incident = tx.incidents.get(notice.subject)
        if incident is None:
            return Thread()
        subjects = roots(incident)
        if notice.kind is NoticeKind.INCIDENT:
            subjects = tuple(each for each in subjects if each != notice.subject)
        return _first(tx, notice, subjects, is_shown=is_shown)
    return _first(tx, notice, (notice.subject,), is_shown=is_shown)


def _thread_of_card(tx: Transaction, notice: Notice, incident: Incident | None) -> Thread:
    """Return the thread in which a run's card is posted: its incident's or storm's, if either is posted."""
    if incident is None:
        return Thread()
    subjects = tuple(each for each in roots(incident) if each != notice.subject)
    if incident.first_run == notice.subject:
        subjects = subjects[1:] if in_open_storm(tx, incident) else ()
    found = _first(tx, notice, subjects, is_shown=False)
    if found.root is None and any(tx.outbox.is_coming(each, notice.place) for each in subjects):
        return Thread(is_coming=True)
    return found


def _first(tx: Transaction, notice: Notice, subjects: tuple[str, ...], *, is_shown: bool) -> Thread:
    for each in subjects:
        root = tx.outbox.thread(each, notice.place)
        if root is not None:
            return Thread(root, each, is_shown=is_shown)
    return Thread()


def incident_of_card(tx: Transaction, notice: Notice) -> Incident | None:
    """Return the incident of the notice's place that counts the run of a card; None for other notices."""
    if notice.kind is not NoticeKind.CARD:
        return None
    return next((each for each in tx.incidents.of_run(notice.subject) if each.of.place == notice.place), None)


def stands_in(notice: Notice, posted: tuple[str, str] | None, under: Thread) -> str | None:
    """Return the channel of the message that the notice edits or replies to; None for a new message."""
    if notice.kind in KEPT and posted is not None:
        return posted[0]
    return None if under.root is None else under.root[0]


def message_of(
    notice: Notice, shown: Shown | Curtailed | Withheld | None, where: Destination, command: str
) -> Message | None:
    """Return what is sent to its destination; None where there is nothing to say any more."""
    drawn = drawn_of(notice, shown, shared=where.shared)
    if drawn is None:
        return None
    if notice.rule:
        drawn = with_why(drawn, notice.rule)
    if where.is_elsewhere:
        drawn = moved(drawn, notice.place.channel_id, where.code)
    said = message_under_its_name(drawn, command)
    return Message(said.text) if notice.plain else said


def drawn_of(notice: Notice, shown: Shown | Curtailed | Withheld | None, *, shared: bool) -> Message | None:
    """Return what is said; None where there is nothing to say any more."""
    if isinstance(notice.told, Reminder):
        return of_incident.reminder(shown, shared=shared) if isinstance(shown, Alert) else None
    if isinstance(shown, Withheld):
        return of_run.withheld() if notice.kind in KEPT and shown.is_posted else None
    told = shown.told if isinstance(shown, Curtailed) else notice.told
    if told is not None:
        return draw(told, reader_id=notice.place.channel_id, shared=shared)
    if notice.drawn is not None:
        kept = notice.drawn
        return kept.in_shared if shared and kept.in_shared is not None else kept.message
    if isinstance(shown, BacklogShown):
        return backlog(shown, reader_id=notice.place.channel_id, shared=shared)
    if isinstance(shown, Alert) and notice.kind is NoticeKind.CARD:
        return of_incident.alert(shown, shared=shared)
    return None if shown is None else _DRAWN[notice.kind](shown, shared=shared)


_DRAWN: Mapping[NoticeKind, Callable[..., Message | None]] = {
    NoticeKind.LATE: late,
    NoticeKind.CARD: of_run.card,
    NoticeKind.INCIDENT: of_incident.alert,
    NoticeKind.RECOVERED: of_incident.recovered,
    NoticeKind.STORM: of_storm.storm,
    NoticeKind.STORM_OVER: of_storm.storm_over,
    NoticeKind.FAILURE: of_run.failure,
    NoticeKind.LOG: of_run.log_reply,
    NoticeKind.RESULT: of_run.result,
    NoticeKind.RECOVERY: of_run.recovery,
}
