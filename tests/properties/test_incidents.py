"""Incidents as a state machine: runs fail and work, two people claim, mute and retry, in any order."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.domain.alert_rule import AlertEvent, How
from bot.domain.errors import Conflict, NotAllowed
from bot.domain.firing import Firing, FiringState
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.run import Failure, Run, RunState
from bot.rules.access import Asker
from bot.rules.alert_routing import rules_of
from bot.rules.alert_wanted import Wanted
from bot.rules.alerting import roots
from bot.workers import announcing
from tests.properties.how_many import examples
from tests.world import FINANCE, MAYA, TEAM, TOM, World

if TYPE_CHECKING:
    from bot.domain.alert_rule import AlertRule
    from bot.domain.incident import Incident
    from bot.domain.project import Person
    from tests.databases import Databases

pytestmark = pytest.mark.both_databases
BROKE = Failure("check", 1, "3 orders were refused", "line 1")
SETTINGS = settings(
    max_examples=examples(50),
    stateful_step_count=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PEOPLE = st.sampled_from([TOM, MAYA])
HERE = f"here.{FINANCE}"
FAILURES = frozenset({AlertEvent.FAILURE, AlertEvent.RECOVERY})
HOWS = [(How.FIRST, 1), (How.EACH, 1), (How.AFTER, 3)]
QUIET = [(None, None), (time(8), time(10)), (time(9, 30), time(9, 45))]
"""None, around the beginning of the world, and a while after it."""


class Incidents(RuleBasedStateMachine):
    """Of one job's runs by hand in one channel. What ought to be is kept beside, in a few plain fields."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self._fresh = self.databases.fresh()
        self.world = World(self._fresh.__enter__())
        self.place = Place(TEAM, FINANCE)
        self.failed: list[Run] = []
        """Runs of the open incident that are failed now."""
        self.counted: set[str] = set()
        self.claimed_by: str | None = None

    def teardown(self) -> None:
        self._fresh.__exit__(None, None, None)

    @property
    def incidents(self) -> list[Incident]:
        with self.world.database.transaction() as tx:
            return tx.incidents.begun_since(self.place, self.world.clock.now() - timedelta(days=99))

    @property
    def open(self) -> Incident | None:
        return next((each for each in self.incidents if each.ended_at is None), None)

    def _end(self, run: Run, state: RunState, retried_by: str | None = None) -> Run:
        """As the watcher writes it down."""
        now = self.world.clock.now()
        failure = BROKE if state is RunState.FAILED else None
        ended = Run(
            run.run_key, run.key, run.run_id, state, run.firing_id, run.due_at, run.started_at, now,
            failure=failure, retried_by=None if failure else retried_by,
        )  # fmt: skip
        with self.world.database.transaction() as tx:
            tx.runs.lock(run.run_key)
            tx.runs.keep(ended, at=now)
            firing = tx.firings.get(run.firing_id or "")
            assert firing is not None
            announcing.ended(tx, ended, firing, now, retried_by=retried_by)
        return ended

    def _begin(self) -> Run:
        self.world.clock.advance(timedelta(seconds=1))
        now, key = self.world.clock.now(), JobKey("default", "import_orders")
        firing_id = new_id()
        firing = Firing(
            firing_id, None, now, key, {}, self.world.projects["Finance"], TOM.person_id, self.place,
            FiringState.HANDED_OVER,
        )  # fmt: skip
        run = Run(new_id(), key, f"runbell__{firing_id}", RunState.RUNNING, firing_id, now, now, None)
        with self.world.database.transaction() as tx:
            tx.firings.add(firing, act_at=now + timedelta(hours=1), at=now)
            tx.runs.add(run, at=now)
        return run

    @rule()
    def fails(self) -> None:
        self.failed.append(self._end(self._begin(), RunState.FAILED))
        self.counted.add(self.failed[-1].run_key)

    @rule()
    def works(self) -> None:
        self._end(self._begin(), RunState.DONE)
        self._over()

    @precondition(lambda self: self.failed)
    @rule(who=PEOPLE, works=st.booleans())
    def is_retried(self, who: Person, works: bool) -> None:
        run = self.failed[-1]
        open_one = self.open
        assert open_one is not None
        self.world.incidents.retry(Asker(who), open_one.incident_id)
        for other in (TOM, MAYA):
            with pytest.raises(Conflict):
                self.world.incidents.retry(Asker(other), open_one.incident_id)
        self.failed.pop()
        ended = self._end(run, RunState.DONE if works else RunState.FAILED, who.person_id)
        if works:
            self._over()
        else:
            self.failed.append(ended)

    @precondition(lambda self: self.failed)
    @rule()
    def is_cleared_in_airflow(self) -> None:
        """The oldest of them: the job works only once none of its runs is failed."""
        run = self.failed.pop(0)
        self._end(run, RunState.DONE)
        if not self.failed:
            self._over()

    @rule(who=PEOPLE)
    def is_claimed(self, who: Person) -> None:
        open_one = self.open
        if open_one is None:
            return
        if self.claimed_by is None:
            self.world.incidents.claim(Asker(who), open_one.incident_id)
            self.claimed_by = who.person_id
        else:
            with pytest.raises(Conflict, match=self.claimed_by):
                self.world.incidents.claim(Asker(who), open_one.incident_id)

    @rule(who=PEOPLE)
    def is_released(self, who: Person) -> None:
        open_one = self.open
        if open_one is not None and self.claimed_by is not None:
            self.world.incidents.release(Asker(who), open_one.incident_id)
            self.claimed_by = None

    @rule(who=PEOPLE)
    def is_muted_until_fixed(self, who: Person) -> None:
        open_one = self.open
        if open_one is not None and open_one.muted_by is None:
            self.world.incidents.mute_until_fixed(Asker(who), open_one.incident_id)

    @rule(minutes=st.sampled_from([0, 40, 150]))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.advance(timedelta(minutes=minutes, seconds=7))
        self.world.notifier.step()
        self.what_is_held_back_is_told_once_nothing_holds_it_back()

    @rule()
    def a_day_passes_in_which_nobody_acts(self) -> None:
        """No run is to come that could mend what somebody has run by hand."""
        open_one = self.open
        self.world.clock.advance(timedelta(hours=25))
        with self.world.database.transaction() as tx:
            announcing.calmed(tx, self.world.clock.now())
        if open_one is not None and open_one.is_failing:
            assert self.open is None
            self.failed.clear()
            self.counted.clear()
            self.claimed_by = None

    @rule(how=st.sampled_from(HOWS), quiet=st.sampled_from(QUIET), who=PEOPLE)
    def its_rule_is_changed(
        self, how: tuple[How, int], quiet: tuple[time | None, time | None], who: Person
    ) -> None:
        """Only by the manager. Another one may have changed it since: nobody works on an old one."""
        wanted = Wanted(
            None, FAILURES, *how, None, 0, ("channel",), quiet, says_nothing_happened=False, until=None
        )
        if who is TOM:
            with pytest.raises(NotAllowed):
                self.world.alerting.change(Asker(TOM, FINANCE), HERE, wanted)
        else:
            self.world.alerting.change(Asker(who, FINANCE), HERE, wanted)

    @rule()
    def its_rule_is_muted(self) -> None:
        self.world.alerting.mute(Asker(MAYA, FINANCE), HERE)

    @rule()
    def its_rule_is_as_everybody_has_it(self) -> None:
        try:
            self.world.alerting.remove(Asker(MAYA, FINANCE), HERE)
        except Conflict:
            assert self._rule().rule_id == ""

    def _rule(self) -> AlertRule:
        with self.world.database.transaction() as tx:
            return next(each for each in rules_of(tx, self.place) if each.reference == HERE)

    @rule()
    def what_is_held_back_is_told_once_nothing_holds_it_back(self) -> None:
        self.world.summing.step()
        now, open_one, its_rule = self.world.clock.now(), self.open, self._rule()
        if open_one is None:
            return
        is_held = its_rule.is_muted(now) or its_rule.held_until(now) is not None
        is_few = its_rule.how is How.AFTER and len(self.counted) < its_rule.after
        assert not open_one.is_unsaid or is_held or is_few

    def _over(self) -> None:
        last = self.incidents[-1] if self.incidents else None
        if last is not None and last.flaps and last.ended_at is None:
            return  # it is over once five runs in a row were good
        self.failed.clear()
        self.counted.clear()
        self.claimed_by = None

    @invariant()
    def at_most_one_is_open_and_it_counts_what_failed(self) -> None:
        open_ones = [each for each in self.incidents if each.ended_at is None]
        assert len(open_ones) <= 1
        assert bool(open_ones) == bool(self.counted)
        if open_ones:
            with self.world.database.transaction() as tx:
                counts = tx.incidents.counts([open_ones[0].incident_id])
            assert counts == {open_ones[0].incident_id: len(self.counted)}
            assert open_ones[0].claimed_by == self.claimed_by

    @invariant()
    def nobody_hears_of_what_is_held_back(self) -> None:
        open_one = self.open
        if open_one is not None and open_one.is_unsaid:
            with self.world.database.transaction() as tx:
                assert not tx.outbox.is_heard(open_one.incident_id, self.place)
                assert not tx.outbox.is_coming(open_one.incident_id, self.place)

    @invariant()
    def what_fails_and_is_not_held_back_is_told(self) -> None:
        open_one = self.open
        if open_one is None or open_one.is_unsaid or open_one.muted_by is not None or open_one.flaps:
            return
        with self.world.database.transaction() as tx:
            assert any(
                tx.outbox.is_heard(each, self.place) or tx.outbox.is_coming(each, self.place)
                for each in roots(open_one)
            )

    @invariant()
    def nothing_is_left_unsaid_in_the_end(self) -> None:
        with self.world.database.transaction() as tx:
            assert tx.outbox.waiting() < 200


@pytest.mark.slow
def test_incidents_keep_what_they_promise(databases: Databases):
    machine = type("OnOneKind", (Incidents,), {"databases": databases})

    run_state_machine_as_test(machine, settings=SETTINGS)
