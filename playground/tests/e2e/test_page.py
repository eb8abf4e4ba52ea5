"""The page in a real browser, with a small Bolt app behind it: acted by what a person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from playground.slack.clock import ManualClock, Timing
from playground.slack.server import start_workspace
from playground.tests.apps.lunch_app import MANIFEST
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.running import lunch_served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from playground.slack.server import RunningWorkspace

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workspace() -> Iterator[RunningWorkspace]:
    running = start_workspace(DESCRIPTION, MANIFEST, timing=Timing(ack=2.0))
    with lunch_served(running):
        yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, workspace: RunningWorkspace) -> Iterator[Page]:
    """Ada's, in #finance; whatever the page complains of fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"{workspace.url}/#U0ADA/C0FINANCE")
    expect(page.get_by_role("heading", name="#finance")).to_be_visible()
    yield page
    context.close()
    assert complaints == []


def type_in_finance(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Message #finance")
    box.fill(text)
    box.press("Enter")


def open_form(page: Page) -> None:
    type_in_finance(page, "/lunch form")
    expect(page.get_by_role("dialog", name="Order lunch")).to_be_visible()


def test_a_slash_offers_the_apps_commands(page: Page) -> None:
    box = page.get_by_role("textbox", name="Message #finance")
    box.press_sequentially("/lu")

    expect(page.get_by_role("option", name="/lunch")).to_contain_text("Order lunch")
    box.press("Tab")
    expect(box).to_have_value("/lunch ")


def test_a_command_is_answered_and_its_button_edits_the_answer(page: Page) -> None:
    type_in_finance(page, "/lunch risotto")
    answer = page.get_by_role("article").filter(has_text="risotto for @Ada?")
    expect(answer).to_contain_text("Only visible to you")

    answer.get_by_role("button", name="Order it").click()

    expect(answer).to_have_count(0)
    expect(page.get_by_role("article").filter(has_text="@Ada ordered soup").last).to_be_visible()


def test_a_form_is_filled_in_by_keyboard_alone(page: Page) -> None:
    open_form(page)
    dish = page.get_by_role("combobox", name="Dish", exact=True)
    expect(dish).to_be_focused()

    page.keyboard.press("ArrowDown")
    page.keyboard.type("sal")
    expect(page.get_by_role("option", name="Salad")).to_be_visible()
    page.keyboard.press("Enter")
    expect(dish).to_have_text("Salad")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Order", exact=True).press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_errors_stand_at_their_fields_and_what_was_typed_stays(page: Page) -> None:
    open_form(page)
    page.get_by_label("Plates").fill("12")

    page.get_by_role("button", name="Order", exact=True).click()

    expect(page.get_by_role("combobox", name="Dish", exact=True)).to_have_accessible_description(
        "Please complete this required field."
    )
    expect(page.get_by_label("Plates")).to_have_accessible_description(
        "Please enter a number that is 9 or less."
    )
    expect(page.get_by_label("Plates")).to_have_value("12")
    page.get_by_role("button", name="Never mind").click()


def test_a_form_that_changes_keeps_focus_and_typing(page: Page) -> None:
    open_form(page)
    note = page.get_by_label("Note")
    note.press_sequentially("no onions")
    page.get_by_role("button", name="Refresh").click()

    expect(page.get_by_role("dialog")).to_contain_text("Fresh from the kitchen")
    expect(note).to_have_value("no onions")
    page.get_by_role("button", name="Another page").click()
    expect(page.get_by_role("dialog", name="Another page")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Order lunch")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_app_that_does_not_answer_a_form_is_trouble_connecting(page: Page) -> None:
    open_form(page)
    page.get_by_role("combobox", name="Dish", exact=True).click()
    page.keyboard.type("pizza")
    page.get_by_role("option", name="Pizza").click()
    page.get_by_label("Plates").fill("1")
    page.get_by_label("Note").fill("nothing")

    page.get_by_role("button", name="Order", exact=True).click()

    expect(page.get_by_role("alert")).to_have_text("We had some trouble connecting. Try again?")
    page.get_by_role("button", name="Never mind").click()


def test_news_elsewhere_is_marked_until_read(page: Page, workspace: RunningWorkspace) -> None:
    workspace.driver.as_person("Ben").type("#random", "look here @Ada")

    page.get_by_role("button", name="random, 1 unread").click()

    expect(page.get_by_text("look here @Ada")).to_be_visible()
    page.get_by_role("button", name="secret").click()
    expect(page.get_by_role("button", name="random", exact=True)).to_be_visible()


def test_what_is_said_while_a_conversation_is_being_read_is_shown(
    page: Page, workspace: RunningWorkspace
) -> None:
    def say_more_before_it_is_there(route: Route) -> None:
        read = route.fetch()
        ben.type("#random", "just in time")
        ben.type("#finance", "heard after it")
        expect(page.get_by_role("button", name="finance, 1 unread")).to_be_visible()
        route.fulfill(response=read)

    ben = workspace.driver.as_person("Ben")
    ben.type("#random", "before it")
    page.route("**/see/conversation?*channel=C0RANDOM", say_more_before_it_is_there)
    page.get_by_role("button", name="random").click()

    expect(page.get_by_text("before it")).to_be_visible()
    expect(page.get_by_text("just in time")).to_be_visible()


def test_somebody_else_takes_the_chair(page: Page, workspace: RunningWorkspace) -> None:
    workspace.driver.as_person("Ada").type("#random", "for @Gus only")

    page.get_by_label("Act as").select_option(label="Gus (guest)")

    expect(page.get_by_text("for @Gus only")).to_be_visible()
    expect(page.get_by_role("button", name="finance")).to_have_count(0)


def test_a_thread_opens_beside_and_a_reply_can_be_sent_to_the_channel(page: Page) -> None:
    type_in_finance(page, "@Lunch anything hot?")
    asked = page.get_by_role("article").filter(has_text="anything hot?")
    asked.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("You called?")

    thread.get_by_label("Also send to the channel").check()
    thread.get_by_role("textbox", name="Reply…").fill("soup then")
    thread.get_by_role("textbox", name="Reply…").press("Enter")

    expect(page.get_by_role("main").get_by_text("replied to")).to_be_visible()
    expect(asked.get_by_role("button", name="2 replies")).to_be_visible()


def test_home_shows_what_the_app_published(page: Page) -> None:
    page.get_by_role("navigation", name="Apps").get_by_role("button").click()

    expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="Your lunches")).to_be_visible()
    page.get_by_role("tab", name="Messages").click()
    expect(page.get_by_role("textbox", name="Message Lunch")).to_be_visible()


def test_the_inspector_names_the_broken_rule(page: Page, workspace: RunningWorkspace) -> None:
    page.get_by_role("button", name="Inspector").click()
    workspace.driver.as_person("Ada").type("#finance", "/silent")

    expect(page.get_by_role("complementary", name="Inspector")).to_contain_text("not acknowledged within 2 s")


def test_trouble_is_ordered_from_the_inspector(page: Page, workspace: RunningWorkspace) -> None:
    page.get_by_role("button", name="Inspector").click()
    inspector = page.get_by_role("complementary", name="Inspector")
    inspector.get_by_label("Make trouble").select_option("Next call: Slack fails (500)")
    inspector.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("status").filter(has_text="Slack fails")).to_be_visible()

    workspace.driver.as_person("Ada").type("#finance", "/lunch form")

    expect(inspector).to_contain_text("internal_error fault on request")


def test_a_clock_that_cannot_be_moved_says_so(page: Page) -> None:
    page.get_by_role("button", name="Clock").click()

    clock = page.get_by_role("dialog", name="The clock")
    expect(clock).to_contain_text("Europe/Berlin")
    expect(clock).to_contain_text("This clock cannot be moved")
    expect(clock.get_by_role("button", name="Jump")).to_have_count(0)
    clock.get_by_role("button", name="Close").click()


def test_a_clock_that_can_be_moved_is_put_forward_to_tomorrow(browser: Browser) -> None:
    clock = ManualClock(1_772_467_200.0)  # Monday 2 March 2026, 17:00 in Berlin
    running = start_workspace(DESCRIPTION, MANIFEST, clock=clock, clock_note="Everybody goes along.")
    page = browser.new_page()
    page.goto(f"{running.url}/#U0ADA/C0FINANCE")
    page.get_by_role("button", name="Clock").click()
    expect(page.get_by_role("dialog", name="The clock")).to_contain_text("Everybody goes along.")
    expect(page.get_by_label("Jump ahead to")).to_have_value("2026-03-03T09:00")

    page.get_by_role("button", name="Jump").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    type_in_finance(page, "good morning")
    expect(page.get_by_role("article").filter(has_text="good morning")).to_contain_text("9:00 AM")
    page.close()
    running.stop()


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 780})

    page.get_by_role("button", name="Channels and people").click()
    page.get_by_role("button", name="random").click()

    expect(page.get_by_role("heading", name="#random")).to_be_visible()
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert wider is False
