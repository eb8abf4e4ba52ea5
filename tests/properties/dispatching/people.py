"""What people do to schedules, at any time, and what each schedule owes from then on."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain.errors import UserError
from bot.domain.schedule import MissedPolicy, OverlapPolicy
from bot.domain.when import next_after
from bot.rules.access import Asker
from tests.properties.dispatching.kept import Kept, Rest
from tests.properties.dispatching.processes import Processes
from tests.world import MAYA

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.when import When
    from tests.databases import Databases

WHENS = {
    "every 2 minutes": timedelta(minutes=2),
    "every 5 minutes": timedelta(minutes=5),
    "every hour": timedelta(hours=1),
    "every day at 9:10": timedelta(days=1),
}
"""By words, the time between two moments. Of the daily one, none is superseded within hours."""
LEAST = {"sales_report": ("rows", 1), "build_warehouse": ("seconds", 150)}
"""By job, the input that edits change, and its least value. The warehouse takes so long."""
LONGER = 400
"""Seconds, so that the next moment waits for longer than the grace."""
JOBS = ("sales_report", "build_warehouse", "nightly_cleanup")
BY = Asker(MAYA)
MOST_SCHEDULES = 4
INDEX = st.integers(0, MOST_SCHEDULES - 1)


class People(RuleBasedStateMachine):
    databases: Databases
    """Set by whoever runs it: each example begins with a fresh one."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        self.processes = Processes(self.undo, self.databases)
        self.world, self.airflow = self.processes.world, self.processes.airflow
        self.kept: list[Kept] = []
        self.rests: list[Rest] = []
        self._values = count()

    @initialize(when=st.sampled_from(sorted(WHENS)), dag_id=st.sampled_from(JOBS))
    def first(self, when: str, dag_id: str) -> None:
        self.add(when, dag_id, MissedPolicy.LATEST, OverlapPolicy.WAIT)

    @precondition(lambda self: len(self.kept) < MOST_SCHEDULES)
    @rule(
        when=st.sampled_from(sorted(WHENS)),
        dag_id=st.sampled_from(JOBS),
        missed=st.sampled_from(MissedPolicy),
        overlap=st.sampled_from(OverlapPolicy),
    )
    def add(self, when: str, dag_id: str, missed: MissedPolicy, overlap: OverlapPolicy) -> None:
        inputs = self.another_value(dag_id)
        schedule = self.world.schedule(when, MAYA, dag_id=dag_id, **inputs)
        with self.processes.database.transaction() as tx:
            tx.schedules.set_policies(
                schedule.schedule_id, missed=missed, overlap=overlap, grace=None, most_failures=None
            )
        value = next(iter(inputs.values()), None)
        now = self.processes.now()
        first = first_of(schedule.when, now)
        made = Kept(
            schedule, missed, overlap, when, first, WHENS[when], value, passed_to=now, rested=self.rests
        )
        self.kept.append(made)

    def another_value(self, dag_id: str) -> dict[str, int]:
        """Of its input: one that it never had, so that each run tells which edit it was made by."""
        if dag_id not in LEAST:
            return {}
        name, least = LEAST[dag_id]
        value = next(self._values)
        longer = LONGER if dag_id == "build_warehouse" and value % 3 == 0 else 0
        return {name: least + longer + value}

    @rule(index=INDEX)
    def pause(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            with suppress(UserError):
                self.world.scheduling.pause(BY, each.key)
                each.stop(self.processes.now(), self.processes.order())

    @rule(index=INDEX)
    def resume(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            with suppress(UserError):
                self.world.scheduling.resume(BY, each.key)
                each.resume(self.processes.now(), self.processes.order())

    @rule(index=INDEX)
    def delete(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            with suppress(UserError):
                self.world.scheduling.delete(BY, each.key)
                each.stop(self.processes.now(), self.processes.order())
                each.is_deleted = True

    @rule(index=INDEX)
    def skip(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            with suppress(UserError):
                skipped = self.world.adjusting.skip_next(BY, each.key)
                assert skipped.due_at > self.processes.now(), f"{skipped.due_at} was skipped, and has passed"
                assert skipped.due_at not in each.skipped, f"{skipped.due_at} was skipped twice"
                each.skip(skipped.due_at, skipped.firing_id, self.processes.order())

    @rule(index=INDEX)
    def undo_skip(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            for due_at, firing_id in list(each.skipped.items()):
                with suppress(UserError):
                    self.world.adjusting.undo_skip(BY, firing_id)
                    each.undo_skip(due_at)

    @rule(index=INDEX)
    def edit(self, index: int) -> None:
        """Its inputs; its times stay, so that the same moments get other runs."""
        for each in self.kept[index : index + 1]:
            self._edit(each, each.when, self.another_value(each.schedule.key.dag_id))

    @rule(index=INDEX)
    def edit_times(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            others = sorted(WHENS)
            when = others[(others.index(each.when) + 1) % len(others)]
            name, _ = LEAST.get(each.schedule.key.dag_id, ("", 0))
            self._edit(each, when, {} if each.value is None else {name: each.value})

    def _edit(self, each: Kept, when: str, inputs: dict[str, int]) -> None:
        now, order = self.processes.now(), self.processes.order()
        with suppress(UserError):
            editable = self.world.drafting.to_edit(BY, each.key)
            wanted = editable.schedule.when if when == each.when else self.world.when(when)
            draft = self.world.drafting.propose(
                BY, editable.offer, when=wanted, inputs=inputs, changes=each.key
            ).draft
            self.world.previews.confirm(BY, draft.draft_id)
            first, value = first_of(wanted, now), next(iter(inputs.values()), None)
            each.edit(now, order, when=when, first=first, step=WHENS[when], value=value)

    @rule(minutes=st.sampled_from((1, 3, 12, 70)))
    def pause_project(self, minutes: int) -> None:
        """All of it rests until then; a pause that lasts gets another end."""
        now, project_id = self.processes.now(), self.world.projects["Finance"]
        until = now + timedelta(minutes=minutes)
        self.world.services().pausing_projects.pause(BY, project_id, until)
        if self.rests and now < self.rests[-1].ends_at:
            self.rests[-1].ends_at = until
            self.rests[-1].latest_end = max(self.rests[-1].latest_end, until)
        else:
            self.rests.append(Rest(now, self.processes.order(), until, until))

    @rule()
    def resume_project(self) -> None:
        with suppress(UserError):
            self.world.services().pausing_projects.resume(BY, self.world.projects["Finance"])
            self.rests[-1].ends_at = self.processes.now()

    @rule()
    def run_now(self) -> None:
        with suppress(UserError):
            self.world.run_now(MAYA)

    def change_of_mind(self, index: int, words: str, *, between: Callable[[], None] = lambda: None) -> None:
        """`words`: names of the above, joined by "and"."""
        acts = {
            "pause": self.pause,
            "resume": self.resume,
            "delete": self.delete,
            "skip": self.skip,
            "undo": self.undo_skip,
            "edit": self.edit,
            "edit times": self.edit_times,
            "pause the project": lambda _index: self.pause_project(3),
            "resume the project": lambda _index: self.resume_project(),
        }
        for place, word in enumerate(filter(None, words.split(" and "))):
            if place:
                between()
            acts[word](index)


def first_of(when: When, now: datetime) -> datetime:
    """Also before now, as far as a clock may be put back."""
    first = next_after(when, now - timedelta(days=1))
    assert first is not None
    return first
