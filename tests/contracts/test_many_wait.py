"""Many people wait for a slow Slack or Airflow at once: everybody else is answered."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from bot.services.room import MOST_AT_AIRFLOW
from handlers import turns
from playground.slack.faults import Fault
from tests.fakes.talking import TALKS, talking
from tests.world import FINANCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

TOO_MANY = "Please send it once more in a minute."
SLOW = 9.0
"""Seconds: longer than anybody waits for a form."""


@pytest.fixture
def slack(world: World) -> Iterator[RunningWorkspace]:
    with talking(world, planned="trigger") as running:
        yield running


@pytest.fixture
def maya(slack: RunningWorkspace) -> Person:
    return slack.driver.as_person("Maya Chen")


def test_forms_that_slack_opens_slowly_hold_up_nobody_else(
    slack: RunningWorkspace, tom: Person, maya: Person
):
    """Twenty of them held the threads on which everybody is acknowledged."""
    forms = TALKS + 1
    slack.workspace.faults.plan("views.open", Fault(seconds=SLOW), times=forms)
    for _ in range(forms):
        tom.type("#finance", "/schedule")

    maya.type("#finance", "/schedule list")

    maya.see("#finance", "no schedules", timeout=100)
    for who in (tom, maya):
        who.see_no("#finance", "did not respond")


@contextmanager
def hanging(world: World) -> Iterator[threading.Semaphore]:
    """An Airflow that lets every stop wait until the end; one is released as each begins to."""
    real, let_go, begun = world.airflow.stop, threading.Event(), threading.Semaphore(0)

    def stop(*arguments: object, **named: object) -> object:
        begun.release()
        let_go.wait(60)
        return real(*arguments, **named)  # type: ignore[arg-type]

    world.airflow.stop = stop  # type: ignore[method-assign, assignment]
    try:
        yield begun
    finally:
        let_go.set()
        world.airflow.stop = real  # type: ignore[method-assign]


def test_presses_that_a_slow_airflow_lets_wait_hold_up_nobody_else(
    world: World, slack: RunningWorkspace, tom: Person, maya: Person
):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(timedelta(seconds=4))
    card = world.slack.posted[0].message
    WebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(
        channel=FINANCE, text=card.text, blocks=list(card.blocks)
    )
    shown = tom.see("#finance", "Build warehouse")
    with hanging(world) as begun:
        for _ in range(TALKS - 1):
            tom.press("Stop", in_=shown)
            assert begun.acquire(timeout=100), "the press reached Airflow"

        maya.type("#finance", "/schedule list")

        maya.see("#finance", "no schedules", timeout=100)
        assert MOST_AT_AIRFLOW >= TALKS - 1
    tom.see_no("#finance", "did not respond")


def test_whoever_comes_when_there_is_no_room_is_told_so_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """Slack's own words, “did not respond”, leave open whether anything was done."""
    monkeypatch.setattr(turns, "MOST_WAITING", 0)
    with talking(world) as crowded:
        tom = crowded.driver.as_person("Tom Okafor")
        tom.type("#finance", "/schedule list")
        tom.see("#finance", TOO_MANY)
        tom.type("Runbell", "list")
        tom.see("Runbell", TOO_MANY)

        tom.see_no("#finance", "did not respond")
