"""Each bug of `make bugs` still fits the code that it is planted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.planted_bugs import BUGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chaos.planting import Bug


@pytest.mark.parametrize("bug", BUGS, ids=lambda each: each.__name__)
def test_a_bug_can_be_planted_and_taken_out(bug: Callable[[], Bug]):
    plant = bug()

    with plant():
        pass
