"""A tour in screenshots: `python -m tests.tour FOLDER` takes them, desktop and phone, light and dark."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))

from playwright.sync_api import expect
from slack_sdk import WebClient

from playground.slack.clock import ManualClock, SystemClock
from playground.slack.server import start_workspace
from playground.tests.apps.bad_views import good
from playground.tests.apps.chromium import chromium
from playground.tests.apps.lunch_app import MANIFEST, button, field, option, section, text
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.raw_app import RawApp
from tests.drawn import of_forms_and_help, of_jobs_and_runs, of_schedules
from tests.drawn.samples import draw

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace

SAMPLES = (of_forms_and_help, of_jobs_and_runs, of_schedules)
SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 820},
    "phone": {"width": 390, "height": 800},
}
QUESTION = {
    "title": text("Sure?"),
    "text": text("Nobody can undo it."),
    "confirm": text("Do it"),
    "deny": text("No"),
}
EVERYTHING = [
    {"type": "header", "text": text("Everything a message can hold")},
    section(
        "*Bold*, _italic_, ~struck~, `code`, https://example.com and <@U0BEN>", accessory=button("Press", "p")
    ),
    {"type": "section", "fields": [text(each) for each in ("Region", "EMEA", "Rows", "1,204")]},
    section("> quoted\n```a block of code\nof two lines```"),
    {
        "type": "actions",
        "elements": [
            button("Go", "go", style="primary"),
            button("Stop", "stop", style="danger", confirm=QUESTION),
            {
                "type": "static_select",
                "action_id": "s",
                "placeholder": text("Size"),
                "options": [option("Small")],
            },
            {"type": "datepicker", "action_id": "d"},
            {"type": "timepicker", "action_id": "t", "timezone": "Asia/Kolkata"},
            {"type": "overflow", "action_id": "o", "options": [option("One"), option("Two")]},
            {"type": "radio_buttons", "action_id": "r", "options": [option("Red"), option("Blue")]},
            {"type": "checkboxes", "action_id": "c", "options": [option("Bread"), option("Water")]},
        ],
    },
    {"type": "table", "rows": [[{"type": "raw_text", "text": each} for each in row] for row in ("ab", "12")]},
    {"type": "context", "elements": [text("Asked for by Ada · تقرير المبيعات اليومي")]},
]


def furnish(running: RunningWorkspace, client: WebClient) -> None:
    """People talk, the app posts all it can, somebody answers in a thread and reacts."""
    ada, ben = running.driver.as_person("Ada"), running.driver.as_person("Ben")
    client.chat_postMessage(channel="C0FINANCE", text="All", blocks=EVERYTHING)
    for builder in ("run.failure", "run.card", "listing.schedules"):
        message = draw(f"bot.blocks.{builder}", "Sales report")[2 if builder != "listing.schedules" else 0]
        client.chat_postMessage(channel="C0FINANCE", text=message.text, blocks=list(message.blocks)[:12])
    ben.type("#finance", "Has anybody seen *the numbers* for May? :eyes: @Ada")
    asked = ada.see("#finance", "the numbers")
    ada.reply(asked, "Here they are: https://example.com/may")
    ben.edit(asked, "Has anybody seen *the numbers* for June? :eyes: @Ada")
    ada.react("thumbsup", to=asked)
    client.chat_postEphemeral(channel="C0FINANCE", user="U0ADA", text="Only you can see this")
    client.files_upload_v2(channel="C0FINANCE", content="a,b\n1,2\n", filename="may.csv", title="May")
    client.views_publish(user_id="U0ADA", view={"type": "home", "blocks": EVERYTHING[:5]})


class Tour:
    """`shot` writes `NN-name-size-look.png`."""

    def __init__(self, folder: Path, served: tuple[RunningWorkspace, RawApp, WebClient]) -> None:
        self.folder, (self.running, self.app, self.client) = folder, served
        self.ada: Person = self.running.driver.as_person("Ada")

    def take(self, browser: Browser, size: str, look: Any) -> None:
        context = browser.new_context(viewport=SIZES[size], color_scheme=look)
        page, self._names = context.new_page(), iter(range(1, 99))
        self._end = f"{size}-{look}"
        page.goto(f"{self.running.url}/#U0ADA/C0FINANCE")
        expect(page.get_by_role("heading", name="#finance")).to_be_visible()
        self.channel(page)
        self.thread(page)
        self.form(page)
        self.home(page)
        if size == "phone":
            page.get_by_role("button", name="Channels and people").click()
            self.shot(page, "list")
        context.close()

    def shot(self, page: Page, name: str) -> None:
        page.wait_for_timeout(250)
        page.screenshot(path=self.folder / f"{next(self._names):02}-{name}-{self._end}.png")

    def channel(self, page: Page) -> None:
        self.shot(page, "channel")
        page.get_by_role("log", name="Messages").evaluate("each => { each.scrollTop = 0 }")
        self.shot(page, "channel-top")
        page.get_by_role("textbox", name="Message #finance").press_sequentially("/")
        self.shot(page, "commands")
        page.keyboard.press("Escape")
        page.get_by_role("textbox", name="Message #finance").fill("")

    def thread(self, page: Page) -> None:
        page.get_by_role("button", name="1 reply").click()
        self.shot(page, "thread")
        page.get_by_role("button", name="Close thread").click()

    def form(self, page: Page) -> None:
        self.ada.type("#finance", "/lunch")
        view = good()
        view["blocks"].insert(1, field("Story", {"type": "rich_text_input", "placeholder": text("Tell it")}))
        self.client.views_open(trigger_id=self.app.last("/lunch")["payload"]["trigger_id"], view=view)
        dialog = page.get_by_role("dialog", name="Order lunch")
        expect(dialog).to_be_visible()
        self.shot(page, "form")
        dialog.get_by_role("button", name="Order", exact=True).click()
        self.shot(page, "form-errors")
        page.get_by_role("combobox", name="Colour").click()
        self.shot(page, "form-menu")
        page.keyboard.press("Escape")
        dialog.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Clock").click()
        self.shot(page, "clock")
        page.keyboard.press("Escape")

    def home(self, page: Page) -> None:
        if page.get_by_role("button", name="Channels and people").is_visible():
            page.get_by_role("button", name="Channels and people").click()
        page.get_by_role("navigation", name="Apps").get_by_role("button").click()
        self.shot(page, "home")
        page.get_by_role("button", name="Inspector").click()
        self.shot(page, "inspector")
        page.get_by_role("button", name="Close the inspector").click()


def main(folder: Path) -> None:
    assert SAMPLES
    folder.mkdir(parents=True, exist_ok=True)
    scopes = {"bot": [*MANIFEST["oauth_config"]["scopes"]["bot"]]}
    manifest = {**MANIFEST, "oauth_config": {"scopes": scopes}}
    running = start_workspace(DESCRIPTION, manifest, clock=ManualClock(SystemClock().now()))
    running.workspace.rate_limits.enforced = False
    app = RawApp(running).connect()
    client = WebClient(running.bot_token, base_url=running.api_url)
    furnish(running, client)
    with chromium() as browser:
        for size in SIZES:
            for look in ("light", "dark"):
                Tour(folder, (running, app, client)).take(browser, size, look)
    app.close()
    running.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tour"))
