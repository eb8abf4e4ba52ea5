"""Tables, charts, plans and containers: Slack's newer blocks. Where sources differ, the lower limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.block_kit.objects import EMPTY, plain, rich
from playground.slack.block_kit.rules import (
    Problem,
    Rule,
    Shape,
    anything,
    boolean,
    by_type,
    listed,
    number,
    one_of,
    string,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK: dict[str, Rule] = {"block_id": string(255)}
RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
MOST_IN_TABLES = 20_000
"""Characters in the cells of all a message's data tables."""
IN_CONTAINER = {
    "actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video",
}  # fmt: skip
STATUS = one_of("pending", "in_progress", "complete", "error")


def _rich_part(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict) or value.get("type") not in RICH_PARTS:
        yield Problem(f"{at}/type", "unsupported rich text part")
        return
    inside = _rich_part if value["type"] == "rich_text_list" else _rich_element
    yield from listed(inside, 1, 1000)(value.get("elements"), f"{at}/elements")


def _rich_element(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        yield Problem(f"{at}/type", "unsupported rich text element")
    elif value["type"] == "text":
        yield from string(MOST_IN_TABLES)(value.get("text"), f"{at}/text")


RICH_TEXT = Shape({"elements": listed(_rich_part, 1, 1000)}, BLOCK)
RICH_TEXT_ONLY = by_type({"rich_text": RICH_TEXT})
RAW = {
    "raw_text": Shape({"text": string(MOST_IN_TABLES)}, {"emoji": boolean}),
    "raw_number": Shape({"value": number, "text": string(MOST_IN_TABLES)}, EMPTY),
}
ROW = listed(by_type({**RAW, "rich_text": RICH_TEXT}), 1, 20)
POINT = Shape({"label": string(20), "value": number}, EMPTY)
SERIES = Shape({"name": string(20), "data": listed(POINT, 1, 20)}, EMPTY)
AXES = Shape({"categories": listed(string(20), 1, 20)}, {"x_label": string(50), "y_label": string(50)})
ON_AXES = Shape({"series": listed(SERIES, 1, 6), "axis_config": AXES}, EMPTY)
CHARTS = {
    **dict.fromkeys(("bar", "line", "area"), ON_AXES),
    "pie": Shape({"segments": listed(POINT, 1, 6)}, EMPTY),
}
TASK = Shape(
    {"task_id": string(255), "title": string(255), "status": STATUS},
    {**BLOCK, "details": RICH_TEXT_ONLY, "output": RICH_TEXT_ONLY, "sources": listed(anything, 1, 10)},
)


def _table(block: Any, at: str) -> Iterator[Problem]:
    """What no shape says: rows of one length, and a header of words."""
    rows = block["rows"]
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield Problem(f"{at}/rows/{index}", "all rows must have the same number of columns")
    if any(cell["type"] == "rich_text" for cell in rows[0]):
        yield Problem(f"{at}/rows/0", "header cells cannot be rich text")
    if block.get("row_header_column_index", 0) >= len(rows[0]):
        yield Problem(f"{at}/row_header_column_index", "there is no such column")


def _chart(block: Any, at: str) -> Iterator[Problem]:
    """What no shape says: a point for each category in each series, and names that differ."""
    chart = block["chart"]
    if chart["type"] == "pie":
        return
    categories = chart["axis_config"]["categories"]
    if len(set(categories)) != len(categories):
        yield Problem(f"{at}/chart/axis_config/categories", "categories must be unique")
    if len({each["name"] for each in chart["series"]}) != len(chart["series"]):
        yield Problem(f"{at}/chart/series", "names of series must be unique")
    for index, each in enumerate(chart["series"]):
        if sorted(point["label"] for point in each["data"]) != sorted(categories):
            yield Problem(f"{at}/chart/series/{index}", "must have one point for each category")


def _plan(block: Any, at: str) -> Iterator[Problem]:
    ids = [each["task_id"] for each in block["tasks"]]
    if len(set(ids)) != len(ids):
        yield Problem(f"{at}/tasks", "task_id must be unique")


def _alone(block: Any, at: str) -> Iterator[Problem]:
    if block["status"] == "pending":
        yield Problem(f"{at}/status", "only tasks of a plan can be pending")


def _container(block: Any, at: str) -> Iterator[Problem]:
    folds = block.get("is_collapsible")
    if block.get("default_collapsed") and not folds:
        yield Problem(f"{at}/default_collapsed", "needs is_collapsible")
    if block.get("has_header_divider") and folds:
        yield Problem(f"{at}/has_header_divider", "not where it can be collapsed")


def _and(shape: Shape, further: Callable[[Any, str], Iterator[Problem]]) -> Rule:
    """Return the rule that looks further once the shape is right."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        found = list(shape(value, at))
        yield from found or further(value, at)

    return check


def pictures(older: dict[str, Rule]) -> dict[str, Rule]:
    """The newer blocks' rules, by type. `older`: those of the others, some of which a container takes."""
    return {
        "data_table": _and(
            Shape(
                {"caption": string(255), "rows": listed(ROW, 2, 100)},
                {**BLOCK, "page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
            ),
            _table,
        ),
        "data_visualization": _and(Shape({"title": string(50), "chart": by_type(CHARTS)}, BLOCK), _chart),
        "plan": _and(Shape({"title": string(255), "tasks": listed(TASK, 0, 50)}, BLOCK), _plan),
        "task_card": _and(TASK, _alone),
        "container": _and(
            Shape(
                {"child_blocks": listed(by_type(older, IN_CONTAINER), 1, 10)},
                {
                    **BLOCK,
                    "title": plain(150),
                    "rich_text_title": RICH_TEXT_ONLY,
                    "subtitle": rich(150),
                    "width": one_of("narrow", "standard", "wide", "full"),
                    "icon": anything,
                    **dict.fromkeys(("is_collapsible", "default_collapsed", "has_header_divider"), boolean),
                },
                ("title", "rich_text_title"),
            ),
            _container,
        ),
    }


def characters_in(value: Any) -> int:
    """How many characters a table's cells hold."""
    if isinstance(value, list):
        return sum(map(characters_in, value))
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(map(characters_in, value.values()))
