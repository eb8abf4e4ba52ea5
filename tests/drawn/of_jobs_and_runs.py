"""Samples of what is said about jobs and their runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.blocks import backlog, incident, job, refused, run, runs, storm
from bot.blocks.parts import message
from bot.domain.announcement import FailedAgain, Flaps
from bot.domain.backlog import BacklogShown
from bot.domain.history import History, RunFilter, RunRow, Strip
from bot.domain.incident import Alert, Ending, Incident, IncidentKey
from bot.domain.job import JobTitle
from bot.domain.notice import Drawn, Message, Notice, NoticeKind
from bot.domain.refused import PagerRefused, SlackRefused
from bot.domain.run import Failure, RunState
from bot.domain.storm import Storm, StormShown
from tests.drawn.samples import of
from tests.drawn.world import NOW, PLACE, a_job, a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drawn.samples import Builder


@of(job.jobs)
def jobs(build: Builder, name: str) -> Iterator[Any]:
    yield build([a_job(name)] * 100, 100, name)
    yield build([a_job(name)], 1, "", [a_job(name)] * 20, 100)
    yield build([], 0, "", [a_job(name)] * 20, None)
    yield build([], 0, name)
    yield build([], 0, "")


@of(job.may_only_look)
def may_only_look(build: Builder, name: str) -> Iterator[Any]:
    yield build([a_job(name)] * 20, None)
    yield build([replace(a_job(name), airflow_schedule=name)], 1)


@of(job.ask_pause)
def ask_pause(build: Builder, name: str) -> Iterator[Any]:
    yield build(replace(a_job(name), airflow_schedule=name), "r")
    yield build(a_job(name), "r")


@of(job.ask_resume)
def ask_resume(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_job(name), "r")


@of(job.paused)
def paused(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_job(name), is_paused=True)
    yield build(a_job(name), is_paused=False)


def in_every_state(build: Builder, name: str) -> Iterator[Any]:
    for state in RunState:
        for shared in (True, False):
            yield build(a_run(name, state), shared=shared)


for each in (run.card, run.failure, run.log_reply, run.result, run.recovery):
    of(each)(in_every_state)


@of(run.withheld)
def withheld(build: Builder, _name: str) -> Iterator[Any]:
    yield build()


@of(run.log_tail)
def log_tail(build: Builder, name: str) -> Iterator[Any]:
    for state in RunState:
        yield build(a_run(name, state))


@of(run.private_log)
def private_log(build: Builder, name: str) -> Iterator[Any]:
    for state in RunState:
        yield build(a_run(name, state))


@of(runs.history)
def history(build: Builder, name: str) -> Iterator[Any]:
    shown = [a_run(name, state) for state in (*RunState, *RunState)]
    rows = [
        RunRow(replace(each, run=replace(each.run, run_key=f"{place:024}")), may_run=place % 2 == 0)
        for place, each in enumerate(shown)
    ]
    strips = [Strip(name, (*RunState, *RunState))] * len(rows)
    tz = ZoneInfo("America/Argentina/Buenos_Aires")
    failed = RunFilter((JobTitle(rows[0].card.job.key, name),), RunState.FAILED, "U0TOM", begins=NOW)
    day = datetime(2026, 11, 28, tzinfo=tz)
    yield build(History(failed, 1, rows, strips, newer="n", older="o"), tz)
    yield build(History(RunFilter(), 0, rows[:1], strips[:1]), tz)
    yield build(History(failed, 0, []), tz)
    yield build(History(RunFilter(begins=day, ends=day + timedelta(days=1)), 0, []), tz)
    yield build(History(RunFilter(), 0, []), tz)
    yield build(History(RunFilter(), 1, [], newer="n"), tz)


@of(runs.retried)
def retried(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_run(name, RunState.FAILED))


def an_alert(name: str, state: RunState = RunState.FAILED, count: int = 1, **changes: Any) -> Alert:
    last = a_run(name, state)
    of_it = IncidentKey(PLACE, 1, last.run.key, "s" * 24)
    began = Incident("f" * 24, of_it, NOW, NOW, NOW, NOW, last.run.run_key, last.run.run_key)
    return Alert(replace(began, **changes), last, count, NOW)


def alerts(name: str) -> Iterator[Alert]:
    claimed: dict[str, Any] = {"claimed_by": "U1", "claimed_at": NOW}
    for state in RunState:
        yield an_alert(name, state, 1)
    yield an_alert(name, count=12_345, **claimed)
    yield an_alert(name, flaps=True, times=3)
    yield an_alert(name, muted_by="U1", muted_until=NOW + timedelta(hours=2))
    yield an_alert(name, muted_by="U1", **claimed)
    yield an_alert(name, escalated_at=NOW)
    for ending in Ending:
        ended: dict[str, Any] = {
            "ended_at": NOW + timedelta(hours=6),
            "ending": ending,
            "mended_by": "U1",
            "mended_try": 2,
        }
        yield an_alert(name, RunState.DONE, 24, **ended)
        yield replace(an_alert(name, RunState.DONE, 24, **ended), is_below_its_card=True)
    for state in (RunState.FAILED, RunState.RUNNING):
        yield replace(an_alert(name, state, 24), is_above_its_reply=True)


def incidents_in_every_state(build: Builder, name: str) -> Iterator[Any]:
    for each in alerts(name):
        for shared in (True, False):
            yield build(each, shared=shared)


for builder in (incident.alert, incident.reminder):
    of(builder)(incidents_in_every_state)


@of(incident.recovered)
def recoveries(build: Builder, name: str) -> Iterator[Any]:
    for each in alerts(name):
        if each.incident.ended_at is not None:
            yield build(each, shared=False)


@of(incident.failed_again)
def retries_that_failed(build: Builder, name: str) -> Iterator[Any]:
    yield build(FailedAgain(name, "U1", 2, name * 20), shared=False)
    yield build(FailedAgain(name, "U1", 2, ""), shared=True)


@of(incident.will_remind)
def reminders(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(NOW)


@of(incident.all_done)
def done_for_all(build: Builder, name: str) -> Iterator[Any]:
    yield build("Claimed", 12, [name] * 9)
    yield build("Retrying", 1, [])


def storms(build: Builder, name: str) -> Iterator[Any]:
    """Of one error, of more than are shown, and when it is over."""
    began = Storm("f" * 24, PLACE, NOW, NOW)
    alike = tuple(alerts(name)) * 4
    failing = [an_alert(name) for _ in range(300)]
    apart = tuple(
        replace(each, last=replace(each.last, run=replace(each.last.run, failure=of_kind(number, name))))
        for number, each in enumerate(failing)
    )
    for shared in (True, False):
        for all_of_it in (alike, apart, (an_alert(name, ended_at=NOW),), ()):
            yield build(StormShown(began, all_of_it), shared=shared)
            yield build(StormShown(replace(began, ended_at=NOW), all_of_it), shared=shared)


def of_kind(number: int, name: str) -> Failure:
    return Failure(f"task_{chr(97 + number % 20)}", 1, name * 20, "")


of(storm.storm)(storms)
of(storm.storm_over)(storms)


@of(backlog.backlog)
def backlogs(build: Builder, name: str) -> Iterator[Any]:
    """With more of each than is named, and with a single message."""
    runs_ = tuple(a_run(name, state) for state in RunState) * 3
    words = FailedAgain(name, "U1", 2, name * 20)
    kept = Message(name, ()) if name else Message("x", ())
    notices = tuple(
        Notice(number, PLACE, NoticeKind.WORDS, "s" * 24, words if number % 2 else None, Drawn(kept, None))
        for number in range(20)
    )
    for shared in (True, False):
        yield build(
            BacklogShown(NOW, 400, tuple(alerts(name)) * 4, runs_, notices, left_out=100),
            reader_id="C1",
            shared=shared,
        )
        yield build(BacklogShown(NOW, 2, (an_alert(name),), (), ()), reader_id="U1", shared=shared)
        yield build(BacklogShown(NOW, 2, (), (), ()), reader_id="U1", shared=shared)


@of(incident.flaps)
def flapping(build: Builder, name: str) -> Iterator[Any]:
    yield build(Flaps(name, 3, NOW))


@of(refused.pager_refused)
def pagers(build: Builder, name: str) -> Iterator[Any]:
    for code in ("400", "no_answer", "unknown_routing_key"):
        yield build(PagerRefused(name, name, code))


@of(refused.moved)
def moved_ones(build: Builder, name: str) -> Iterator[Any]:
    for code in ("channel_not_found", "user_disabled", "messages_tab_disabled", "new_word", ""):
        for place_id in ("C0FINANCE", "U0MAYA"):
            yield build(message(name), place_id, code)


@of(refused.refused)
def refusals(build: Builder, name: str) -> Iterator[Any]:
    del name
    for code in ("channel_not_found", "is_archived", "restricted_action", "missing_scope", "invalid_blocks"):
        yield build(SlackRefused("C0FINANCE", code))
        yield build(SlackRefused("U0MAYA", code))
