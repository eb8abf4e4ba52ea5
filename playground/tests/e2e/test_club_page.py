"""The page with an app behind it that administers: rows, stacked forms, every menu, a download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from playground.slack.server import start_workspace
from playground.tests.apps.club_app import MANIFEST, ClubApp
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.running import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Ada's, with the club's list open; whatever the page complains of fails the test."""
    running = start_workspace(DESCRIPTION, MANIFEST)
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    with served(ClubApp, running):
        page.goto(f"{running.url}/#U0ADA/C0FINANCE")
        page.get_by_role("textbox", name="Message #finance").fill("/club")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Club")).to_be_visible()
        yield page
        context.close()
    running.stop()
    assert complaints == []


def pick(page: Page, label: str, *searches: tuple[str, str]) -> None:
    """In the menu called `label`: each option, found by what is typed."""
    page.get_by_role("combobox", name=label).click()
    for typed, option in searches:
        page.get_by_role("combobox", name=f"Search: {label}").fill(typed)
        page.get_by_role("listbox").get_by_role("option", name=option).click()
    page.get_by_role("button", name="Done").click()


def test_a_question_is_asked_before_a_row_changes_and_no_means_no(page: Page) -> None:
    page.get_by_role("button", name="More actions: @Ben").click()
    page.get_by_role("menuitem", name="Take out").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Keep").click()
    expect(page.get_by_text("@Ben · reader")).to_be_visible()

    page.get_by_role("button", name="More actions: @Ben").click()
    page.get_by_role("menuitem", name="Take out").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Take out").click()

    expect(page.get_by_text("@Ben · reader")).to_have_count(0)


def test_the_second_form_keeps_its_choices_while_a_third_lies_on_it(page: Page) -> None:
    page.get_by_role("button", name="Add people").click()
    expect(page.get_by_role("combobox", name="Meets in")).to_have_text("#finance")
    pick(page, "People", ("ad", "Ada"), ("lo", "Lou"))
    pick(page, "Books", ("em", "Emma"), ("ul", "Ulysses"))
    page.get_by_role("button", name="Rules").click()
    page.get_by_role("button", name="Agree").click()

    expect(page.get_by_role("dialog", name="Add people")).to_contain_text("Rules: agreed.")
    expect(page.get_by_role("combobox", name="Books")).to_have_text("Emma, Ulysses")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_role("dialog", name="Club")).to_contain_text("@Lou · reader")


def test_a_file_in_direct_messages_is_downloaded_under_its_name(page: Page) -> None:
    page.get_by_role("button", name="Export").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").first.click()
    page.get_by_role("navigation", name="Apps").get_by_role("button").click()
    page.get_by_role("tab", name="Messages").click()

    with page.expect_download() as started:
        page.get_by_role("link", name="Club members").click()

    assert started.value.suggested_filename == "Club members, été.csv"
    assert "U0BEN,reader" in Path(started.value.path()).read_text()


def test_several_people_are_written_to_and_an_archived_channel_is_opened_again(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Close").first.click()
    page.get_by_role("button", name="New group message").click()
    page.get_by_role("checkbox", name="Ben").check()
    page.get_by_role("checkbox", name="Cleo").check()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Ben, Cleo")).to_be_visible()

    page.get_by_role("button", name="old", exact=True).click()
    page.get_by_role("button", name="Open it again").click()

    expect(page.get_by_text("unarchived the channel")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message #old")).to_be_visible()
