"""Why runs failed is read beside the watcher's step: a log that hangs keeps no other failure waiting."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Unavailable
from bot.domain.job import Job, JobKey
from bot.rules.access import Asker
from bot.workers import beside, late_details
from bot.workers.watcher import Watcher
from tests.unit.workers.test_incidents import incidents_at, shown
from tests.world import FINANCE, TOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.world import World

pytestmark = pytest.mark.both_databases
SECOND = timedelta(seconds=1)
OTHERS = 3
HANGS = Unavailable("Airflow", "it did not answer in time")


class Hanging:
    """An answer of Airflow that does not come until it is let go."""

    def __init__(self, world: World, name: str, dag_id: str) -> None:
        self._answer = getattr(world.airflow, name)
        self._dag_id = dag_id
        self.goes_on, self.asked = Event(), 0
        self.raises: Unavailable | None = None

    def __call__(self, dag_id: str, run_id: str) -> Any:
        if dag_id == self._dag_id:
            self.asked += 1
            assert self.goes_on.wait(timeout=120)
            if self.raises is not None:
                raise self.raises
        return self._answer(dag_id, run_id)


@pytest.fixture
def log_of_the_first(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    """Let the log of the first job's runs hang."""
    hanging = Hanging(world, "failure", "load_0")
    monkeypatch.setattr(world.airflow, "failure", hanging)
    monkeypatch.setattr(beside, "PATIENCE", 0.5)
    yield hanging
    hanging.goes_on.set()


def add_jobs(world: World) -> None:
    for number in range(OTHERS + 1):
        key = JobKey(world.airflow.deployment, f"load_{number}")
        job = Job(key, f"Load {number}", tags=frozenset({"finance"}))
        fails: Any = lambda _conf, _try: "TimeoutError: 30 s"  # noqa: E731  short
        world.airflow.add(job, tasks=("pull",), takes=SECOND, fails=fails)
    world.catalogue.step()
    world.watcher.step()


def fail_all(world: World, *, by_hand: bool) -> None:
    """Let all jobs fail within a second, the first one first."""
    for number in range(OTHERS + 1):
        if by_hand:
            world.run_now(TOM, dag_id=f"load_{number}")
        else:
            world.airflow.start_elsewhere(f"load_{number}", "scheduled__1")
            world.clock.advance(timedelta(milliseconds=10))
    if by_hand:
        world.step()
    world.clock.advance(2 * SECOND)


def told(world: World) -> set[str]:
    """Return which jobs the channel has been told of as failed."""
    said = [shown(each) for each in world.slack.posted if each.channel_id == FINANCE]
    return {f"Load {n}" for n in range(OTHERS + 1) for each in said if f"Load {n}* failed" in each}


@pytest.mark.slow
@pytest.mark.parametrize("by_hand", [False, True])
def test_while_one_log_hangs_all_failures_are_told_and_its_reason_is_put_in_once_it_comes(
    world: World, log_of_the_first: Hanging, *, by_hand: bool
):
    add_jobs(world)
    fail_all(world, by_hand=by_hand)
    everybody = {f"Load {number}" for number in range(OTHERS + 1)}
    looking = Thread(target=wait_for, args=[lambda: step(world) or told(world) == everybody], daemon=True)
    looking.start()
    looking.join(timeout=90)

    assert not looking.is_alive(), "the watcher waits for a log"
    wait_for(lambda: step(world) or reasons(world, "Load 1") == 1)
    assert reasons(world, "Load 0") == 0

    log_of_the_first.goes_on.set()
    wait_for(lambda: step(world) or reasons(world, "Load 0") == 1)
    wait_for(lambda: step(world) or logs(world) >= OTHERS + 1)
    for _ in range(3):
        step(world)
    assert logs(world) == OTHERS + 1
    assert told(world) == everybody


def logs(world: World) -> int:
    return len([each for each in world.slack.posted if "end of" in each.message.text])


def reasons(world: World, title: str) -> int:
    """Return how many messages in the channel say why this job failed."""
    said = [shown(each) for each in world.slack.posted if each.channel_id == FINANCE]
    return sum(f"{title}* failed" in each and "TimeoutError: 30 s" in each for each in said)


def step(world: World) -> bool:
    """Let a second pass; return False, to go on with what is waited for."""
    world.clock.advance(SECOND)
    world.watcher.step()
    world.notifier.step()
    return False


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds."""
    end = monotonic() + 60
    while not condition():
        assert monotonic() < end, "it did not come"
        sleep(0.05)


def test_a_log_that_never_comes_is_asked_for_a_few_times_and_then_no_more(
    world: World, log_of_the_first: Hanging, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(beside, "PATIENCE", 0.1)
    add_jobs(world)
    fail_all(world, by_hand=False)
    world.watcher.step()
    log_of_the_first.raises = HANGS
    log_of_the_first.goes_on.set()

    wait_for(lambda: step(world) or told(world) == {f"Load {number}" for number in range(OTHERS + 1)})
    for _ in range(2 * late_details.MOST_TRIES):
        world.clock.advance(late_details.AGAIN_AFTER * 2**late_details.MOST_TRIES)
        step(world)
        wait_for(lambda: nothing_is_read(world))
    assert log_of_the_first.asked == 1 + late_details.MOST_TRIES


@pytest.mark.slow
@pytest.mark.parametrize("by_hand", [False, True])
def test_a_reason_that_was_being_read_as_the_process_ended_is_read_by_the_next(
    world: World, log_of_the_first: Hanging, *, by_hand: bool
):
    add_jobs(world)
    fail_all(world, by_hand=by_hand)
    everybody = {f"Load {number}" for number in range(OTHERS + 1)}
    wait_for(lambda: step(world) or told(world) == everybody)
    world.watcher = Watcher(world.database, world.clock, world.airflow, "here")
    log_of_the_first.goes_on.set()

    wait_for(lambda: step(world) or reasons(world, "Load 0") == 1)
    wait_for(lambda: step(world) or logs(world) == OTHERS + 1)
    asked = log_of_the_first.asked
    for _ in range(3):
        world.clock.advance(late_details.AGAIN_AFTER)
        step(world)
    assert (logs(world), log_of_the_first.asked) == (OTHERS + 1, asked)


@pytest.mark.slow
@pytest.mark.parametrize("refused_for", [timedelta(seconds=20), timedelta(minutes=2)])
def test_a_reason_that_airflow_refuses_for_a_while_is_asked_for_a_few_times_more(
    world: World, log_of_the_first: Hanging, refused_for: timedelta
):
    log_of_the_first.raises = HANGS
    log_of_the_first.goes_on.set()
    add_jobs(world)
    fail_all(world, by_hand=False)
    wait_for(lambda: step(world) or "Load 0" in told(world))
    end = world.clock.now() + refused_for
    while world.clock.now() < end:
        world.clock.advance(timedelta(seconds=29))
        wait_for(lambda: step(world) or nothing_is_read(world))
    log_of_the_first.raises = None
    for _ in range(8):
        world.clock.advance(timedelta(seconds=59))
        wait_for(lambda: step(world) or nothing_is_read(world))

    assert reasons(world, "Load 0") == 1


@pytest.mark.slow
@pytest.mark.parametrize(("after", "comes"), [(timedelta(hours=3), True), (timedelta(days=2), False)])
def test_after_a_day_nobody_asks_why_it_failed(
    world: World, log_of_the_first: Hanging, after: timedelta, *, comes: bool
):
    add_jobs(world)
    fail_all(world, by_hand=False)
    wait_for(lambda: step(world) or "Load 0" in told(world))
    world.watcher = Watcher(world.database, world.clock, world.airflow, "here")
    log_of_the_first.goes_on.set()
    world.clock.advance(after)
    for _ in range(10):
        step(world)
        wait_for(lambda: nothing_is_read(world))

    assert reasons(world, "Load 0") == comes


def nothing_is_read(world: World) -> bool:
    """Return whether the watcher has all the answers that it asked for."""
    return all(each.done() for each in world.watcher._details._beside._late.values())


@pytest.mark.slow
def test_a_reason_that_comes_while_a_retry_runs_is_left_out(world: World, log_of_the_first: Hanging):
    add_jobs(world)
    world.run_now(TOM, dag_id="load_0")
    world.step()
    wait_for(lambda: step(world) or told(world) == {"Load 0"})
    (incident,) = incidents_at(world)
    world.incidents.retry(Asker(TOM), incident.incident_id)
    world.dispatcher.step()
    world.watcher.step()  # which sees that it goes on again

    log_of_the_first.goes_on.set()
    for _ in range(20):  # at one of these the reason has come
        world.watcher.step()
        sleep(0.02)

    assert reasons(world, "Load 0") == 0
    wait_for(lambda: step(world) or reasons(world, "Load 0") == 1)
