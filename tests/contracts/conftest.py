"""What the contracts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.talking import talking
from tests.house import House, SharedHouses, build_house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.databases import Databases
    from tests.world import World


@pytest.fixture
def own_house(world: World, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house for a test that moves the clock, lets the loops step or changes the fakes."""
    return build_house(world, monkeypatch)


@pytest.fixture(scope="module")
def shared_houses() -> Iterator[SharedHouses]:
    houses = SharedHouses()
    yield houses
    houses.close()


@pytest.fixture
def house(
    databases: Databases, shared_houses: SharedHouses, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The house that the tests of a module share, with every row as it was built."""
    with shared_houses.of(databases).visited(monkeypatch) as house:
        yield house


@pytest.fixture
def slack(world: World) -> Iterator[RunningWorkspace]:
    """A real Bolt app on the playground's Slack, with this world behind it."""
    with talking(world) as running:
        yield running


@pytest.fixture
def tom(slack: RunningWorkspace) -> Person:
    return slack.driver.as_person("Tom Okafor")
