"""Runbell's own screens beside axe: no accessibility error on any, light and dark, desktop and phone."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from playground.tests.apps.chromium import browser
from tests.house import ALEX
from tests.judges.judge_page import faults
from tests.screens import answer, ask, close_windows, furnished, home, looking, window
from tests.world import LENA, MAYA, TOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser, Locator, Page

    from bot.domain.project import Person

__all__ = ["browser"]
BACK = re.compile("^(Back|Cancel|Close)$")
"""What a form's button says that leads to the page beneath it."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with furnished(tmp_path_factory.mktemp("screens")) as url:
        yield url


# Both widths and both looks; each of the four would take twice as long, and the page itself is judged in all.
@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=str)
def seen_by(request: Any, browser: Browser, url: str) -> Callable[[Person], AbstractContextManager[Page]]:
    width, look = request.param
    return lambda who: looking(browser, url, who, width=width, look=look)


def judge(page: Page) -> None:
    page.evaluate(Path(os.environ["AXE"]).read_text(encoding="utf-8"))
    assert faults(page) == []


def test_the_form_its_menus_its_errors_and_its_preview(seen_by: Any) -> None:
    with seen_by(TOM) as page:
        ask(page, "/schedule sales report")
        form = window(page, "Pick a time")
        judge(page)
        form.get_by_role("button", name="Preview").click()
        expect(form.get_by_role("alert").first).to_be_visible()
        judge(page)
        page.get_by_role("button", name="Pick a time").click()
        expect(form).to_contain_text("Repeats")
        form.get_by_role("button", name="More inputs (4)").click()
        expect(form).to_contain_text("Country")
        form.get_by_role("button", name="More", exact=True).click()
        expect(form).to_contain_text("Nickname")
        judge(page)
        page.get_by_role("combobox", name="Country").click()
        expect(page.get_by_role("option", name="Germany")).to_be_visible()
        judge(page)
        page.keyboard.press("Escape")
        form.get_by_role("button", name="Preview").click()
        window(page, "Is this right?")
        judge(page)
        close_windows(page)


def test_lists_the_week_runs_jobs_and_help(seen_by: Any) -> None:
    with seen_by(TOM) as page:
        for words, said in (
            ("list all", "3 schedules"),
            ("week", "The next seven days"),
            ("runs", "Import orders"),
            ("jobs", "Sales report"),
            ("show #1", "Sales report"),
            ("sales report every day at 10am", "will run every day at 10:00"),
            ("evry other blah", "I"),
            ("help", "/schedule"),
        ):
            ask(page, f"/schedule {words}")
            answer(page, said)
            judge(page)


def test_alerts_their_form_and_why(seen_by: Any) -> None:
    with seen_by(MAYA) as page:
        ask(page, "/schedule alerts")
        answer(page, "What #finance hears").get_by_role("button", name="Add a rule").click()
        window(page, "Hear of")
        judge(page)
        close_windows(page)
        failed = page.get_by_role("article").filter(has=page.get_by_role("button", name="Claim")).last
        failed.get_by_role("button", name="More actions").click()
        page.get_by_role("menuitem", name="Why do I get this?").click()
        answer(page, "What is scheduled or started in Slack and reports here")
        judge(page)


def test_an_absence(seen_by: Any) -> None:
    with seen_by(MAYA) as page:
        ask(page, "/schedule away")
        window(page, "Until")
        judge(page)
        close_windows(page)


def test_the_administration_and_the_forms_of_a_project(seen_by: Any) -> None:
    with seen_by(ALEX) as page:
        ask(page, "/schedule admin")
        desk = window(page, "Finance")
        judge(page)
        desk.get_by_role("button", name="Open the project Finance").click()
        for part, opens in (
            ("Channels", "Map a channel…"),
            ("People", "Add people…"),
            ("Jobs", "Share a job…"),
            ("Alerts", "Open: what #finance hears"),
            ("Audit", ""),
        ):
            window(page, "Archive").get_by_role("button", name=f"Open {part.lower()}").click()
            judge_form(page, window(page, "← Back"), opens)
            if part == "Jobs":
                judge_inputs(page)
            page.get_by_role("dialog").last.get_by_role("button", name="← Back").click()
        for opens in ("Settings…", "Pause all schedules…"):
            judge_form(page, window(page, "Archive"), opens)
        close_windows(page)


def test_a_new_project_is_a_list_of_steps(seen_by: Any, request: pytest.FixtureRequest) -> None:
    with seen_by(ALEX) as page:
        ask(page, "/schedule admin")
        window(page, "Finance").get_by_role("button", name="New project…").click()
        form = window(page, "Name")
        judge(page)
        form.get_by_role("textbox", name="Name").fill(f"Books {request.node.name[-16:]}")
        form.get_by_role("button", name="Make it").click()
        window(page, "Map a channel…")
        judge(page)
        close_windows(page)


def judge_form(page: Page, shown: Locator, opens: str) -> None:
    """Judge a page, and the form that one of its buttons opens."""
    judge(page)
    if opens:
        shown.get_by_role("button", name=opens).last.click()
        back = page.get_by_role("dialog").last.locator("footer").get_by_role("button", name=BACK)
        expect(back).to_be_visible()
        judge(page)
        back.click()


def judge_inputs(page: Page) -> None:
    """Judge the page of a job's inputs, and the form of the value at which one is fixed."""
    window(page, "Share a job…").get_by_role("combobox", name="Inputs of a job…").click()
    page.get_by_role("option", name="Sales report").first.click()
    shown = window(page, "Sales report: its inputs")
    judge(page)
    shown.get_by_role("button", name="More actions").first.click()
    page.get_by_role("menuitem", name="Fix its value…").click()
    form = window(page, "Nobody is asked for it.")
    judge(page)
    form.locator("footer").get_by_role("button", name=BACK).click()
    window(page, "its inputs").get_by_role("button", name="← Back").click()
    window(page, "Share a job…")


@pytest.mark.parametrize("who", [LENA, TOM, MAYA, ALEX], ids=lambda who: who.name)
def test_home(seen_by: Any, who: Person) -> None:
    with seen_by(who) as page:
        home(page)
        judge(page)
