"""Choices that a project gives: one list, however an input is given; and countries that go with a region."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import pytest

from bot.rules.access import Asker
from playground.slack.acting import NotPossibleError
from tests.choices import COUNTRIES, COUNTRY, apply, with_inputs
from tests.fakes.sample_jobs import REGION
from tests.forms import unfolded
from tests.params import an_input
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from tests.world import World

PATIENCE = 150
"""Looks at a form, ten a second, until it shows what was asked for."""
CITY = an_input(None, name="city", type=["string", "null"], title="City")


@pytest.fixture(autouse=True)
def choices(world: World) -> None:
    with_inputs(world)
    apply(world)


def form(tom: Person, typed: str = "sales report") -> Modal:
    tom.type("#finance", f"/schedule {typed}")
    return unfolded(tom.open_modal("Schedule a job"))


def scheduled(tom: Person, form: Modal, when: str = "every friday at 4pm") -> str:
    form.fill("When", when)
    form.submit()
    preview = tom.open_modal("Is this right?")
    text = preview.text
    preview.submit()
    tom.open_modal("Scheduled").close()
    return text


def inputs(world: World) -> object:
    (listed,) = world.scheduling.listed(Asker(TOM))
    return listed.schedule.inputs


def test_the_second_menu_is_drawn_anew_when_the_first_changes(world: World, tom: Person):
    opened = form(tom)
    assert opened.offers("Country") == ["Germany", "France"]
    opened.choose("Country", "Germany")

    opened.choose("Region", "United States")
    wait_for(opened, "Country", ["NY", "CA"])
    assert opened.value("Country") == ""
    opened.choose("Country", "CA")

    assert "Country: CA" in scheduled(tom, opened)
    assert inputs(world) == {"region": "us", "country": "CA"}


def test_what_else_is_filled_in_stays_when_the_first_changes(tom: Person):
    opened = form(tom)
    opened.fill("Rows", "7")
    opened.fill("When", "every friday at 4pm")
    opened.choose("Stores", "Ost")

    opened.choose("Region", "United States")
    wait_for(opened, "Country", ["NY", "CA"])

    assert (opened.value("Rows"), opened.value("When")) == ("7", "every friday at 4pm")
    assert opened.value("Stores") == "Ost"


def test_choices_that_depend_on_choices_are_drawn_anew_with_them(world: World, tom: Person):
    with_inputs(world, REGION, COUNTRY, CITY)
    apply(world, COUNTRIES[: COUNTRIES.index("          stores")] + CITIES)
    opened = form(tom)
    opened.choose("Country", "Germany")
    wait_for(opened, "City", ["Berlin"])
    opened.choose("City", "Berlin")

    opened.choose("Region", "United States")
    wait_for(opened, "City", ["Berlin", "Albany"])
    opened.choose("Country", "NY")
    wait_for(opened, "City", ["Albany"])
    opened.choose("City", "Albany")

    scheduled(tom, opened)
    assert inputs(world) == {"region": "us", "country": "NY", "city": "Albany"}


def test_what_is_typed_must_go_together_and_the_form_has_the_choices(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report every friday at 4pm with region=us country=Germany")
    opened = tom.open_modal("Schedule a job")

    assert "“Country” is one of:\n• NY\n• CA" in opened.text
    opened.fill("Country", "ny")

    scheduled(tom, opened)
    assert inputs(world) == {"region": "us", "country": "NY"}


def test_the_words_of_a_choice_can_be_typed(world: World, tom: Person):
    tom.type("#finance", '/schedule sales report every friday at 4pm with country=france stores="Ost, 1"')

    preview = tom.see("#finance", "Country: France")
    assert "Stores: Ost, Mitte" in preview.text
    tom.press("Schedule it", in_=preview)
    tom.see("#finance", "Scheduled")
    assert inputs(world) == {"country": "FR", "stores": [2, 1]}


def test_a_value_that_is_not_offered_is_refused_with_what_is(tom: Person):
    tom.type("#finance", "/schedule run sales report with stores=3")

    assert "• 17: West, upstairs" in tom.open_modal("Schedule a job").text


def test_a_change_of_the_first_alone_is_refused_and_the_form_asks_for_the_second(world: World, tom: Person):
    schedule = world.schedule("every friday at 16:00", country="DE")

    tom.type("#finance", f"/schedule edit {schedule.number} with region=us")
    opened = tom.open_modal(f"Change schedule #{schedule.number}")

    assert "“Country”, beside this “Region”, is one of:\n• NY\n• CA" in opened.text
    opened.fill("Country", "CA")
    opened.submit()
    tom.open_modal("Is this right?").submit()
    tom.open_modal("Changed").close()
    assert inputs(world) == {"region": "us", "country": "CA"}


def test_a_copy_is_checked_too(world: World, tom: Person):
    schedule = world.schedule("every friday at 16:00", country="DE")

    tom.type("#finance", f"/schedule copy {schedule.number} every monday at 9am with region=us")

    tom.see("#finance", "“Country”, beside this “Region”, is one of:")


def test_a_schedule_whose_choice_is_taken_away_waits_for_its_owner(world: World):
    schedule = world.schedule("every monday at 9:00", country="FR")
    apply(world, COUNTRIES.replace(", FR: France", ""))

    world.go_to(schedule.next_due_at)

    (listed,) = world.scheduling.listed(Asker(TOM))
    assert listed.schedule.state == "suspended"
    assert "“Country”" in listed.schedule.reason


def test_an_untouched_schedule_keeps_running(world: World):
    schedule = world.schedule("every monday at 9:00")

    world.go_to(schedule.next_due_at)

    assert len(world.starts()) == 1


CITIES = """\
          city:
            depends_on: country
            list: {DE: [Berlin], NY: [Albany]}
"""


def wait_for(form: Modal, label: str, offered: list[str]) -> None:
    """Wait until a menu of the form offers these."""
    shown: list[str] = []
    for _ in range(PATIENCE):
        try:
            if (shown := form.offers(label)) == offered:
                return
        except NotPossibleError:  # it was drawn anew between two looks
            pass
        sleep(0.1)
    assert shown == offered
