"""Administration as people meet it: an admin gives a channel and one job to one person, and takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.test_runbell import acting_as, newest, type_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.airflow, pytest.mark.postgresql]
ALEX, MAYA, TOM = "U0ALEX", "U0MAYA", "U0TOM"
GENERAL = ("C0GENERAL", "#general")
HALF_A_MINUTE = 30_000


def administration(page: Page, *path: str) -> Locator:
    """Opened, and from there page by page, by what each "Open" opens."""
    type_in(page, "#general", "/schedule admin")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your projects")
    for each in path:
        dialog.get_by_role("button", name=f"Open {each}").click()
        expect(dialog.get_by_role("button", name=f"Open {each}")).to_have_count(0)
    return dialog


def close(page: Page) -> None:
    page.get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def choose(page: Page, label: str, option: str, *, typed: str = "", several: bool = False) -> None:
    page.get_by_role("combobox", name=label).click()
    if typed:
        page.get_by_role("combobox", name=f"Search: {label}").fill(typed)
    page.get_by_role("listbox").get_by_role("option", name=option).click()
    if several:
        page.get_by_role("button", name="Done").click()


def test_a_job_is_shared_with_one_person_and_taken_away(browser: Browser, demo: Demo):
    with acting_as(browser, demo, ALEX, GENERAL) as page:
        dialog = administration(page, "the project HR", "channels")
        dialog.get_by_role("button", name="Take away: #people").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Take it away").click()
        expect(dialog).to_contain_text("is no longer a channel of this project")
        dialog.get_by_role("button", name="Map a channel…").click()
        choose(page, "Channel", "#people")
        page.get_by_role("button", name="Map it").click()
        expect(page.get_by_role("dialog")).to_contain_text("#people is mapped")
        close(page)

        administration(page, "the project Finance", "jobs")
        page.get_by_role("button", name="Share a job…").click()
        choose(page, "Job or tag", "Payroll", typed="pay")
        page.get_by_role("radio", name="Only those named below").check()
        choose(page, "These people", "Tom Okafor", several=True)
        page.get_by_role("button", name="Share it").click()
        expect(page.get_by_role("dialog")).to_contain_text("only @Tom Okafor")
        close(page)

    with acting_as(browser, demo, TOM) as page:
        type_in(page, "#finance", "/schedule payroll every day at 3am")
        newest(page, "Payroll will run").get_by_role("button", name="Schedule it").click()
        expect(newest(page, "Scheduled: Payroll")).to_contain_text("a direct message to you")

    with acting_as(browser, demo, MAYA) as page:
        type_in(page, "#finance", "/schedule payroll every day at 3am")
        expect(newest(page, "I can't find a job called")).to_be_visible()

    with acting_as(browser, demo, ALEX, GENERAL) as page:
        administration(page, "the project Finance", "jobs")
        page.get_by_role("button", name="More actions: Payroll").click()
        page.get_by_role("menuitem", name="Take away…").click()
        expect(page.get_by_role("dialog")).to_contain_text("suspended at once")
        page.get_by_role("button", name="Take away", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text("is suspended; owners and managers are told")

    for who in (TOM, MAYA):
        with acting_as(browser, demo, who) as page:
            page.get_by_role("link", name="Runbell").or_(
                page.get_by_role("button", name="Runbell")
            ).first.click()
            page.get_by_role("tab", name="Messages").click()
            told = newest(page, "Payroll").filter(has_text="suspended")
            expect(told).to_be_visible(timeout=HALF_A_MINUTE)
    with demo.database().transaction() as tx:
        suspended = [each for each in tx.schedules.owned_by("T0RUNBELL", TOM) if each.key.dag_id == "payroll"]
    assert [each.state for each in suspended] == ["suspended"]
