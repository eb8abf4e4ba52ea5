"""A workspace with awkward people, and apps that know it by URL and tokens alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from playground.slack.clock import ManualClock, Timing
from playground.slack.server import start_workspace
from playground.tests.apps.lunch_app import MANIFEST, LunchApp
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.raw_app import RawApp
from playground.tests.apps.running import lunch_served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace

QUICK = Timing(ack=1.5, event_retries=(0.0, 0.2, 0.4))
"""Deadlines short enough for tests to wait them out."""


@pytest.fixture(scope="module")
def workspace() -> Iterator[RunningWorkspace]:
    """One for a module: its tests tell their own messages apart."""
    running = start_workspace(DESCRIPTION, MANIFEST, timing=QUICK)
    running.workspace.rate_limits.enforced = False
    yield running
    running.stop()


@pytest.fixture(scope="module")
def app(workspace: RunningWorkspace) -> Iterator[LunchApp]:
    with lunch_served(workspace) as app:
        yield app


@pytest.fixture
def ada(workspace: RunningWorkspace, app: LunchApp) -> Person:
    del app
    return workspace.driver.as_person("Ada")


@pytest.fixture
def ben(workspace: RunningWorkspace, app: LunchApp) -> Person:
    del app
    return workspace.driver.as_person("Ben")


# One for each test: with a clock that moves by hand, and an app that answers as told.


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def fresh(clock: ManualClock) -> Iterator[RunningWorkspace]:
    running = start_workspace(DESCRIPTION, MANIFEST, timing=QUICK, clock=clock)
    yield running
    running.stop()


@pytest.fixture
def client(fresh: RunningWorkspace) -> WebClient:
    return WebClient(fresh.bot_token, base_url=fresh.api_url)


@pytest.fixture
def raw(fresh: RunningWorkspace) -> Iterator[RawApp]:
    app = RawApp(fresh).connect()
    yield app
    app.close()


@pytest.fixture
def zoe(fresh: RunningWorkspace) -> Person:
    """Ada, in the workspace of this test alone."""
    return fresh.driver.as_person("Ada")
