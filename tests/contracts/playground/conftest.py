"""A workspace with awkward people, and a small app on unmodified Bolt that knows URL and tokens alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from sample_app import MANIFEST, SampleApp
from sample_workspace import DESCRIPTION

from bot.playground.slack.clock import Timing
from bot.playground.slack.server import start_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.playground.slack.driver import Person
    from bot.playground.slack.server import RunningWorkspace

QUICK = Timing(ack=0.6, event_retries=(0.0, 0.2, 0.4))
"""Deadlines short enough for tests to wait them out."""


@pytest.fixture
def workspace() -> Iterator[RunningWorkspace]:
    running = start_workspace(DESCRIPTION, MANIFEST, timing=QUICK)
    yield running
    running.stop()


@pytest.fixture
def app(workspace: RunningWorkspace) -> Iterator[SampleApp]:
    app = SampleApp(workspace.api_url, workspace.bot_token, workspace.app_token)
    app.connect()
    wait_until(lambda: workspace.driver.connections() == 1)
    yield app
    app.close()


@pytest.fixture
def ada(workspace: RunningWorkspace, app: SampleApp) -> Person:
    del app
    return workspace.driver.as_person("Ada")


@pytest.fixture
def ben(workspace: RunningWorkspace) -> Person:
    return workspace.driver.as_person("Ben")


def wait_until(true: object, patience: float = 10.0) -> None:
    assert callable(true)
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
