"""A Bolt app, connected for as long as a test needs it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from playground.tests.apps.lunch_app import LunchApp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.slack.server import RunningWorkspace


class Connected(Protocol):
    def connect(self) -> None: ...

    def close(self) -> None: ...


BoltApp = TypeVar("BoltApp", bound=Connected)


@contextmanager
def lunch_served(workspace: RunningWorkspace) -> Iterator[LunchApp]:
    with served(LunchApp, workspace) as app:
        yield app


@contextmanager
def served(make: Callable[[str, str, str], BoltApp], workspace: RunningWorkspace) -> Iterator[BoltApp]:
    """`make` takes the API's address and the two tokens, which is all that an app knows."""
    before = workspace.driver.connections()
    app = make(workspace.api_url, workspace.bot_token, workspace.app_token)
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
