"""Whatever people do to a schedule: the next run that is said of it, anywhere, is the next there is."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.blocks import preview as previews
from bot.blocks import schedule as blocks
from bot.domain.errors import UserError
from bot.domain.listed import Wanted
from bot.domain.when import zone_of
from bot.language.say import say_moment
from bot.rules.access import Asker
from storage.tables import firings
from tests.properties.how_many import examples
from tests.world import BERLIN, MAYA, NINE, TOM, World

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.notice import Message
    from tests.databases import Databases

BY, MANAGER = Asker(TOM), Asker(MAYA)
HOUR, LEAD, A_WEEK = timedelta(hours=1), timedelta(seconds=45), timedelta(days=7)
GRACE = timedelta(minutes=10)
WHENS = ("0 * * * *", "0 */2 * * *", "0 10-14 * * *", "every day at 11am", "today at noon")
PLAIN = ("skip", "skip", "undo", "pause", "resume", "run now", "project resume", "delete and undo")
STEPS = st.one_of(
    st.sampled_from((*PLAIN, "hour", "hour", "hour", "almost an hour")),
    st.tuples(st.just("pause until"), st.integers(1, 9)),
    st.tuples(st.just("project pause"), st.integers(1, 9)),
    st.tuples(st.just("edit"), st.sampled_from(WHENS)),
)


class OneSchedule:
    """A schedule, and what is said of it; the clock stands on a whole hour and 15 s, or 30 s before one."""

    def __init__(self, world: World, when: str) -> None:
        self.world = world
        self.services = world.services()
        self.key = world.schedule(when).schedule_id
        self.skipped: list[str] = []

    def said(self) -> str:
        """Return how the card names its next run, "" where it names none."""
        return _named(blocks.schedule(self.world.scheduling.show(BY, self.key), GRACE))

    def said_everywhere(self) -> str:
        """Return what the card says; a list, the week and Home must say the same."""
        said = self.said()
        (in_list,) = self.world.scheduling.page(BY, Wanted()).shown
        assert _said_in(blocks.row(in_list)) == said
        ahead = self.world.scheduling.ahead(BY, Wanted(), until=self.world.clock.now() + A_WEEK)
        coming = [at for at, each in ahead.runs if each.schedule.schedule_id == self.key]
        assert (say_moment(coming[0], BERLIN) if coming else "") == said
        at_home = self.world.homes.read(TOM).ahead.runs
        assert [at for at, _ in at_home] == coming
        return said

    def do(self, act: str, more: int | str | None) -> None:
        """Do it, if it can be done; the answer names what the card names."""
        with suppress(UserError):
            answer = self._done(act, more)
            if answer is not None:
                assert _named(answer) == self.said_everywhere()

    def _done(self, act: str, more: int | str | None) -> Message | None:
        scheduling, now = self.world.scheduling, self.world.clock.now()
        match act:
            case "skip":
                return self._skip()
            case "undo" if self.skipped:
                return blocks.not_skipped(self.world.adjusting.undo_skip(BY, self.skipped.pop()))
            case "pause":
                return blocks.paused(scheduling.pause(BY, self.key), now=now)
            case "pause until":
                assert isinstance(more, int)
                paused = scheduling.pause(BY, self.key, until=now + more * HOUR / 2)
                return blocks.paused(paused, now=now)
            case "resume":
                return blocks.resumed(scheduling.resume(BY, self.key))
            case "edit":
                return self._edit(str(more))
            case "delete and undo":
                scheduling.delete(BY, self.key)
                return blocks.brought_back(self.world.adjusting.undo_delete(BY, self.key))
            case _:
                self._do_beside(act, more)
        return None

    def _do_beside(self, act: str, more: int | str | None) -> None:
        """Do what does not answer with the schedule."""
        project_id, pausing = self.world.projects["Finance"], self.services.pausing_projects
        match act:
            case "run now":
                run = self.world.drafting.propose_run(BY, self.key).draft
                self.world.previews.confirm(BY, run.draft_id)
            case "project pause":
                assert isinstance(more, int)
                pausing.pause(MANAGER, project_id, self.world.clock.now() + more * HOUR / 2)
            case "project resume":
                pausing.resume(MANAGER, project_id)

    def _skip(self) -> Message:
        """Skip what is said to be next: where a run is named, it can be skipped."""
        said = self.said()
        try:
            skipped = self.world.adjusting.skip_next(BY, self.key)
        except UserError:
            assert not said
            raise
        assert say_moment(skipped.due_at, BERLIN) == said
        self.skipped.append(skipped.firing_id)
        return blocks.skipped(skipped)

    def _edit(self, when: str) -> Message:
        offer = self.world.drafting.to_edit(BY, self.key).offer
        wanted = self.world.when(when)
        preview = self.world.drafting.propose(BY, offer, when=wanted, inputs={}, changes=self.key)
        done = self.world.previews.confirm(BY, preview.draft.draft_id)
        assert done.schedule is not None
        if done.next_at is not None:
            assert preview.times[0] == done.next_at
        return previews.changed(done.schedule, done.job, done.next_at)

    def let_pass(self, act: str) -> list[datetime]:
        """Go over the next whole hour, or to within the lead of it; return the moments that ran."""
        begun = self.world.clock.now()
        whole = begun.replace(minute=0, second=0, microsecond=0) + HOUR
        self.world.clock.set(max(begun, whole - timedelta(seconds=50)))
        ends = whole + timedelta(seconds=15) if act == "hour" else whole - timedelta(seconds=30)
        while self.world.clock.now() < ends:
            self.world.dispatcher.step()
            self.world.clock.advance(min(timedelta(seconds=20), ends - self.world.clock.now()))
        self.world.dispatcher.step()
        self.world.watcher.step()
        with self.world.database.transaction() as tx:
            rows = tx.connection.execute(firings.select().where(firings.c.schedule_id == self.key))
            ran = [row.due_at for row in rows if row.state == "handed over"]
        return sorted(due_at for due_at in ran if begun < due_at <= self.world.clock.now())


@pytest.mark.slow
@settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
@given(when=st.sampled_from(WHENS), steps=st.lists(STEPS, min_size=3, max_size=9))
@example(when="0 * * * *", steps=[("edit", "today at noon"), ("pause until", 4)])
def test_what_is_said_next_is_what_runs_next(
    databases: Databases, when: str, steps: list[str | tuple[str, int | str]]
):
    with databases.fresh() as database:
        schedule = OneSchedule(World(database, now=NINE + timedelta(seconds=15)), when)
        for step in [*steps, *["hour"] * 4]:
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


def _named(shown: Message) -> str:
    """Return how a message names the next run; "" where it names none."""
    texts = [each["text"]["text"] for each in shown.blocks if each["type"] == "section" and "text" in each]
    assert texts, json.dumps(shown.blocks)
    return _said_in(texts[0])


def _said_in(text: str) -> str:
    for introduced in ("Next: ", "Next run: ", "Its next time is "):
        _, found, named = text.partition(introduced)
        if found:
            return named.split("\n")[0].split(". ")[0].split(" all the same")[0].removesuffix(".")
    return ""


def _until_now(schedule: OneSchedule) -> list[str]:
    """Name all whole hours that have come, as the card would."""
    now = schedule.world.clock.now()
    zone = zone_of(schedule.world.scheduling.show(BY, schedule.key).schedule.when)
    return [say_moment(NINE + hours * HOUR, zone) for hours in range(48) if NINE + hours * HOUR <= now]
