"""What must be true in the end: one run of each moment that was due, or one reason that holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.firing import FiringState
from bot.domain.notice import NoticeKind
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from storage.tables import firings, notices, runs
from tests.properties.dispatching.people import LEAST
from tests.properties.dispatching.processes import TIMING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.fakes.airflow_run import FakeRun
    from tests.properties.dispatching.kept import Kept
    from tests.properties.dispatching.processes import Processes

KEPT_BACK = "its project is paused"
TAKEN_BACK = ("its schedule was", "skipped by", KEPT_BACK)
RUN_LATE = "it is to be run late"
LEASE = timedelta(seconds=30)
"""The longest from a decision to its POST."""
TWELVE_HOURS = timedelta(hours=12)
MOST_CAUGHT_UP = 100
PLACES = {"sales_report": 16, "build_warehouse": 16, "nightly_cleanup": 1}
"""By job, how many of its runs Airflow has at once."""
SETTLED_AFTER = timedelta(seconds=150)
"""Longer than any lease and any rest between attempts."""


@dataclass(frozen=True)
class Story:
    """A firing, its run, and the POST that made it: in which order, and when it was sent."""

    row: Any
    run: FakeRun | None
    kept: Kept | None
    made: tuple[int, datetime] | None
    waited: bool
    is_known: bool
    missed_at: datetime | None

    @property
    def began(self) -> bool:
        return self.run is not None and any(task.started_at is not None for task in self.run.tasks)

    @property
    def is_standing(self) -> bool:
        return bool(self.row.state != FiringState.CANCELLED)

    def __str__(self) -> str:
        run = self.run and (self.run.state, self.run.started_at, self.run.note, self.run.conf)
        return f"{self.row.dag_id} {self.row.due_at} {self.row.state}: {self.row.reason!r}; {run}"


def stories(processes: Processes, kept: Sequence[Kept]) -> list[Story]:
    by_schedule = {each.key: each for each in kept}
    with processes.database.transaction() as tx:
        rows = tx.connection.execute(select(firings).order_by(firings.c.due_at)).all()
        known = {row.firing_id for row in tx.connection.execute(select(runs.c.firing_id))}
    found = []
    for row in rows:
        run_id = f"runbell__{row.firing_id}"
        run = processes.airflow._runs.get((row.dag_id, run_id))
        waited = row.firing_id in processes.waited
        made = processes.made.get(run_id)
        schedule = by_schedule.get(row.schedule_id)
        missed_at = processes.missed_at.get(row.firing_id)
        found.append(Story(row, run, schedule, made, waited, row.firing_id in known, missed_at))
    return found


def by_moment(told: Iterable[Story]) -> dict[tuple[str, datetime], list[Story]]:
    found = defaultdict(list)
    for each in told:
        if each.kept is not None:
            found[each.kept.key, each.row.due_at].append(each)
    return found


# While all is well, and schedules are active ---------------------------------------------------------------


def check_owed(processes: Processes, kept: Sequence[Kept], *, well_since: datetime) -> None:
    told, now = stories(processes, kept), processes.now()
    moments = by_moment(told)
    for each in told:
        is_yet_to_settle = each.row.due_at > now - SETTLED_AFTER and not _was_asked_for_later(each, now)
        is_settled = FiringState(each.row.state).is_over or is_yet_to_settle
        assert is_settled or _has_to_wait(each, told, now), f"stuck: {each}"
    for one in kept:
        for moment in {moment for moment in one.owed - one.taken_back.keys() if moment <= now}:
            standing = [story for story in moments[one.key, moment] if story.is_standing]
            assert standing, f"nothing stands of {moment}: {list(map(str, moments[one.key, moment]))}"
            is_observed = well_since + SETTLED_AFTER < moment < now - timedelta(seconds=62)
            if one.is_active and is_observed:
                _check_on_time(standing[0], told)


def _was_asked_for_later(story: Story, now: datetime) -> bool:
    """A run-now, by a clock that has been put back since."""
    return story.row.schedule_id is None and story.row.due_at > now


def _has_to_wait(story: Story, told: Iterable[Story], now: datetime) -> bool:
    """For a run of the same schedule that is going, or that ended a moment ago."""
    if story.kept is None or story.kept.overlaps:
        return False
    return any(each is not story and _ended_since(each, story, now - timedelta(minutes=2)) for each in told)


def _ended_since(other: Story, story: Story, moment: datetime) -> bool:
    run = other.run
    same = other.kept is story.kept
    return same and run is not None and other.began and (run.ended_at is None or run.ended_at >= moment)


def _holds_a_place(other: Story, story: Story) -> bool:
    """One of those that Airflow has for this job: also a run of a clock that has been put back since."""
    run = other.run
    same = other.row.dag_id == story.row.dag_id
    return (
        same
        and run is not None
        and other.began
        and (run.ended_at is None or run.ended_at >= story.row.due_at)
    )


def _check_on_time(story: Story, told: Iterable[Story]) -> None:
    kept, due_at = story.kept, story.row.due_at
    assert kept is not None
    others = [each for each in told if each.row.due_at != due_at]
    before = due_at - timedelta(minutes=2)
    if not kept.overlaps and any(_ended_since(each, story, before) for each in others):
        return
    if sum(_holds_a_place(each, story) for each in others) >= PLACES[story.row.dag_id]:
        return
    slack = timedelta(seconds=10 if story.row.dag_id in LEAST else 62)  # the other has no lead
    assert story.began, f"all was well, and it did not run: {story}"
    assert story.run.started_at <= due_at + slack, f"all was well, and it was late: {story}"


# When nothing is scheduled any more ----------------------------------------------------------------------


def check_all(processes: Processes, kept: Sequence[Kept]) -> None:
    told, ever = stories(processes, kept), processes.airflow
    _check_schedules(processes, kept)
    _check_that_nothing_failed(processes)
    _check_that_each_run_has_a_firing(ever._runs, told)
    for each in told:
        check_firing(each)
        if each.kept is not None:
            check_policies(each, each.kept, processes.now())
    moments = by_moment(told)
    for one in kept:
        for moment in one.owed:
            assert moments[one.key, moment], f"nothing was written of {moment}"
        _check_overlaps(one, told)
    for (_, moment), made in moments.items():
        whole = moment, list(map(str, made))
        assert sum(each.is_standing for each in made) <= 1, whole
        assert sum(each.began for each in made) <= 1, whole
        assert len(made) > sum(each.row.reason.endswith(RUN_LATE) for each in made), whole


def check_firing(story: Story) -> None:
    row, run = story.row, story.run
    handed_over = row.state == FiringState.HANDED_OVER
    assert FiringState(row.state).is_over, story
    assert story.began <= handed_over, f"it ran all the same: {story}"
    assert handed_over <= story.began, f"it was handed over, and never ran: {story}"
    assert handed_over or row.reason, f"no reason: {story}"
    assert run is None or run.state.is_over, f"it never ended: {story}"
    assert story.is_known or not story.began, f"its run was not written down: {story}"
    if story.kept is not None and story.began:
        assert run is not None
        assert run.started_at >= row.due_at, f"too early: {story}"
        if not row.reason.startswith(TAKEN_BACK):  # or it had begun when it was to be taken back
            _check_it_was_wanted(story, story.kept)


def _check_it_was_wanted(story: Story, kept: Kept) -> None:
    row, run = story.row, story.run
    assert row.due_at in kept.wanted, f"it ran, and was not due: {story}"
    if row.dag_id in LEAST:
        value = run.conf.get(LEAST[row.dag_id][0])
        assert value in kept.wanted[row.due_at], f"it ran as it no longer was: {story}"
    if story.made is not None:
        order, sent_at = story.made
        rested = [each for each in kept.rested if each.begins_at <= row.due_at < each.ends_at]
        in_it = any(each.order < order and sent_at < each.ends_at for each in rested)
        assert not in_it, f"it was handed over, and its project rested: {story}"
    since = kept.taken_back.get(row.due_at)
    if story.made is not None and since is not None and since < story.made[0]:
        resumed = any(since < order < story.made[0] for order in kept.resumed)
        assert resumed, f"it was handed over after it was taken back: {story}"


def check_policies(story: Story, kept: Kept, now: datetime) -> None:
    match story.row.state:
        case FiringState.HANDED_OVER if story.began and story.made is not None:
            _check_lateness(story, kept, story.made[1])
        case FiringState.MISSED:
            assert _may_be_missed(story, kept, now), f"it should have been run late: {story}"
        case FiringState.SKIPPED:
            assert _may_be_skipped(story, kept), f"skipped for no reason: {story}"
        case FiringState.REJECTED:
            assert story.row.reason.startswith("Airflow refused it: 400"), story


def _check_lateness(story: Story, kept: Kept, sent_at: datetime) -> None:
    """Of one that was run: waiting for the previous run is not being late, but only the newest waits."""
    due_at, lateness = story.row.due_at, sent_at - story.row.due_at
    is_late = lateness > TIMING.grace + LEASE
    if not is_late and not story.waited:
        return
    newer = kept.later(due_at, until=sent_at - LEASE, runs=True)
    match kept.missed:
        case MissedPolicy.NONE:
            assert story.waited, f"too late: {story}"
            assert not newer, f"it waited, and a newer one did: {story}"
        case MissedPolicy.LATEST:
            assert not newer, f"late, and not the latest: {story}"
            assert story.waited or lateness <= TWELVE_HOURS + LEASE, f"much too late: {story}"
        case MissedPolicy.ALL:
            assert story.waited or newer <= MOST_CAUGHT_UP, f"too many are caught up: {story}"
            assert story.waited or lateness <= TWELVE_HOURS + LEASE, f"much too late: {story}"


def _may_be_missed(story: Story, kept: Kept, now: datetime) -> bool:
    reason, due_at = story.row.reason, story.row.due_at
    if "paused in Airflow" in reason or "has errors" in reason:
        return True
    if story.waited and reason.endswith("of its time"):
        return False  # waiting is not being late; after it, a POST may fail for too long
    decided_at = story.missed_at or now
    if "scheduler is down" in reason and any(due_at <= each <= decided_at for each in kept.stops):
        return True
    if decided_at - due_at > TWELVE_HOURS or kept.missed is MissedPolicy.NONE:
        return True
    later = kept.later(due_at, until=decided_at)
    return later >= (MOST_CAUGHT_UP if kept.missed is MissedPolicy.ALL else 1)


def _may_be_skipped(story: Story, kept: Kept) -> bool:
    reason, due_at = story.row.reason, story.row.due_at
    if reason.startswith("skipped by"):
        return due_at in kept.skipped
    if reason.startswith(KEPT_BACK):
        return any(due_at < each.latest_end for each in kept.rested)
    if kept.overlap is OverlapPolicy.SKIP:
        return True
    return kept.overlap is OverlapPolicy.WAIT and kept.later(due_at) > 0


def _check_overlaps(kept: Kept, told: Iterable[Story]) -> None:
    """Runs of one schedule follow one another, unless they may not."""
    if kept.overlaps:
        return
    mine = [each for each in told if each.kept is kept and each.began]
    for before, after in pairwise(sorted(mine, key=lambda each: each.run.started_at)):
        assert before.run.ended_at <= after.run.started_at, f"two at once: {before} and {after}"


def _check_that_each_run_has_a_firing(there: Iterable[tuple[str, str]], told: Iterable[Story]) -> None:
    known = {f"runbell__{each.row.firing_id}" for each in told}
    nobodys = [run_id for _, run_id in there if run_id not in known]
    assert not nobodys, f"runs that no firing knows of: {nobodys}"


def _check_that_nothing_failed(processes: Processes) -> None:
    """No job here ever fails: what was taken back is no failure, whatever Airflow calls it."""
    with processes.database.transaction() as tx:
        failures = select(notices.c.subject).where(notices.c.kind == NoticeKind.FAILURE)
        assert not tx.connection.execute(failures).all()


def _check_schedules(processes: Processes, kept: Iterable[Kept]) -> None:
    with processes.database.transaction() as tx:
        left = [tx.schedules.get(each.key) for each in kept]
    assert all(each is None or each.state is not ScheduleState.SUSPENDED for each in left)
