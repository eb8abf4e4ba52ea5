"""Bugs to be planted in what is planned, what waits, and what becomes of moments that were missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from bot.domain.firing import FiringState
from bot.domain.schedule import MissedPolicy
from bot.domain.when import next_after
from bot.rules.planned import firing_of
from bot.services.schedules import scheduling
from bot.workers import decision
from bot.workers.decision import LATEST_IF_UNDER
from bot.workers.dispatcher import Dispatcher
from bot.workers.withdrawal import Withdrawal
from tests.chaos.planting import Bug, planted


def planning_is_two_transactions() -> Bug:
    """First the schedule moves on, then its firing is written: what dies in between loses a moment."""

    def plan(self: Any) -> bool:
        horizon = self._clock.now() + self._timing.lead
        with self._database.transaction() as tx:
            due = tx.schedules.claim_due(horizon, limit=100)
            for each in due:
                tx.schedules.advance(each.schedule_id, next_after(each.when, each.next_due_at))
        with self._database.transaction() as tx:
            for each in due:
                firing = firing_of(each, each.next_due_at)
                act_at = each.next_due_at - self._lead(tx, each.key)
                tx.firings.add(firing, act_at=act_at, at=self._clock.now())
        return False

    return planted(patch.object(Dispatcher, "_plan", plan))


def planning_goes_on_from_now() -> Bug:
    """What was due while nothing ran is passed over."""

    def fire(self: Any, tx: Any, schedule: Any, lead: Any, now: Any, _horizon: Any) -> bool:
        due_at = schedule.next_due_at
        firing = firing_of(schedule, due_at)
        if not tx.firings.add(firing, act_at=due_at - lead, at=now) and self._is_withdrawing(tx, firing):
            return False
        tx.schedules.advance(schedule.schedule_id, next_after(schedule.when, max(due_at, now)))
        return False

    return planted(patch.object(Dispatcher, "_fire", fire))


def a_resumed_schedule_makes_up_for_what_was_due() -> Bug:
    def earlier(when: Any, moment: Any) -> Any:
        return next_after(when, moment - timedelta(minutes=10))

    return planted(patch.object(scheduling, "next_after", earlier))


def two_wait_at_once() -> Bug:
    """One after the other, and both are run."""
    overlapping = decision._overlapping

    def in_line(facts: Any, firing: Any, schedule: Any, now: Any) -> Any:
        return overlapping(facts, firing, replace(schedule, missed=MissedPolicy.ALL), now)

    return planted(patch.object(decision, "_overlapping", in_line))


def one_that_waited_gives_no_way() -> Bug:
    """To a newer one that was sent because it only waited."""
    overlapping = decision._overlapping

    def at_once(facts: Any, firing: Any, schedule: Any, now: Any) -> Any:
        return overlapping(facts, firing, schedule, now) if facts.previous(firing) else None

    return planted(patch.object(decision, "_overlapping", at_once))


def to_wait_is_to_be_missed() -> Bug:
    late = decision._late

    def without_excuse(tx: Any, firing: Any, *others: Any) -> Any:
        waits = firing.state is FiringState.WAITING
        return late(tx, replace(firing, state=FiringState.DUE) if waits else firing, *others)

    return planted(patch.object(decision, "_late", without_excuse))


def not_only_the_latest_is_run_late() -> Bug:
    late = decision._late

    def all_of_them(tx: Any, firing: Any, schedule: Any, now: Any, grace: Any) -> Any:
        found = late(tx, firing, schedule, now, grace)
        lenient = schedule is not None and schedule.missed is MissedPolicy.LATEST
        return None if lenient and now - firing.due_at <= LATEST_IF_UNDER else found

    return planted(patch.object(decision, "_late", all_of_them))


def the_latest_is_run_however_late() -> Bug:
    return planted(patch.object(decision, "LATEST_IF_UNDER", timedelta(days=9)))


def only_two_are_caught_up() -> Bug:
    return planted(patch.object(decision, "MOST_CAUGHT_UP", 2))


def any_number_is_caught_up() -> Bug:
    return planted(patch.object(decision, "MOST_CAUGHT_UP", 1000))


def none_is_run_late_all_the_same() -> Bug:
    """Under the policy to run none."""
    late = decision._late

    def lenient(tx: Any, firing: Any, schedule: Any, now: Any, grace: Any) -> Any:
        strict = schedule is not None and schedule.missed is MissedPolicy.NONE
        taken = replace(schedule, missed=MissedPolicy.LATEST) if strict else schedule
        return late(tx, firing, taken, now, grace)

    return planted(patch.object(decision, "_late", lenient))


def what_has_not_begun_is_missed_whatever_the_policy() -> Bug:
    def missed(_self: Any, tx: Any, firing: Any, _now: Any) -> None:
        tx.firings.move(firing, FiringState.MISSED)

    return planted(patch.object(Withdrawal, "_missed", missed))


def what_has_not_begun_is_run_again_and_not_withdrawn() -> Bug:
    stop = Withdrawal._stop

    def leave(self: Any, airflow: Any, firing: Any, there: Any) -> bool:
        return firing.ends_as is not FiringState.MISSED and stop(self, airflow, firing, there)

    return planted(patch.object(Withdrawal, "_stop", leave))


BUGS = (
    planning_is_two_transactions,
    planning_goes_on_from_now,
    a_resumed_schedule_makes_up_for_what_was_due,
    two_wait_at_once,
    one_that_waited_gives_no_way,
    to_wait_is_to_be_missed,
    not_only_the_latest_is_run_late,
    the_latest_is_run_however_late,
    only_two_are_caught_up,
    any_number_is_caught_up,
    none_is_run_late_all_the_same,
    what_has_not_begun_is_missed_whatever_the_policy,
    what_has_not_begun_is_run_again_and_not_withdrawn,
)
