"""Which form of a message is sent when Slack's answers come in an unlucky order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import RateLimited, Rejected
from bot.domain.notice import Message
from bot.gateways.slack_forms import INVALID_BLOCKS, Forms

if TYPE_CHECKING:
    from collections.abc import Sequence

IN_A_TABLE = Message("x", ({"type": "section"},), ({"type": "data_table"},))
BOTH = Message("x", ({"type": "section"},), ({"type": "data_table"}, {"type": "plan"}))


class Sending:
    """A Slack that gives these answers, one each; then it takes everything."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = list(answers)
        self.sent: list[str] = []

    def __call__(self, blocks: Sequence[dict[str, Any]]) -> None:
        self.sent.append(blocks[0]["type"])
        answer = self._answers.pop(0) if self._answers else None
        if answer is not None:
            raise answer


def refusal() -> Rejected:
    return Rejected("Slack", INVALID_BLOCKS, INVALID_BLOCKS)


def test_a_kind_is_remembered_though_the_older_form_has_to_wait():
    forms, send = Forms(), Sending(refusal(), RateLimited("Slack", "ratelimited", 1.0))

    with pytest.raises(RateLimited):
        forms.send(IN_A_TABLE, send)
    forms.send(IN_A_TABLE, send)

    assert send.sent == ["data_table", "section", "section"]


def test_a_kind_is_not_to_blame_for_what_is_refused_in_both_forms():
    forms, send = Forms(), Sending(refusal(), refusal())

    with pytest.raises(Rejected):
        forms.send(IN_A_TABLE, send)
    forms.send(IN_A_TABLE, send)

    assert send.sent == ["data_table", "section", "data_table"]


def test_a_message_with_a_kind_that_was_refused_is_not_tried():
    forms, send = Forms(), Sending(refusal())

    forms.send(IN_A_TABLE, send)
    forms.send(BOTH, send)

    assert send.sent == ["data_table", "section", "section"]


def test_what_is_sent_is_returned():
    assert Forms().send(IN_A_TABLE, lambda blocks: blocks[0]["type"]) == "data_table"
