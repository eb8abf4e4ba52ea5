"""A night as its owner has it: a job fails, and from the direct message it is claimed, retried and mended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.test_runbell import DO_IT, MAYA, MINUTES, TOM, acting_as, newest, type_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.airflow, pytest.mark.postgresql]
BROKE = "3 of 240 orders were refused"


def open_direct_messages(page: Page) -> None:
    page.get_by_role("navigation", name="Apps").get_by_role("button").click()
    page.get_by_role("tab", name="Messages").click()


def button_in(message: Locator, name: str) -> Locator:
    """By what stands on it; what a screen reader says besides names the job."""
    return message.get_by_role("button", name=re.compile(f"^{name}"))


def test_a_failure_is_claimed_and_retried_in_the_direct_message_and_all_hear_that_it_works(
    browser: Browser, demo: Demo
):
    with acting_as(browser, demo, TOM) as page, acting_as(browser, demo, MAYA) as colleague:
        type_in(page, "#finance", "/schedule import orders in 20 seconds with fail=once")
        newest(page, "Import orders will run").get_by_role("button", name=DO_IT).click()
        expect(newest(page, "Scheduled: Import orders")).to_be_visible()

        open_direct_messages(page)
        woken = page.get_by_role("article").filter(has_text="Import orders failed").last
        expect(woken).to_contain_text(BROKE, timeout=4 * MINUTES)
        expect(woken).to_contain_text("in task check")
        reply = newest(colleague, BROKE)
        expect(button_in(reply, "Retry")).to_be_visible()
        in_the_channel = colleague.get_by_role("article").filter(has_text="Import orders failed")
        expect(in_the_channel.first).to_be_visible()  # one message, or after 15 seconds a card and its reply

        button_in(woken, "Claim").click()
        for each in (woken, reply, in_the_channel.first):
            expect(each).to_contain_text("Claimed by @Tom Okafor")
        expect(button_in(woken, "Claim")).to_have_count(0)
        expect(button_in(reply, "Release")).to_be_visible()

        button_in(woken, "Retry").click()
        for each in (woken, reply):
            expect(button_in(each, "Retry")).to_have_count(0)
        normal = re.compile(r"Import orders is back to normal after .*\(retried by @Tom Okafor, try 2\)")
        expect(newest(page, normal)).to_be_visible(timeout=4 * MINUTES)
        shown = newest(colleague, normal)
        expect(shown).to_contain_text("replied to")

        fixed = newest(colleague, "failed, fixed")
        fixed.get_by_role("button", name=re.compile("^[0-9]+ repl")).click()
        thread = colleague.get_by_role("complementary", name="Thread")
        expect(thread).to_contain_text("Import orders failed, fixed")
        expect(thread).to_contain_text(normal)
        expect(page.get_by_role("button", name=re.compile("^(Retry|Claim)"))).to_have_count(0)
        expect(colleague.get_by_role("button", name=re.compile("^(Retry|Claim)"))).to_have_count(0)
