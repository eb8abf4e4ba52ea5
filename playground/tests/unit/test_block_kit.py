"""Block Kit's limits: what is refused and what is taken, beside what Slack's own SDK says of it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from playground.slack.block_kit.surfaces import check_message, check_view
from playground.tests.apps.bad_views import BAD, good
from playground.tests.apps.lunch_app import button, section, text
from tests.judges import by_slack_sdk, by_slackblocks
from tests.judges.verdicts import missed_by_all_others

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    "option url outside an overflow",
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
    """Slack's types, in .ci/judges, see some of these; see playground/README.md for what nobody else sees."""
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


WRONG: dict[type, list[Any]] = {
    str: ["", 5, {}, *("x" * each for each in (25, 31, 76, 151, 256, 301, 2001, 3001))],
    bool: ["x", 1],
    int: ["x", -1, 0, 1_000_000],
    list: [[], "x"],
    dict: [{}, "x"],
}
"""What may be put in the place of something good; a judge says whether it is still good."""
OPEN_TO_DOUBT = {"action_id", "trigger_actions_on", "dispatch_action_config"}
"""slackblocks wants them; Slack's own pages and types call them optional."""


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    inside = content.items() if isinstance(content, dict) else enumerate(content)
    for key, each in inside:
        yield (*path, key), each
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))


def changed(view: Any, path: tuple[Any, ...], value: Any) -> Any:
    """`value` MISSING: without what stands there."""
    copy = deepcopy(view)
    around = copy
    for key in path[:-1]:
        around = around[key]
    if value is MISSING:
        del around[path[-1]]
    else:
        around[path[-1]] = value
    return copy


MISSING = object()


@pytest.mark.parametrize("judge", [by_slack_sdk, by_slackblocks], ids=["slack_sdk", "slackblocks"])
def test_whatever_is_changed_in_a_good_view_others_refuse_no_more_than_the_playground(judge: Any) -> None:
    kinder = [
        (path, value)
        for path, each in places(good())
        for value in (*WRONG[type(each)], MISSING)
        if not check_view(view := changed(good(), path, value), "modal")
        and path[-1] not in OPEN_TO_DOUBT
        and judge.refuses(view)
    ]

    assert kinder == []
