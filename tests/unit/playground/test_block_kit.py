"""Block Kit's limits: what is refused and what is taken, beside what Slack's own SDK says of it."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.bad_views import BAD, good
from fakes.lunch_app import button, section, text
from judges import by_slack_sdk, by_slackblocks
from judges.verdicts import missed_by_all_others

from bot.playground.slack.block_kit.surfaces import check_message, check_view

MISSED = {
    "action_id twice",
    "actions of nothing",
    "block_id twice",
    "button text in mrkdwn",
    "context of nothing",
    "header in mrkdwn",
    "initial_option not among the options",
    "initial_value too long",
    "label in mrkdwn",
    "moment of 9 digits",
    "multi select in actions",
    "number bound as a number",
    "optional is no boolean",
    "placeholder in mrkdwn",
    "response_url_enabled outside an input",
    "text input in actions",
    "title in mrkdwn",
    "two focus_on_load",
}


def test_a_good_view_is_taken() -> None:
    assert check_view(good(), "modal") == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_view_is_refused(name: str) -> None:
    assert check_view(BAD[name], "modal"), name


def test_there_are_enough_bad_views_to_mean_something() -> None:
    assert len(BAD) >= 60


@pytest.mark.parametrize("judge", [by_slack_sdk, by_slackblocks], ids=["slack_sdk", "slackblocks"])
def test_others_judge_too_and_take_what_is_good(judge: Any) -> None:
    """That what they refuse is refused here follows from the test above."""
    assert sum(judge.refuses(each) for each in BAD.values()) >= 40
    assert not judge.refuses(good())


def test_what_both_others_miss_is_known() -> None:
    """Slack's types, in .ci/judges, see some of these; see docs/playground.md for what nobody else sees."""
    assert missed_by_all_others() <= MISSED


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
