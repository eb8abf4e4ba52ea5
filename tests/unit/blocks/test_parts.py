"""Messages too long to be posted whole are posted in parts, each of which Slack takes."""

from __future__ import annotations

import json
from typing import Any

from bot.blocks.parts import LONGEST_POST, bold, escape, in_parts, message

LONG: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
DIVIDER: dict[str, Any] = {"type": "divider"}


def test_a_short_message_is_one_part():
    assert in_parts([LONG, DIVIDER, LONG]) == [[LONG, DIVIDER, LONG]]


def test_a_long_one_is_parted_before_a_divider_and_nothing_is_lost():
    blocks = [LONG, LONG, LONG, DIVIDER, LONG, LONG, LONG]

    parts = in_parts(blocks)

    assert parts == [[LONG, LONG, LONG], [DIVIDER, LONG, LONG, LONG]]


def test_without_a_divider_between_it_is_parted_anywhere():
    blocks = [DIVIDER, *[LONG] * 9]

    parts = in_parts(blocks)

    assert [each for part in parts for each in part] == blocks
    assert all(0 < len(json.dumps(part)) <= LONGEST_POST for part in parts)
    assert all(parts)


def test_one_block_that_is_too_long_alone_is_a_part():
    huge = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * LONGEST_POST}}

    assert in_parts([huge, LONG]) == [[huge], [LONG]]


def test_a_text_names_those_whom_we_name_and_nobody_whom_others_wrote_down():
    theirs = "Report for <@U0MAYA> & co"

    said = message(f"{escape(theirs)} was stopped by <@U0TOM>, not <!here>.", names_people=True)

    assert said.text == ("Report for &lt;@U0MAYA&gt; &amp; co was stopped by <@U0TOM>, not &lt;!here&gt;.")


def test_what_others_wrote_in_bold_formats_nothing_more_and_keeps_its_names():
    shown = bold("<!channel> *bold* _it_ ~no~ `code` __init__.py import_orders")

    assert shown[0] == shown[-1] == "*"
    assert not set("*~`") & set(shown[1:-1])
    assert "&lt;!channel&gt; \u2217bold\u2217 \u02cdit\u02cd" in shown
    assert "import_orders" in shown
