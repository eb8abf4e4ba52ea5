"""Whatever people do to a schedule: the next run that its card names is the next run there is."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from how_many import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.blocks import schedule as blocks
from bot.domain.errors import UserError
from bot.domain.when import zone_of
from bot.language.say import say_moment
from bot.rules.access import Asker
from storage.tables import firings
from tests.world import BERLIN, NINE, TOM, World

if TYPE_CHECKING:
    from datetime import datetime

    from tests.databases import Databases

BY = Asker(TOM)
HOUR, LEAD = timedelta(hours=1), timedelta(seconds=45)
WHENS = ("0 * * * *", "0 */2 * * *", "0 10-14 * * *", "every day at 11am", "today at noon")
STEPS = st.one_of(
    st.sampled_from(("skip", "skip", "undo", "pause", "resume", "hour", "hour", "hour", "almost an hour")),
    st.tuples(st.just("pause until"), st.integers(1, 9)),
    st.tuples(st.just("edit"), st.sampled_from(WHENS)),
)


class OneSchedule:
    """A schedule, and what its card says; the clock stands on a whole hour and 15 s, or 30 s before one."""

    def __init__(self, world: World, when: str) -> None:
        self.world = world
        self.key = world.schedule(when).schedule_id
        self.skipped: list[str] = []

    def said(self) -> str:
        """Return how the card names its next run; "" where it names none."""
        listed = self.world.scheduling.show(BY, self.key)
        shown = blocks.schedule(listed, timedelta(minutes=10)).blocks[0]["text"]["text"]
        _, found, named = shown.partition("Next: ")
        return named.split("\n")[0] if found else ""

    def do(self, act: str, more: int | str | None) -> None:
        with suppress(UserError):
            match act:
                case "skip":
                    self.skipped.append(self.world.adjusting.skip_next(BY, self.key).firing_id)
                case "undo" if self.skipped:
                    self.world.adjusting.undo_skip(BY, self.skipped.pop())
                case "pause":
                    self.world.scheduling.pause(BY, self.key)
                case "pause until":
                    assert isinstance(more, int)
                    until = self.world.clock.now() + more * HOUR / 2
                    self.world.scheduling.pause(BY, self.key, until=until)
                case "resume":
                    self.world.scheduling.resume(BY, self.key)
                case "edit":
                    self._edit(str(more))
                case _:
                    pass

    def _edit(self, when: str) -> None:
        offer = self.world.drafting.to_edit(BY, self.key).offer
        wanted = self.world.when(when)
        draft = self.world.drafting.propose(BY, offer, when=wanted, inputs={}, changes=self.key).draft
        self.world.drafting.confirm(BY, draft.draft_id)

    def let_pass(self, act: str) -> list[datetime]:
        """Go over the next whole hour, or to within the lead of it; return the moments that ran."""
        begun = self.world.clock.now()
        whole = begun.replace(minute=0, second=0, microsecond=0) + HOUR
        self.world.clock.set(max(begun, whole - timedelta(seconds=50)))
        ends = whole + timedelta(seconds=15) if act == "hour" else whole - timedelta(seconds=30)
        while self.world.clock.now() < ends:
            self.world.dispatcher.step()
            self.world.clock.advance(min(timedelta(seconds=10), ends - self.world.clock.now()))
        self.world.dispatcher.step()
        self.world.watcher.step()
        with self.world.database.transaction() as tx:
            rows = tx.connection.execute(firings.select().where(firings.c.schedule_id == self.key))
            ran = [row.due_at for row in rows if row.state == "handed over"]
        return sorted(due_at for due_at in ran if begun < due_at <= self.world.clock.now())


@pytest.mark.slow
@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(when=st.sampled_from(WHENS), steps=st.lists(STEPS, min_size=3, max_size=12))
def test_what_is_said_next_is_what_runs_next(
    databases: Databases, when: str, steps: list[str | tuple[str, int | str]]
):
    with databases.fresh() as database:
        schedule = OneSchedule(World(database, now=NINE + timedelta(seconds=15)), when)
        for step in [*steps, *["hour"] * 6]:
            act, more = (step, None) if isinstance(step, str) else step
            if "hour" not in act:
                schedule.do(act, more)
                continue
            said = schedule.said()
            ran = schedule.let_pass(act)
            if ran:
                assert said == say_moment(ran[0], BERLIN)
            else:
                assert not said or said not in _until_now(schedule)


def _until_now(schedule: OneSchedule) -> list[str]:
    """Name all whole hours that have come, as the card would."""
    now = schedule.world.clock.now()
    zone = zone_of(schedule.world.scheduling.show(BY, schedule.key).schedule.when)
    return [say_moment(NINE + hours * HOUR, zone) for hours in range(48) if NINE + hours * HOUR <= now]
