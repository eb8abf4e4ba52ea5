"""Slack's blocks of 2026: tables, charts, checklists and folds, each to stand in an Either."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from bot.blocks.parts import cut
from bot.domain.run import TaskState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slack_sdk.models.blocks import Block

    from bot.domain.run import Step

    Cell = dict[str, Any]

LONGEST_CELL = 250
LONGEST_CAPTION = 200
LONGEST_TITLE = 150
NOTHING = "–"
"""What an empty cell says: Slack takes no cell without text."""
LONGEST_TASK = 60
STATUS = {
    TaskState.WAITING: "pending",
    TaskState.RUNNING: "in_progress",
    TaskState.DONE: "complete",
    TaskState.SKIPPED: "complete",
    TaskState.FAILED: "error",
    TaskState.UPSTREAM_FAILED: "error",
}
REMARKS = {TaskState.SKIPPED: " (skipped)", TaskState.UPSTREAM_FAILED: " (cannot run)"}
_TOKEN = re.compile(
    r"<@(?P<person>\w+)>"
    r"|<(?P<url>https?://[^|>]+)\|(?P<words>[^>]*)>"
    r"|`(?P<code>[^`]+)`"
    r"|:(?P<emoji>[a-z_]+):"
)


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    """Return a table that shows all its rows at once. The first column names each row."""
    return {
        "type": "data_table",
        "caption": cut(caption, LONGEST_CAPTION),
        "page_size": len(rows),
        "rows": [[words(each) for each in header], *(list(row) for row in rows)],
    }


def chart(title: str, series: Mapping[str, Sequence[float]], x_label: str, y_label: str) -> dict[str, Any]:
    """Return a chart of bars. Each series has as many values; they are numbered from 1."""
    labels = [str(number) for number in range(1, len(next(iter(series.values()))) + 1)]
    drawn = [
        {
            "name": name,
            "data": [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)],
        }
        for name, values in series.items()
    ]
    axes = {"categories": labels, "x_label": x_label, "y_label": y_label}
    bars = {"type": "bar", "series": drawn, "axis_config": axes}
    return {"type": "data_visualization", "title": title, "chart": bars}


def checklist(title: str, steps: Sequence[Step]) -> dict[str, Any]:
    """Return a run's tasks as a list in which each has a sign for how it stands."""
    tasks = [
        {"task_id": str(place), "title": _titled(each), "status": STATUS[each.state]}
        for place, each in enumerate(steps)
    ]
    return {"type": "plan", "title": title, "tasks": tasks}


def fold(title: str, *blocks: Block) -> dict[str, Any]:
    """Return blocks under a plain title, open at first, which the reader can fold away."""
    return {
        "type": "container",
        "title": {"type": "plain_text", "text": cut(title, LONGEST_TITLE)},
        "child_blocks": [each.to_dict() for each in blocks],
        "is_collapsible": True,
    }


def _titled(step: Step) -> str:
    name = cut(step.task_id, LONGEST_TASK)
    if step.total > 1:
        return f"{name}: {step.done} of {step.total}"
    return f"{name}{REMARKS.get(step.state, '')}"


def words(text: str) -> Cell:
    """Return a cell of words as they stand."""
    return {"type": "raw_text", "text": cut(text, LONGEST_CELL) or NOTHING}


def number(value: float, text: str) -> Cell:
    """Return a cell that is sorted by the number and says the text."""
    return {"type": "raw_number", "value": value, "text": text}


def marked(mrkdwn: str) -> Cell:
    """Return a cell of our own mrkdwn: people, links, code and emoji stay what they are."""
    section = {"type": "rich_text_section", "elements": list(_elements(mrkdwn))}
    return {"type": "rich_text", "elements": [section]}


def _elements(mrkdwn: str) -> Iterator[dict[str, Any]]:
    at = 0
    for token in _TOKEN.finditer(mrkdwn):
        yield from _text(mrkdwn[at : token.start()])
        at = token.end()
        if token["person"]:
            yield {"type": "user", "user_id": token["person"]}
        elif token["url"]:
            yield {"type": "link", "url": token["url"], "text": html.unescape(token["words"])}
        elif token["code"]:
            yield {"type": "text", "text": html.unescape(token["code"]), "style": {"code": True}}
        else:
            yield {"type": "emoji", "name": token["emoji"]}
    yield from _text(mrkdwn[at:])


def _text(mrkdwn: str) -> Iterator[dict[str, Any]]:
    if mrkdwn:
        yield {"type": "text", "text": html.unescape(mrkdwn)}
