"""Runbell as a person meets it: typed and clicked in a browser, run by a real Airflow."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.airflow, pytest.mark.postgresql]
MINUTES = 60_000
TOM, MAYA, PRIYA = "U0TOM", "U0MAYA", "U0PRIYA"
DO_IT = re.compile("Schedule it|Add another")
"""The second once the job is scheduled already: by whom and how often depends on what ran before."""
FINANCE, PEOPLE = ("C0FINANCE", "#finance"), ("C0PEOPLE", "#people")


@contextmanager
def acting_as(
    browser: Browser, demo: Demo, person_id: str, channel: tuple[str, str] = FINANCE
) -> Iterator[Page]:
    """Whatever the page complains of fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{demo.slack.url}/#{person_id}/{channel[0]}")
    expect(page.get_by_role("heading", name=channel[1])).to_be_visible()
    yield page
    context.close()
    assert complaints == []


def type_in(page: Page, channel: str, text: str) -> None:
    box = page.get_by_role("textbox", name=f"Message {channel}")
    box.fill(text)
    box.press("Enter")


def newest(page: Page, words: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("article").filter(has_text=words).last


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("tomorrow at 9am", "09:00"),
        ("every weekday at 9:00", "every weekday at 09:00"),
    ],
)
def test_a_schedule_is_typed_previewed_and_made(browser: Browser, demo: Demo, when: str, said: str):
    with acting_as(browser, demo, MAYA) as page:
        type_in(page, "#finance", f"/schedule sales report {when}")
        preview = newest(page, "Sales report will run")
        expect(preview).to_contain_text("Only visible to you")
        expect(preview).to_contain_text(said)
        expect(preview).to_contain_text("Berlin time")
        expect(preview).to_contain_text("Reports to #finance")

        preview.get_by_role("button", name=DO_IT).click()

        expect(newest(page, "Scheduled: Sales report")).to_contain_text(said)
        type_in(page, "#finance", "/schedule list")
        expect(newest(page, "Next:")).to_contain_text("Sales report")
        with demo.database().transaction() as tx:
            assert len(tx.schedules.owned_by("T0RUNBELL", MAYA)) >= 1


def test_a_schedule_two_minutes_ahead_is_run_and_its_result_read_in_the_channel(browser: Browser, demo: Demo):
    with acting_as(browser, demo, TOM) as page:
        type_in(page, "#finance", "/schedule sales report in 2 minutes with region=emea rows=31")
        preview = newest(page, "Sales report will run")
        expect(preview).to_contain_text("Region: Europe, Middle East, Africa · Rows: 31")

        preview.get_by_role("button", name=DO_IT).click()

        expect(newest(page, "Scheduled: Sales report")).to_be_visible()
        with acting_as(browser, demo, MAYA) as colleague:
            expect(newest(colleague, "31 orders worth")).to_be_visible(timeout=4 * MINUTES)


def test_the_form_is_filled_in_and_the_result_read_in_the_channel(browser: Browser, demo: Demo):
    with acting_as(browser, demo, TOM) as page:
        type_in(page, "#finance", "/schedule")
        page.get_by_role("combobox", name="Job", exact=True).click()
        page.keyboard.type("sal")
        page.get_by_role("option", name="Sales report").click()
        page.get_by_role("button", name="More inputs (3)").click()
        rows = page.get_by_role("textbox", name="Rows").or_(page.get_by_role("spinbutton", name="Rows"))
        rows.fill("17")
        page.get_by_role("textbox", name="When").fill("every blue moon")
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("dialog")).to_contain_text("Try:")

        page.get_by_role("radio", name="Run it once, now").check()
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("dialog")).to_contain_text("Run Sales report now?")
        page.get_by_role("button", name="Run now").last.click()
        expect(page.get_by_role("dialog")).to_contain_text("is starting")
        page.get_by_role("button", name="Close").last.click()

        expect(newest(page, "17 orders worth")).to_be_visible(timeout=3 * MINUTES)


def test_a_time_is_read_while_it_is_typed_and_picked_without_typing(browser: Browser, demo: Demo):
    with acting_as(browser, demo, TOM) as page:
        type_in(page, "#finance", "/schedule build warehouse")
        form = page.get_by_role("dialog")
        when = page.get_by_role("textbox", name="When")
        when.press_sequentially("every friday at 5", delay=40)
        expect(form).to_contain_text("in the morning or in the afternoon?")
        page.keyboard.type("pm", delay=40)
        expect(form).to_contain_text("Every Friday at 17:00")
        expect(when).to_be_focused()
        expect(when).to_have_value("every friday at 5pm")

        page.get_by_role("button", name="Pick a time").click()
        page.get_by_label("Repeats", exact=True).click()
        page.get_by_role("option", name="Every day").click()
        expect(form).to_contain_text("Every day at 17:00")
        page.get_by_role("button", name="Preview").click()
        expect(form.last).to_contain_text("will run every day at 17:00")
        page.get_by_role("button", name="Back").click()
        expect(when).to_have_value("every day at 17:00 (London time)")
        page.get_by_role("button", name="Cancel").click()


def test_a_failure_is_read_and_retried(browser: Browser, demo: Demo):
    with acting_as(browser, demo, TOM) as page:
        type_in(page, "#finance", "/schedule run import orders with fail=once")
        newest(page, "Run Import orders now?").get_by_role("button", name="Run now").click()

        with_retry = page.get_by_role("article").filter(has=page.get_by_role("button", name="Retry"))
        card = with_retry.filter(has_text="Started by @Tom Okafor").last
        expect(card).to_contain_text("3 of 240 orders were refused", timeout=3 * MINUTES)
        card.get_by_role("button", name="Retry").click()

        expect(newest(page, "(retried by @Tom Okafor")).to_contain_text(
            "is back to normal", timeout=3 * MINUTES
        )


def test_hr_is_refused_a_finance_job(browser: Browser, demo: Demo):
    with acting_as(browser, demo, PRIYA, PEOPLE) as page:
        type_in(page, "#people", "/schedule sales report every weekday at 9:00")

        answer = newest(page, "I can't find a job called")
        expect(answer).to_contain_text("Only visible to you")
        expect(page.get_by_role("button", name="Schedule it")).to_have_count(0)
