"""What tests of late and long runs share: time that passes with their worker, a job that takes long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from bot.domain.alert_rule import AlertEvent
from bot.domain.job import Job, JobKey
from tests.unit.workers.test_alert_rules import IN_FINANCE, PLAIN
from tests.unit.workers.test_incidents import shown
from tests.world import FINANCE, MAYA, TOM

if TYPE_CHECKING:
    from tests.fakes.slack import Posted
    from tests.world import World


MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


TOMS, MAYAS = f"D{TOM.person_id}", f"D{MAYA.person_id}"


def go_on(world: World, span: timedelta, *, stride: timedelta = 10 * SECOND) -> None:
    """Let time pass, with the worker of conditions beside the other loops."""
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(min(stride, end - world.clock.now()))
        world.step()
        world.conditions.step()
        world.notifier.step()


def about(world: World, words: str, channel_id: str = FINANCE) -> list[Posted]:
    return [each for each in world.slack.posted if each.channel_id == channel_id and words in shown(each)]


def add_job(world: World, *, takes: timedelta) -> dict[str, timedelta]:
    """Add a job whose runs take as long as is kept in what is returned."""
    state = {"takes": takes}
    job = Job(JobKey(world.airflow.deployment, "load"), "Load", tags=frozenset({"finance"}))
    world.airflow.add(job, tasks=("pull",), takes=lambda _conf: state["takes"])
    world.catalogue.step()
    return state


def has_run_often(world: World, state: dict[str, timedelta]) -> None:
    """Let the job's runs of Airflow's own schedule take what is usual, often enough to say so."""
    world.watcher.step()
    for number in range(5):
        world.airflow.start_elsewhere("load", f"scheduled__{number}")
        go_on(world, state["takes"] + 20 * SECOND)


def catalogued(world: World, **changes: object) -> None:
    world.airflow.change("nightly_cleanup", **changes)
    world.catalogue.step()


def hears_late_runs(world: World, *, hears: bool) -> None:
    """Let Finance's channel hear of late runs of Airflow's own schedules, or of failures only."""
    events = {AlertEvent.FAILURE} | ({AlertEvent.LATE} if hears else set())
    world.alerting.change(IN_FINANCE, f"airflow.{FINANCE}", replace(PLAIN, events=frozenset(events)))


def asks_the_rules(world: World) -> bool:
    """Whether the worker's next step reads any alert rules."""
    asked: list[str] = []

    def note(*call: Any) -> None:
        asked.append(call[2])

    event.listen(world.database._engine, "before_cursor_execute", note)
    world.conditions.step()
    event.remove(world.database._engine, "before_cursor_execute", note)
    return any("alert_rules" in each for each in asked)
