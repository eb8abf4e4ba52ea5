"""What the contracts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.house import House, build_house

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def house(world: World, monkeypatch: pytest.MonkeyPatch) -> House:
    return build_house(world, monkeypatch)
