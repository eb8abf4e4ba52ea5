"""A form that people fill in faster than Slack draws it: nothing is lost, and nothing old is drawn last."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from bot.domain.errors import RateLimited
from handlers import kept
from handlers.form.live import LiveForms
from handlers.payloads import Origin, Press, Submission, ViewState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.talk import Talk


@dataclass
class Slack:
    """A form as Slack keeps it: drawn anew only by who names its newest hash."""

    newest: str = "h0"
    shown: list[str] = field(default_factory=list)
    fault: Exception | None = None

    def update(self, view_id: str, view_hash: str | None, view: Mapping[str, Any]) -> str:
        assert view_id == "V1"
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        if view_hash != self.newest:
            return ""
        self.shown = list(view["shown"])
        self.newest = f"{self.newest}+"
        return self.newest


def press(at: str, view_hash: str, shown: tuple[str, ...] = (), *, heard: int = 0) -> Press:
    view = ViewState("V1", "V1", view_hash, "", {}, (), {"shown": list(shown)})
    return Press(Origin("T1", "U1", "", ""), "value", "", view, pressed_at=at, heard=heard)


def sent(*, heard: int) -> Submission:
    view = ViewState("V1", "V1", "", "", {}, (), {})
    return Submission(Origin("T1", "U1", "", ""), "form", view, heard=heard)


def adding(word: str) -> Any:
    return lambda content: {"shown": [*content["shown"], word]}


def test_a_time_too_long_to_be_kept_with_a_form_is_left_out():
    assert kept.value(kept.with_fields("{}", {"when": "every day at 9"}), "when") == "every day at 9"
    assert kept.with_fields("{}", {"when": "x" * 3000}) == "{}"


def talk(slack: Slack) -> Talk:
    return cast("Talk", slack)


def test_a_limit_of_slacks_costs_nothing_that_was_filled_in():
    slack, live = Slack(fault=RateLimited("Slack", "ratelimited", retry_after=1)), LiveForms()

    live.draw(talk(slack), press("1", "h0"), adding("first"), is_key=True)
    assert slack.shown == []

    live.draw(talk(slack), press("2", "h0"), adding("second"), is_key=True)
    assert slack.shown == ["first", "second"]


def test_what_a_key_outran_is_drawn_with_that_key():
    slack, live = Slack(newest="h1"), LiveForms()

    live.draw(talk(slack), press("1", "h0"), adding("the job's inputs"))
    assert slack.shown == []

    live.draw(talk(slack), press("2", "h1"), adding("a time"), is_key=True)
    assert slack.shown == ["the job's inputs", "a time"]


def test_a_press_that_names_an_older_form_changes_the_newest():
    slack, live = Slack(), LiveForms()
    live.draw(talk(slack), press("2", "h0"), adding("second"))

    live.draw(talk(slack), press("1", "h0"), adding("first"))

    assert slack.shown == ["second", "first"]


def test_an_older_key_is_not_drawn_over_a_newer_one():
    slack, live = Slack(), LiveForms()
    live.draw(talk(slack), press("2", "h0"), adding("newer"), is_key=True)

    live.draw(talk(slack), press("1", "h0"), adding("older"), is_key=True)

    assert slack.shown == ["newer"]


def test_a_press_that_comes_while_slack_answers_an_update_is_drawn_after_it():
    slack, live = Slack(), LiveForms()
    with ThreadPoolExecutor() as others:
        pressed: list[Future[None]] = []

        def answer_late(view_id: str, view_hash: str | None, view: Mapping[str, Any]) -> str:
            drawn = Slack.update(slack, view_id, view_hash, view)
            if not pressed:  # the form is drawn, its hash is on its way, and somebody presses in it
                slack.newest = "h1"
                later = press("2", "h1", tuple(slack.shown))
                pressed.append(others.submit(live.draw, talk(slack), later, adding("second")))
                while live._forms["V1"].at != "2":
                    time.sleep(0.001)
            return drawn

        slack.update = answer_late  # type: ignore[method-assign]
        live.draw(talk(slack), press("1", "h0"), adding("first"))
        pressed[0].result(timeout=10)

    assert slack.shown == ["first", "second"]


def test_what_was_pressed_before_the_form_was_sent_is_not_drawn_over_its_errors():
    slack, live = Slack(), LiveForms()
    live.draw(talk(slack), press("1", "h0", heard=1), adding("the job's inputs"))

    live.show_errors(sent(heard=3))
    live.draw(talk(slack), press("2", "h0", heard=2), adding("how the time reads"), is_key=True)
    assert slack.shown == ["the job's inputs"]

    now = press("3", "h0+", tuple(slack.shown), heard=4)
    live.draw(talk(slack), now, adding("the time again"), is_key=True)
    assert slack.shown == ["the job's inputs", "how the time reads", "the time again"]


def test_errors_come_after_the_drawing_that_is_under_way():
    slack, live = Slack(), LiveForms()
    order: list[str] = []

    def show_errors() -> None:
        live.show_errors(sent(heard=2))
        order.append("errors")

    with ThreadPoolExecutor() as others:
        showing = []

        def answer_late(view_id: str, view_hash: str | None, view: Mapping[str, Any]) -> str:
            showing.append(others.submit(show_errors))
            while live._forms["V1"].errors_for != 2:
                time.sleep(0.001)
            drawn = Slack.update(slack, view_id, view_hash, view)
            order.append("drawn")
            return drawn

        slack.update = answer_late  # type: ignore[method-assign]
        live.draw(talk(slack), press("1", "h0", heard=1), adding("first"))
        showing[0].result(timeout=10)

    assert order == ["drawn", "errors"]
