"""The page beside axe: no accessibility error in any of its states, light and dark, desktop and phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from playground.slack.server import start_workspace
from playground.tests.apps.bad_views import good
from playground.tests.apps.chromium import chromium
from playground.tests.apps.lunch_app import MANIFEST, button, option, section, text
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.raw_app import RawApp
from playground.tests.unit.test_pictures import GOOD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from playground.slack.driver import Driver

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUESTION = {"title": text("Sure?"), "text": text("Really?"), "confirm": text("Yes"), "deny": text("No")}
MESSAGE = [
    {"type": "header", "text": text("Lunch is served")},
    section(
        "*Soup* of `the` day", accessory={"type": "overflow", "action_id": "o", "options": [option("Edit")]}
    ),
    {"type": "section", "fields": [text("Region"), text("emea")]},
    {"type": "context", "elements": [text("asked for by Ada")]},
    {
        "type": "actions",
        "elements": [
            button("Go", "go", style="primary"),
            button("Stop", "stop", style="danger", confirm=QUESTION),
            {
                "type": "static_select",
                "action_id": "s",
                "placeholder": text("More"),
                "options": [option("One")],
            },
            {"type": "datepicker", "action_id": "d"},
            {"type": "radio_buttons", "action_id": "r", "options": [option("Red"), option("Blue")]},
            {"type": "checkboxes", "action_id": "c", "options": [option("Red"), option("Blue")]},
        ],
    },
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Driver, RawApp, WebClient]]:
    running = start_workspace(DESCRIPTION, MANIFEST)
    app = RawApp(running).connect()
    client = WebClient(running.bot_token, base_url=running.api_url)
    client.chat_postMessage(channel="C0FINANCE", text="All", blocks=[*MESSAGE, *GOOD.values()])
    client.chat_postEphemeral(channel="C0FINANCE", user="U0ADA", text="psst")
    client.views_publish(user_id="U0ADA", view={"type": "home", "blocks": MESSAGE})
    yield running.url, running.driver, app, client
    app.close()
    running.stop()


@pytest.fixture(params=["light", "dark"])
def page(request: Any, browser: Browser, served: Any) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1200, "height": 900}, color_scheme=request.param, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{served[0]}/#U0ADA/C0FINANCE")
    expect(page.get_by_role("heading", name="Lunch is served")).to_be_visible()
    page.evaluate(Path(os.environ["AXE"]).read_text(encoding="utf-8"))
    yield page
    context.close()


def faults(page: Page) -> list[str]:
    page.wait_for_timeout(250)  # a dialog that is still rising has the wrong contrast
    found = page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


def test_a_channel_its_suggestions_and_a_thread(page: Page) -> None:
    assert faults(page) == []
    page.get_by_role("textbox", name="Message #finance").press_sequentially("/")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("article").first.hover()
    page.get_by_role("button", name="Reply in thread").first.click()
    assert faults(page) == []


def test_a_form_its_menu_its_errors_and_a_question(page: Page, served: Any) -> None:
    _, driver, app, client = served
    page.get_by_role("button", name="Stop").first.click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    driver.as_person("Ada").type("#finance", "/lunch")
    client.views_open(trigger_id=app.last("/lunch")["payload"]["trigger_id"], view=good())
    expect(page.get_by_role("dialog", name="Order lunch")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("combobox", name="Colour").click()
    expect(page.get_by_role("option", name="Red")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Order", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_home_and_the_inspector(page: Page) -> None:
    page.get_by_role("navigation", name="Apps").get_by_role("button").click()
    expect(page.get_by_role("tab", name="Home")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Inspector").click()
    page.locator(".wire summary").first.click()
    assert faults(page) == []


def test_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    assert faults(page) == []
    page.get_by_role("button", name="Channels and people").click()
    assert faults(page) == []
