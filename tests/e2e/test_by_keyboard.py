"""A first schedule without a mouse: every field and button is reached by Tab, and says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.screens import answer, ask, furnished, looking, window
from tests.world import MAYA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
MOST_TABS = 60


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with furnished(tmp_path_factory.mktemp("screens")) as url:
        yield url


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_TABS} times Tab did not lead to {wanted}")


def choose(page: Page, menu: str, letters: str, option: str) -> None:
    """Open a menu, type a few letters, take what is found."""
    field = page.get_by_role("combobox", name=menu, exact=True)
    tab_to(page, field)
    page.keyboard.press("Enter")
    expect(page.get_by_placeholder("Type to search")).to_be_focused()
    page.keyboard.type(letters)
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text([option])
    page.keyboard.press("Enter")
    expect(field).to_have_text(option)


def press(page: Page, name: str) -> None:
    tab_to(page, page.get_by_role("button", name=name, exact=True).last)
    page.keyboard.press("Enter")


def test_a_first_schedule_with_inputs_is_made_without_a_mouse(browser: Browser, url: str):
    with looking(browser, url, MAYA) as page:
        ask(page, "/schedule")
        form = window(page, "Job")
        choose(page, "Job", "sales", "Sales report")
        press(page, "Pick a time")
        choose(page, "Repeats", "every day", "Every day")
        expect(form).to_contain_text("Every day at 09:00")
        press(page, "More inputs (4)")
        tab_to(page, page.get_by_role("radio", name="Europe, Middle East, Africa"))
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio", name="United States")).to_be_checked()
        press(page, "Preview")
        preview = window(page, "Is this right?")
        expect(preview).to_contain_text("will run every day at 09:00")
        expect(preview).to_contain_text("United States")

        press(page, "Add another")

        done = window(page, "Scheduled")
        expect(done).to_contain_text("every day at 09:00")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        ask(page, "/schedule list mine")
        expect(answer(page, "2 schedules")).to_contain_text("every day at 09:00")


def test_a_schedule_is_skipped_and_brought_back_without_a_mouse(browser: Browser, url: str):
    with looking(browser, url, MAYA) as page:
        ask(page, "/schedule skip #2")
        answer(page, "Skipped")
        tab_to(page, page.get_by_role("button", name="Undo").last)
        page.keyboard.press("Enter")
        answer(page, "after all")
