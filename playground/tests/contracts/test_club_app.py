"""An app that administers, unmodified: rows with menus, forms three deep, every kind of menu, a file."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from playground.slack.description import GroupDescription
from playground.slack.driver import NotSeenError
from playground.slack.server import start_workspace
from playground.tests.apps.club_app import MANIFEST, ClubApp
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.running import served, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace


@pytest.fixture
def workspace() -> Iterator[RunningWorkspace]:
    running = start_workspace(DESCRIPTION, MANIFEST)
    yield running
    running.stop()


@pytest.fixture
def club(workspace: RunningWorkspace) -> Iterator[ClubApp]:
    with served(ClubApp, workspace) as app:
        yield app


@pytest.fixture
def ada(workspace: RunningWorkspace, club: ClubApp) -> Person:
    del club
    return workspace.driver.as_person("Ada")


def adding(ada: Person) -> Modal:
    ada.type("#finance", "/club")
    form = ada.open_modal("Club")
    form.press("Add people")
    form.see("Add people")
    return form


def test_a_row_is_found_by_its_words_and_its_menu_asks_first(ada: Person, club: ClubApp) -> None:
    club.members["U0CLEO"] = "reader"
    ada.type("#finance", "/club")
    form = ada.open_modal("Club")

    form.choose("More actions", "Take out", beside="Ben", confirm=False)
    form.choose("More actions", "Make organiser", beside="Cleo")

    form.see("@Cleo · organiser")
    assert club.members == {"U0BEN": "reader", "U0CLEO": "organiser"}
    with pytest.raises(NotSeenError):
        form.choose("More actions", "Take out", beside="Nobody")


def test_every_menu_of_the_second_form_arrives_as_it_was_chosen(ada: Person, club: ClubApp) -> None:
    form = adding(ada)
    assert form.value("Meets in") == "#finance"
    assert "#old" not in form.offers("Meets in")
    assert "Ben" not in form.offers("Meets in")

    form.choose("People", "Ada", "Cleo")
    form.choose("Vouched for by", "Lou")
    form.choose("Books", "Emma", "Ulysses")
    form.choose("Days", "Monday", "Friday")
    form.choose("Wants", "Tea")
    form.submit()

    form.see("@Ada · reader")
    held = club.answers[-1]
    assert held["people"] == {"type": "multi_users_select", "selected_users": ["U0ADA", "U0CLEO"]}
    assert held["meets_in"]["selected_conversation"] == "C0FINANCE"
    assert held["vouched_for_by"]["selected_user"] == "U0LORD"
    assert values(held["books"]) == ["Emma", "Ulysses"]
    assert values(held["days"]) == ["Monday", "Friday"]
    assert values(held["wants"]) == ["Tea"]


def test_a_third_form_changes_the_second_and_goes(ada: Person, workspace: RunningWorkspace) -> None:
    form = adding(ada)
    form.choose("Books", "Emma")
    form.press("Rules")
    form.see("Read the book first")

    form.submit()

    form.see("Rules: agreed.")
    assert form.value("Books") == "Emma"
    assert workspace.driver.broken_rules() == []


def test_a_choice_that_changes_the_form_keeps_all_the_others(ada: Person) -> None:
    form = adding(ada)
    form.choose("People", "Cleo")

    form.choose("Role", "Organiser")

    assert "Phone" in form.labels
    assert form.value("Role") == "Organiser"
    assert form.value("People") == "Cleo"


def test_a_fourth_person_is_too_many_and_one_who_is_in_is_told_at_the_field(ada: Person) -> None:
    form = adding(ada)
    form.choose("People", "Ada", "Cleo", "Gus", "Lou")
    form.submit()
    assert form.error("People") == "Please choose at most 3."

    form.choose("People", "Ben")
    form.submit()

    assert form.error("People") == "Somebody is in the club already."


def test_a_file_reaches_a_direct_message_and_is_downloaded_under_its_name(
    ada: Person, workspace: RunningWorkspace
) -> None:
    ada.type("#finance", "/club")
    ada.open_modal("Club").press("Export")

    seen = ada.see("@Club", "Everybody in the club")

    assert seen.files == ["Club members"]
    with urllib.request.urlopen(seen.drawn["files"][0]["url_private"]) as answer:
        assert answer.read().decode() == "person,role\r\nU0BEN,reader\r\n"
        assert answer.headers["Content-Type"] == "text/csv"
        assert "Club%20members%2C%20%C3%A9t%C3%A9.csv" in answer.headers["Content-Disposition"]
    assert workspace.driver.broken_rules() == []


def test_what_changes_in_channels_and_groups_is_heard(
    ada: Person, club: ClubApp, workspace: RunningWorkspace
) -> None:
    ada.type("#finance", "/rename money")
    ada.type("#money", "/invite @Cleo")
    ada.type("#money", "/archive")
    workspace.driver.act("unarchive", ada.id, channel="C0FINANCE")
    workspace.driver.create_group(GroupDescription("S0READERS", "readers", "Readers", ("U0ADA",)))
    workspace.driver.change_group("readers", members=("U0BEN",))

    wait_until(lambda: len(club.heard) == 7)
    by_type = {each["type"]: each for each in club.heard}
    assert by_type["channel_rename"]["channel"]["name"] == "money"
    assert by_type["member_joined_channel"]["user"] == "U0CLEO"
    assert by_type["channel_archive"]["user"] == by_type["channel_unarchive"]["user"] == "U0ADA"
    assert by_type["subteam_created"]["subteam"]["handle"] == "readers"
    assert by_type["subteam_updated"]["subteam"]["users"] == ["U0BEN"]
    assert by_type["subteam_members_changed"]["added_users"] == ["U0BEN"]
    assert by_type["subteam_members_changed"]["removed_users"] == ["U0ADA"]


def values(chosen: dict[str, Any]) -> list[str]:
    return [each["value"] for each in chosen["selected_options"]]
