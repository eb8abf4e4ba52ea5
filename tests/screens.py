"""Runbell's screens in a browser, with a world behind them instead of an Airflow: always the same."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import ViewportSize, expect
from slack_sdk import WebClient

from bot.gateways.slack import SlackGateway
from bot.workers.notifier import Notifier
from storage.database import Database
from tests.choices import apply, with_inputs
from tests.fakes.talking import talking
from tests.house import ALEX
from tests.world import MAYA, TEAM, TOM, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from bot.domain.project import Person


@contextmanager
def furnished(folder: Path) -> Iterator[str]:
    """Serve a workspace with schedules, runs, a failure and choices; yield its address."""
    database = Database(f"sqlite:///{folder}/screens.db")
    database.migrate()
    world = World(database)
    with database.transaction() as tx:
        tx.directory.keep_people([ALEX], at=world.clock.now())
        tx.directory.give_workspace_role(TEAM, ALEX.person_id, "admin")
    with_inputs(world)
    apply(world)
    _not_by_file(world)
    with talking(world) as slack:
        client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        airflows = {world.airflow.deployment: world.airflow}
        world.notifier = Notifier(database, world.clock, SlackGateway(client), airflows)
        world.schedule("every weekday at 9am", TOM, region="emea")
        world.schedule("every friday at 4pm", MAYA)
        world.schedule("every day at 11am", TOM, dag_id="import_orders")
        world.run_now(TOM, dag_id="import_orders", fail="always")
        world.run_now(TOM)
        world.go_on(timedelta(minutes=1))
        yield slack.url


def _not_by_file(world: World) -> None:
    """Let managers change what the file has brought: its pages have all their buttons then."""
    with world.database.transaction() as tx:
        kept = tx.project_setups.one(world.projects["Finance"], world.airflow.deployment)
        assert kept is not None
        now, deployment = world.clock.now(), world.airflow.deployment
        tx.project_setups.put(TEAM, kept.name, kept.setup, deployment, at=now, by_file=False)


@contextmanager
def looking(
    browser: Browser, url: str, who: Person, *, width: int = 1280, look: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    """Yield #finance as this person sees it; whatever the page complains of fails the test."""
    size: ViewportSize = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=look, bypass_csp=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{url}/#{who.person_id}/C0FINANCE")
    expect(page.get_by_role("heading", name="#finance")).to_be_visible()
    close_windows(page)  # that a test which failed has left open
    yield page
    context.close()
    assert complaints == []


def ask(page: Page, words: str) -> None:
    """Type it in #finance."""
    box = page.get_by_role("textbox", name="Message #finance")
    box.fill(words)
    box.press("Enter")


def answer(page: Page, words: str) -> Locator:
    """Return the newest message with these words, once it is there."""
    found = page.get_by_role("article").filter(has_text=words).last
    expect(found).to_be_visible()
    return found


def window(page: Page, words: str) -> Locator:
    """Return the window on top, once it says this."""
    found = page.get_by_role("dialog").last
    expect(found).to_contain_text(words)
    return found


def close_windows(page: Page) -> None:
    """Close every window, the one on top first."""
    windows = page.get_by_role("dialog")
    while (count := windows.count()) > 0:
        windows.last.get_by_role("button", name=re.compile("^Close$")).first.click()
        expect(windows).not_to_have_count(count)


def home(page: Page) -> None:
    """Open Runbell's Home."""
    apps = page.get_by_role("navigation", name="Apps").get_by_role("button")
    if not apps.is_visible():
        page.get_by_role("button", name="Channels and people").click()
    apps.click()
    expect(page.get_by_role("tabpanel", name="Home").get_by_role("button").first).to_be_visible()
