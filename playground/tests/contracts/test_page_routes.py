"""What the page's addresses give and refuse: nobody reads or acts as another."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from playground.slack.driver import NotPossibleError
from playground.tests.apps.running import wait_until

if TYPE_CHECKING:
    from playground.slack.clock import ManualClock
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from playground.tests.apps.lunch_app import LunchApp


def ask(url: str, body: Any = None, **headers: str) -> tuple[int, str]:
    content = None if body is None else body.encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def seen(workspace: RunningWorkspace, person: str, channel: str) -> str:
    return ask(f"{workspace.url}/see/conversation?person={person}&channel={channel}")[1]


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
def test_another_site_may_not_act_here(workspace: RunningWorkspace, headers: dict[str, str]) -> None:
    body = json.dumps({"person": "U0ADA", "channel": "C0FINANCE", "text": "forged"})

    assert ask(f"{workspace.url}/do/type", body, **headers)[0] == 403

    workspace.driver.as_person("Ben").see_no("#finance", "forged")


def test_another_site_may_not_show_the_page_inside_its_own(workspace: RunningWorkspace) -> None:
    with urllib.request.urlopen(workspace.url, timeout=5) as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("person", ["U0NOBODY", "U0DORA", "U0OTHERBOT"])
def test_nobody_sits_in_the_chair_of_a_leaver_or_a_bot(workspace: RunningWorkspace, person: str) -> None:
    assert ask(f"{workspace.url}/see/news?person={person}")[0] == 404


def test_a_private_channel_shows_nothing_to_those_outside(workspace: RunningWorkspace, ada: Person) -> None:
    ada.type("#secret", "the numbers")

    assert "the numbers" in seen(workspace, "U0ADA", "C0SECRET")
    assert "the numbers" not in seen(workspace, "U0BEN", "C0SECRET")
    ada.type("#finance", "for members")
    assert "for members" not in seen(workspace, "U0GUS", "C0FINANCE")


def test_the_news_carry_nothing_that_is_for_others(workspace: RunningWorkspace, ada: Person) -> None:
    heard: list[str] = []
    line = urllib.request.urlopen(f"{workspace.url}/see/news?person=U0BEN", timeout=20)

    def listen() -> None:
        for each in line:
            heard.append(each.decode())
            if "the end" in heard[-1]:
                return

    listening = threading.Thread(target=listen)
    listening.start()
    wait_until(lambda: heard)
    ada.type("#finance", "/lunch secret soup")
    ada.see("#finance", "secret soup")
    ada.type("#secret", "secret numbers")
    ada.type("#finance", "the end")
    listening.join(10)
    line.close()

    assert any("the end" in each for each in heard)
    assert not any("secret soup" in each or "secret numbers" in each for each in heard)


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("type", "not json", 400),
        ("type", "[]", 400),
        ("type", '{"person": "U0ADA"}', 409),
        ("fly", '{"person": "U0ADA"}', 409),
        ("press", '{"person": "U0ADA", "where": {}, "block_id": "a", "action_id": "b"}', 409),
        ("type", '{"person": "U0BEN", "channel": "C0SECRET", "text": "in"}', 409),
        ("type", '{"person": "U0GUS", "channel": "C0FINANCE", "text": "in"}', 409),
        ("type", '{"person": "U0ADA", "channel": "C0OLD", "text": "in"}', 409),
        ("join", '{"person": "U0BEN", "channel": "C0SECRET"}', 409),
    ],
)
def test_what_cannot_be_done_is_said(workspace: RunningWorkspace, verb: str, body: str, status: int) -> None:
    assert ask(f"{workspace.url}/do/{verb}", body)[0] == status


def test_a_button_pressed_from_two_devices_at_once_arrives_twice(ada: Person, app: LunchApp) -> None:
    ada.type("#finance", "/lunch twice")

    ada.press_twice("Order it", in_=ada.see("#finance", "twice for"))

    pressed = [each for each in app.seen if each.get("type") == "block_actions"]
    assert len(pressed) == 2
    assert pressed[0]["trigger_id"] != pressed[1]["trigger_id"]


# The clock


def test_a_clock_that_can_be_moved_is_put_forward_on_a_persons_own_wall(
    fresh: RunningWorkspace, zoe: Person, clock: ManualClock
) -> None:
    clock.moment = 1_772_467_200.0  # Monday 2 March 2026, 17:00 in Berlin

    zoe.jump("2026-03-03T09:00")

    assert clock.moment == 1_772_524_800.0
    zoe.type("#finance", "good morning")
    assert zoe.see("#finance", "good morning").drawn["time"] == "9:00 AM"
    with pytest.raises(NotPossibleError, match="only be put forward"):
        zoe.jump("2026-03-03T08:00")
    assert any("put forward" in each["name"] for each in fresh.driver.journal())


def test_a_clock_that_cannot_be_moved_says_why(ada: Person) -> None:
    with pytest.raises(NotPossibleError, match="keep a time of their own"):
        ada.jump("2099-01-01T09:00")
