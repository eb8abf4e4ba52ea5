"""Slack's text markup as a person reads it."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.slack.changes import Changes
from playground.slack.clock import ManualClock
from playground.slack.dates import write_date
from playground.slack.escaping import entities, escaped
from playground.slack.mrkdwn import Reader, words
from playground.slack.rich_text import markdown_to_mrkdwn
from playground.slack.state import State
from playground.slack.store import Store
from playground.tests.apps.lunch_workspace import DESCRIPTION

CLOCK = ManualClock()


@pytest.fixture(scope="module")
def reader() -> Reader:
    state = State(DESCRIPTION, "Lunch", Store(None), Changes(), CLOCK)
    return Reader(state, "U0ADA", CLOCK.now())


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("plain", [{"s": "plain"}]),
        ("*bold* and _italic_", [{"s": "bold", "b": 1}, {"s": " and "}, {"s": "italic", "i": 1}]),
        ("~gone~", [{"s": "gone", "x": 1}]),
        ("`a &amp; b`", [{"s": "a & b", "c": 1}]),
        ("*bold _both_*", [{"s": "bold ", "b": 1}, {"s": "both", "b": 1, "i": 1}]),
        ("```\nlines\nof *code*\n```", [{"pre": "lines\nof *code*"}]),
        ("&gt; said\nanswered", [{"quote": [{"s": "said"}]}, {"s": "answered"}]),
        ("2 * 3 * 4", [{"s": "2 * 3 * 4"}]),
        ("snake_case_name", [{"s": "snake_case_name"}]),
        ("<https://e.org|the page>", [{"s": "the page", "href": "https://e.org"}]),
        (
            "see https://e.org/a?b=1&amp;c=2.",
            [{"s": "see "}, {"s": "https://e.org/a?b=1&c=2", "href": "https://e.org/a?b=1&c=2"}, {"s": "."}],
        ),
        ("<!here> <@U0BEN>", [{"s": "@here", "group": "here"}, {"s": " "}, {"s": "@Ben", "user": "U0BEN"}]),
        (":tada: :no_such_thing:", [{"s": "🎉 :no_such_thing:"}]),
    ],
)
def test_markup_is_read(reader: Reader, text: str, runs: list[dict[str, object]]) -> None:
    assert reader.mrkdwn(text) == runs


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("{date_num} {time}", "2026-05-01 7:30 AM"),
        ("{date_short_pretty} at {time_secs}", "today at 7:30:00 AM"),
        ("{date}", "May 1st, 2026"),
        ("{date_long}", "Friday, May 1st, 2026"),
        ("{ago}", "3 hours ago"),
        ("{unknown}", "{unknown}"),
    ],
)
def test_dates_are_written(form: str, written: str) -> None:
    seconds = 1777620600

    assert write_date(seconds, form, UTC, seconds + 3 * 3600) == written


@given(st.text(alphabet="aé🎉 <&>;#|!."))
def test_what_a_person_typed_is_what_they_read(text: str) -> None:
    """Escaped on the way out and read on the way in, no bracket becomes a link or vanishes."""
    state = State(DESCRIPTION, "Lunch", Store(None), Changes(), CLOCK)
    typed = f"I say {text}"

    assert words(Reader(state, "U0ADA", CLOCK.now()).mrkdwn(entities(typed))) == typed


@given(st.text(alphabet="@#AdaBen <>&:/*_`~|!htps.e", max_size=40))
def test_no_typed_text_breaks_the_reading(text: str) -> None:
    state = State(DESCRIPTION, "Lunch", Store(None), Changes(), CLOCK)
    wire = escaped(text, state.people.values(), state.conversations.values(), groups={})

    assert isinstance(words(Reader(state, "U0ADA", CLOCK.now()).mrkdwn(wire)), str)


def test_markdown_becomes_markup() -> None:
    assert markdown_to_mrkdwn("# Title\n- **bold** and *soft*\n[page](https://e.org)") == (
        "*Title*\n• *bold* and _soft_\n<https://e.org|page>"
    )
