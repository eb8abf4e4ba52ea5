"""What the contracts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.talking import talking
from tests.house import House, build_house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


@pytest.fixture
def house(world: World, monkeypatch: pytest.MonkeyPatch) -> House:
    return build_house(world, monkeypatch)


@pytest.fixture
def slack(world: World) -> Iterator[RunningWorkspace]:
    """A real Bolt app on the playground's Slack, with this world behind it."""
    with talking(world) as running:
        yield running


@pytest.fixture
def tom(slack: RunningWorkspace) -> Person:
    return slack.driver.as_person("Tom Okafor")
