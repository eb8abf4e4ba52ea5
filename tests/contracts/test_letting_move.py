"""A fixed day in what repeats is turned into one that moves, by a button on the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.moving import MOVES
from bot.rules.access import Asker
from tests.forms import unfolded
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from tests.world import World

OFFER = "Let it move"


def day_of(world: World) -> object:
    (listed,) = world.scheduling.listed(Asker(TOM))
    return listed.schedule.inputs["day"]


def test_on_the_message_it_fits_what_was_typed(world: World, tom: Person):
    tom.type("#finance", '/schedule sales report every friday at 4pm with region=us day="27 Feb 2026"')
    preview = tom.see("#finance", "Day stays Fri 27 Feb 2026 in every run")
    assert "Should each run work it out? Day would be last Friday." in preview.text

    tom.press(OFFER, in_=preview)

    moved = tom.see("#finance", "Day: last Friday (next: Fri 27 Feb 2026)")
    assert OFFER not in moved.buttons
    tom.press("Schedule it", in_=moved)
    tom.see("#finance", "Scheduled")
    assert day_of(world) == {MOVES: "last Friday", "as": "date"}


def test_in_the_form_the_preview_is_drawn_anew(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report")
    opened = unfolded(tom.open_modal("Schedule a job"))
    opened.fill("Day", "2026-03-01")
    opened.fill("When", "every day at 9am")
    opened.submit()
    preview = tom.open_modal("Is this right?")

    preview.press(OFFER)

    preview.see("Day: yesterday")
    preview.submit()
    tom.open_modal("Scheduled")
    assert day_of(world) == {MOVES: "yesterday", "as": "date"}


@pytest.mark.parametrize("typed", ["tomorrow at 9am with day=2026-03-01", "every day at 9am with rows=7"])
def test_what_runs_once_or_has_no_day_offers_nothing(tom: Person, typed: str):
    tom.type("#finance", f"/schedule sales report {typed}")

    assert OFFER not in tom.see("#finance", "Sales report will run").buttons


def test_pressed_twice_it_is_the_same(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report every day at 9am with day=2026-03-01")
    preview = tom.see("#finance", "Should each run")

    tom.press_twice(OFFER, in_=preview)
    tom.press("Schedule it", in_=tom.see("#finance", "Day: yesterday"))
    tom.see("#finance", "Scheduled")

    assert day_of(world) == {MOVES: "yesterday", "as": "date"}
