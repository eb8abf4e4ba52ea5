"""Tables, charts, plans and containers in a real browser: by their roles, and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from playground.slack.server import start_workspace
from playground.tests.apps.lunch_app import MANIFEST, section
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.unit.test_pictures import CHART, FOLD, PLAN, TABLE, task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from playground.slack.server import RunningWorkspace

pytestmark = pytest.mark.browser


@pytest.fixture
def workspace() -> Iterator[RunningWorkspace]:
    running = start_workspace(DESCRIPTION, MANIFEST)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, workspace: RunningWorkspace) -> Iterator[Page]:
    """Ada's, in #finance, on a phone; whatever the page complains of fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"{workspace.url}/#U0ADA/C0FINANCE")
    expect(page.get_by_role("heading", name="#finance")).to_be_visible()
    yield page
    context.close()
    assert complaints == []


def post(workspace: RunningWorkspace, *blocks: Any) -> tuple[WebClient, str]:
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    return client, str(client.chat_postMessage(channel="C0FINANCE", text="x", blocks=list(blocks))["ts"])


def test_a_table_has_a_caption_and_headers_and_scrolls_by_itself(
    workspace: RunningWorkspace, page: Page
) -> None:
    post(workspace, TABLE)

    table = page.get_by_role("table", name="Lunches")
    expect(table.get_by_role("columnheader")).to_have_text(["Dish", "Plates"])
    expect(table.get_by_role("rowheader")).to_have_text(["Soup"])
    expect(table.get_by_role("cell")).to_have_text(["3 plates"])
    page.get_by_role("group", name="Lunches").focus()
    expect(page.get_by_role("group", name="Lunches")).to_be_focused()


def test_a_chart_says_the_same_in_numbers(workspace: RunningWorkspace, page: Page) -> None:
    post(workspace, CHART)

    expect(page.get_by_role("img", name="Plates: bars, also in numbers below")).to_be_visible()
    page.get_by_text("The same in numbers").focus()
    page.keyboard.press("Enter")

    rows = page.get_by_role("table", name="Plates").get_by_role("row")
    expect(rows).to_have_text(["DaySoupBread", "010", "12.53"])


def test_a_plan_moves_when_its_message_is_edited(workspace: RunningWorkspace, page: Page) -> None:
    client, ts = post(workspace, PLAN)
    tasks = page.locator(".plan li")
    expect(tasks).to_have_text(["○wash: to do", "◐cut: under waytwo of six"])

    moved = {**PLAN, "tasks": [task("wash", status="complete"), task("cut", status="error")]}
    client.chat_update(channel="C0FINANCE", ts=ts, text="x", blocks=[moved])

    expect(tasks).to_have_text(["✓wash: done", "✕cut: failed"])


def test_a_container_stays_open_when_its_message_is_edited(workspace: RunningWorkspace, page: Page) -> None:
    client, ts = post(workspace, {**FOLD, "block_id": "fold"})
    expect(page.get_by_text("Leek")).to_be_hidden()
    page.get_by_text("of the day").click()
    expect(page.get_by_role("button", name="Order")).to_be_visible()

    changed = {**FOLD, "block_id": "fold", "child_blocks": [section("Lentil")]}
    client.chat_update(channel="C0FINANCE", ts=ts, text="x", blocks=[changed])

    expect(page.get_by_text("Lentil")).to_be_visible()
