"""The limits of tables, charts, plans and containers, beside what slackblocks says of them."""

from __future__ import annotations

from typing import Any

import pytest

from playground.slack.block_kit.blocks import NEWER
from playground.slack.block_kit.surfaces import check_message, check_view
from playground.tests.apps.lunch_app import button, section, text
from playground.tests.unit.test_block_kit import MISSING, WRONG, changed, places
from tests.judges import by_slackblocks


def raw(words: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": words}


def rich(words: str) -> dict[str, Any]:
    inside = [{"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}]
    return {"type": "rich_text", "elements": inside}


def task(name: str, **more: Any) -> dict[str, Any]:
    return {"task_id": name, "title": name, "status": "pending", **more}


def series(name: str, *values: float) -> dict[str, Any]:
    labels = [str(each) for each in range(len(values))]
    return {
        "name": name,
        "data": [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)],
    }


TABLE: dict[str, Any] = {
    "type": "data_table",
    "caption": "Lunches",
    "page_size": 10,
    "row_header_column_index": 0,
    "rows": [
        [raw("Dish"), raw("Plates")],
        [rich("Soup"), {"type": "raw_number", "value": 3, "text": "3 plates"}],
    ],
}
CHART: dict[str, Any] = {
    "type": "data_visualization",
    "title": "Plates",
    "chart": {
        "type": "bar",
        "series": [series("Soup", 1, 2.5), series("Bread", 0, 3)],
        "axis_config": {"categories": ["0", "1"], "x_label": "Day", "y_label": "Plates"},
    },
}
PLAN: dict[str, Any] = {
    "type": "plan",
    "title": "Cooking",
    "tasks": [task("wash"), task("cut", status="in_progress", details=rich("two of six"))],
}
CARD: dict[str, Any] = {"type": "task_card", "task_id": "a", "title": "Cook", "status": "complete"}
FOLD: dict[str, Any] = {
    "type": "container",
    "title": text("Soup"),
    "subtitle": text("of the day"),
    "is_collapsible": True,
    "default_collapsed": True,
    "child_blocks": [section("Leek"), {"type": "actions", "elements": [button("Order", "order")]}],
}
GOOD = {each["type"]: each for each in (TABLE, CHART, PLAN, CARD, FOLD)}
CATEGORIES = [str(each) for each in range(21)]


def chart(*shown: dict[str, Any], categories: list[str]) -> dict[str, Any]:
    return {
        **CHART,
        "chart": {**CHART["chart"], "series": list(shown), "axis_config": {"categories": categories}},
    }


BAD: dict[str, list[dict[str, Any]]] = {
    "header alone": [{**TABLE, "rows": TABLE["rows"][:1]}],
    "101 rows": [{**TABLE, "rows": [[raw("x")]] * 101}],
    "21 columns": [{**TABLE, "rows": [[raw("x")] * 21] * 2}],
    "rows of two lengths": [{**TABLE, "rows": [[raw("x")], [raw("x"), raw("y")]]}],
    "rich header": [{**TABLE, "rows": [[rich("x")], [raw("x")]]}],
    "empty cell": [{**TABLE, "rows": [[raw("x")], [raw("")]]}],
    "button in a cell": [{**TABLE, "rows": [[raw("x")], [button("Go", "go")]]}],
    "no such header column": [{**TABLE, "row_header_column_index": 2}],
    "page of 101": [{**TABLE, "page_size": 101}],
    "20,001 characters": [{**TABLE, "rows": [[raw("x")], [raw("x" * 20_000)]]}],
    "20,001 characters in two tables": [{**TABLE, "rows": [[raw("x")], [raw("x" * 10_000)]]}] * 2,
    "three charts": [CHART] * 3,
    "21 points": [chart(series("Soup", *range(21)), categories=CATEGORIES)],
    "7 series": [chart(*(series(f"Soup {each}", 1) for each in range(7)), categories=["0"])],
    "a point too few": [chart(series("Soup", 1), categories=["0", "1"])],
    "categories twice": [chart(series("Soup", 1, 1), categories=["0", "0"])],
    "series twice": [chart(series("Soup", 1), series("Soup", 2), categories=["0"])],
    "long name of a series": [chart(series("x" * 21, 1), categories=["0"])],
    "51 tasks": [{**PLAN, "tasks": [task(str(each)) for each in range(51)]}],
    "task twice": [{**PLAN, "tasks": [task("a"), task("a")]}],
    "task of no status": [{**PLAN, "tasks": [task("a", status="late")]}],
    "pending card": [{**CARD, "status": "pending"}],
    "11 children": [{**FOLD, "child_blocks": [section("x")] * 11}],
    "no children": [{**FOLD, "child_blocks": []}],
    "table of data in a container": [{**FOLD, "child_blocks": [TABLE]}],
    "collapsed without being collapsible": [{**FOLD, "is_collapsible": False}],
    "divided though collapsible": [{**FOLD, "has_header_divider": True}],
    "untitled container": [{key: each for key, each in FOLD.items() if key != "title"}],
    "block_id twice, once inside": [
        {**section("x"), "block_id": "b"},
        {**FOLD, "child_blocks": [{**section("y"), "block_id": "b"}]},
    ],
}  # fmt: skip
ONLY_OURS = {"101 rows", "7 series", "block_id twice, once inside"}
"""slackblocks allows more rows and series than Slack's pages."""


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_one_is_taken_by_every_judge(kind: str) -> None:
    assert check_message([GOOD[kind]]) == []
    assert not by_slackblocks.refuses([GOOD[kind]])


def test_there_is_a_good_one_of_each_kind() -> None:
    assert set(GOOD) == set(NEWER)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_one_is_refused(name: str) -> None:
    assert check_message(BAD[name]), name


def test_slackblocks_sees_all_but_these() -> None:
    assert {name for name, blocks in BAD.items() if not by_slackblocks.refuses(blocks)} == ONLY_OURS


@pytest.mark.parametrize("kind", GOOD)
def test_whatever_is_changed_in_a_good_one_slackblocks_refuses_no_more(kind: str) -> None:
    wrong = {**WRONG, float: WRONG[int]}
    kinder = [
        (path, value)
        for path, each in places(GOOD[kind])
        for value in (*wrong[type(each)], MISSING)
        if not check_message([block := changed(GOOD[kind], path, value)])
        and path[-1] != "action_id"
        and by_slackblocks.refuses([block])
    ]

    assert kinder == []


@pytest.mark.parametrize("kind", GOOD)
def test_an_older_slack_knows_none_of_them(kind: str) -> None:
    assert check_message([GOOD[kind]], {kind}) != []
    assert check_message([section("x")], set(NEWER)) == []


def test_no_form_takes_them_and_a_home_takes_three() -> None:
    def views(kind: str) -> list[str]:
        return [
            each
            for each, block in GOOD.items()
            if not check_view({**SURFACES[kind], "blocks": [block]}, kind)
        ]

    assert views("modal") == []
    assert views("home") == ["data_table", "data_visualization", "container"]


SURFACES: dict[str, dict[str, Any]] = {
    "modal": {"type": "modal", "title": text("Lunch")},
    "home": {"type": "home"},
}
