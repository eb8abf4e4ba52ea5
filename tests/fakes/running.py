"""The lunch app, connected for as long as a test needs it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fakes.lunch_app import LunchApp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.playground.slack.server import RunningWorkspace


@contextmanager
def lunch_served(workspace: RunningWorkspace) -> Iterator[LunchApp]:
    before = workspace.driver.connections()
    app = LunchApp(workspace.api_url, workspace.bot_token, workspace.app_token)
    app.connect()
    wait_until(lambda: workspace.driver.connections() == before + 1)
    try:
        yield app
    finally:
        app.close()


def wait_until(true: Callable[[], object], patience: float = 10.0) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
