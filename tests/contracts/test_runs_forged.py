"""The menu of a run in a list: its run stands in the id of the block, which anybody can forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.blocks.ids import Button
from tests.house import STRANGERS, House
from tests.kept import changed
from tests.world import FINANCE, LENA, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person

CHOICES = (Button.RETRY, Button.SHOW_LOG, Button.RUN_AGAIN)


@pytest.fixture(params=["row", "table"])
def menu(request: pytest.FixtureRequest) -> str:
    """Where the choice is made: in the menu of a run's row, or in the one below a table of runs."""
    return str(request.param)


def choose(house: House, who: Person, menu: str, which: str, run_key: str) -> str:
    action = {
        "row": {
            "action_id": Button.RUN_MENU,
            "block_id": f"row.{run_key}",
            "type": "overflow",
            "selected_option": {"value": which},
        },
        "table": {
            "action_id": Button.RUN_CHOICE,
            "block_id": "b",
            "type": "static_select",
            "selected_option": {"value": f"{which} {run_key}"},
        },
    }[menu]
    return house.hear(
        {"type": "block_actions", "actions": [action], "channel": {"id": FINANCE}, "message": {"ts": "1.1"}},
        who,
    )


@pytest.mark.parametrize("which", CHOICES)
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_is_told_what_somebody_is_told_of_a_run_that_nobody_has(
    house: House, stranger: str, menu: str, which: str
):
    before = house.remembered()

    told = choose(house, STRANGERS[stranger], menu, which, house.run.run_key)
    of_nobodys = choose(house, STRANGERS[stranger], menu, which, "00ff" * 6)

    assert "can't find that" in told
    assert told == of_nobodys
    assert changed(before, house.remembered()) == set()


@pytest.mark.parametrize("which", [Button.RETRY, Button.RUN_AGAIN])
def test_who_may_only_look_neither_retries_nor_runs_again(house: House, menu: str, which: str):
    before = house.remembered()

    assert "can allow it" in choose(house, LENA, menu, which, house.run.run_key)
    assert changed(before, house.remembered()) == set()


@pytest.mark.parametrize("which", ["", "run.delete", "row.x", Button.STOP])
def test_a_choice_that_the_menu_does_not_have_does_nothing(house: House, menu: str, which: str):
    before = house.remembered()

    assert "can't find that" in choose(house, TOM, menu, which, house.run.run_key)
    assert changed(before, house.remembered()) == set()
