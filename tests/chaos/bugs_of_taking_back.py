"""Bugs to be planted in what is taken back: by a pause, a skip, an edit, and from Airflow."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from sqlalchemy import select, update

from bot.domain.firing import FiringState
from bot.domain.when import next_after
from bot.rules import editing, planned
from bot.services.schedules import adjusting, scheduling
from bot.workers.withdrawal import Withdrawal
from storage.moments import Moments
from storage.schedules import Schedules
from storage.tables import firings
from tests.chaos.planting import Bug, planted

NOT_HANDED_OVER = [FiringState.DUE, FiringState.WAITING]


def withdrawn_by_delete() -> Bug:
    def stop(_self: Any, airflow: Any, firing: Any, _there: Any) -> bool:
        tasks = airflow.tasks(firing.key.dag_id, firing.run_id)
        airflow._airflow._forget((firing.key.dag_id, firing.run_id))
        return any(task.started_at is not None for task in tasks)

    return planted(patch.object(Withdrawal, "_stop", stop))


def a_withdrawal_leaves_its_id_free() -> Bug:
    return planted(patch.object(Withdrawal, "_take_its_id", lambda *_: None))


def nobody_reads_whether_it_had_begun() -> Bug:
    stop = Withdrawal._stop

    def unread(*arguments: Any) -> bool:
        stop(*arguments)
        return False

    return planted(patch.object(Withdrawal, "_stop", unread))


def an_undone_skip_does_not_wait_for_its_withdrawal() -> Bug:
    def undo(tx: Any, schedule: Any, firing_id: str, due_at: Any) -> bool:
        gone = {"state": FiringState.CANCELLED, "act_at": None, "reason": "a skip was undone"}
        tx.connection.execute(update(firings).where(firings.c.firing_id == firing_id).values(**gone))
        if schedule.next_due_at is not None and due_at < schedule.next_due_at:
            tx.schedules.advance(schedule.schedule_id, due_at)
        return True

    return planted(patch.object(adjusting, "undo_skip", undo))


def a_pause_takes_nothing_back() -> Bug:
    return planted(patch.object(scheduling, "withdraw", lambda *_, **__: None))


def an_edit_takes_nothing_back() -> Bug:
    return planted(patch.object(editing, "withdraw_what_is_ahead", lambda *_, **__: None))


def a_skip_is_forgotten() -> Bug:
    """The schedule passes over the moment, and nothing is written of it."""

    def skip(tx: Any, schedule: Any, due_at: Any, _now: Any, *, reason: str) -> str:
        tx.schedules.advance(schedule.schedule_id, next_after(schedule.when, due_at))
        return f"none, {reason}"

    return planted(patch.object(adjusting, "skip", skip))


def a_pause_leaves_what_waits() -> Bug:
    take_back = planned.take_back

    def not_what_waits(tx: Any, firing: Any, *others: Any, **named: Any) -> None:
        if firing.state is not FiringState.WAITING:
            take_back(tx, firing, *others, **named)

    return planted(patch.object(planned, "take_back", not_what_waits))


def a_pause_says_nothing_of_what_was_not_planned() -> Bug:
    return planted(patch.object(planned, "_write_down_unplanned", lambda *_, **__: None))


def an_edit_forgets_what_was_not_planned() -> Bug:
    return planted(patch.object(planned, "_plan_what_is_due", lambda *_: None))


def an_edit_changes_what_is_due_already() -> Bug:
    edit = Schedules.edit

    def both(self: Any, schedule_id: str, **named: Any) -> None:
        edit(self, schedule_id, **named)
        open_ones = (firings.c.schedule_id == schedule_id) & firings.c.state.in_(NOT_HANDED_OVER)
        self._connection.execute(update(firings).where(open_ones).values(inputs=dict(named["inputs"])))

    return planted(patch.object(Schedules, "edit", both))


def a_skip_of_what_is_being_taken_back_is_lost() -> Bug:
    take_back = planned.take_back

    def not_again(tx: Any, firing: Any, *others: Any, **named: Any) -> None:
        if firing.state is not FiringState.WITHDRAWING:
            take_back(tx, firing, *others, **named)

    return planted(patch.object(planned, "take_back", not_again))


def what_was_skipped_makes_others_give_way() -> Bug:
    def later_due(self: Any, firing: Any, now: Any, *, limit: int = 1) -> int:
        later = select(firings.c.firing_id).where(
            firings.c.schedule_id == firing.schedule_id,
            firings.c.due_at > firing.due_at,
            firings.c.due_at <= now,
            firings.c.state != FiringState.CANCELLED,
        )
        return len(self._connection.execute(later.limit(limit)).all())

    return planted(patch.object(Moments, "later_due", later_due))


def an_undone_skip_brings_back_what_an_edit_took_away() -> Bug:
    return planted(patch.object(adjusting, "has_moment", lambda *_: True))


BUGS = (
    withdrawn_by_delete,
    a_withdrawal_leaves_its_id_free,
    nobody_reads_whether_it_had_begun,
    an_undone_skip_does_not_wait_for_its_withdrawal,
    a_pause_takes_nothing_back,
    a_pause_leaves_what_waits,
    a_pause_says_nothing_of_what_was_not_planned,
    an_edit_takes_nothing_back,
    an_edit_forgets_what_was_not_planned,
    an_edit_changes_what_is_due_already,
    a_skip_is_forgotten,
    a_skip_of_what_is_being_taken_back_is_lost,
    what_was_skipped_makes_others_give_way,
    an_undone_skip_brings_back_what_an_edit_took_away,
)
