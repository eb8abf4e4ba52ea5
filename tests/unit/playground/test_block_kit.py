"""Block Kit's limits: what is refused and what is taken, beside what Slack's own SDK says of it."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.bad_views import BAD, good
from fakes.lunch_app import button, section, text
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.views import View

from bot.playground.slack.block_kit.surfaces import check_message, check_view


def test_a_good_view_is_taken() -> None:
    assert check_view(good(), "modal") == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_view_is_refused(name: str) -> None:
    assert check_view(BAD[name], "modal"), name


def test_there_are_enough_bad_views_to_mean_something() -> None:
    assert len(BAD) >= 60


@pytest.mark.parametrize("name", BAD)
def test_whatever_slacks_sdk_refuses_is_refused_here(name: str) -> None:
    """The SDK is the kinder judge of the two: it sees lengths, and nothing of ids, places or unknown keys."""
    if sdk_refuses(BAD[name]):
        assert check_view(BAD[name], "modal"), name


def test_slacks_sdk_is_a_judge_at_all() -> None:
    assert sum(sdk_refuses(each) for each in BAD.values()) >= 10
    assert not sdk_refuses(good())


def sdk_refuses(view: dict[str, Any]) -> bool:
    try:
        validate(View(**view))
    except (SlackObjectFormationError, TypeError, ValueError, KeyError, AttributeError):
        return True
    return False


def validate(value: object) -> None:
    """The SDK checks an object without what lies inside it: walk down."""
    if isinstance(value, JsonObject):
        value.validate_json()
        for each in vars(value).values():
            validate(each)
    elif isinstance(value, list | tuple):
        for each in value:
            validate(each)


@pytest.mark.parametrize(
    "blocks",
    [
        [section("x")] * 51,
        [{"type": "markdown", "text": "x" * 7000}] * 2,
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
        [{"type": "header", "text": text("x" * 151)}],
        "not a list",
    ],
    ids=["51 blocks", "markdown together too long", "two tables", "long header", "not a list"],
)
def test_a_message_has_limits_of_its_own(blocks: Any) -> None:
    assert check_message(blocks)


def test_a_home_has_no_submit_and_may_be_empty() -> None:
    assert check_view({"type": "home", "blocks": []}, "home") == []
    assert check_view({"type": "home", "blocks": [], "submit": text("Go")}, "home")


def test_a_problem_points_to_where_it_stands() -> None:
    view = {**good(), "blocks": [section("ok"), {"type": "actions", "elements": [button("x" * 76, "a")]}]}

    assert [str(each) for each in check_view(view, "modal")] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/1/elements/0/text]",
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]",
    ]
