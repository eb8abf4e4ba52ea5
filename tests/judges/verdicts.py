"""Which judge refuses which bad view: `python -m tests.judges.verdicts`, or `make judges` with all three."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from playground.slack.block_kit.surfaces import check_view
from playground.tests.apps.bad_views import BAD
from tests.judges import by_slack_sdk, by_slack_types, by_slackblocks

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "playground"


def judges() -> dict[str, Callable[[Any], bool]]:
    """The playground's own validator first; Slack's types only where they have been made."""
    types = {"types": by_slack_types.refuses} if by_slack_types.available() else {}
    return {
        OURS: lambda view: bool(check_view(view, "modal")),
        "slack_sdk": by_slack_sdk.refuses,
        "slackblocks": by_slackblocks.refuses,
        **types,
    }


def missed_by_all_others() -> set[str]:
    others = [judge for name, judge in judges().items() if name != OURS]
    return {name for name, view in BAD.items() if not any(judge(view) for judge in others)}


def table() -> str:
    by = judges()
    widest = max(map(len, BAD))
    lines = [" " * widest + "  " + "  ".join(by)]
    caught = dict.fromkeys(by, 0)
    for name, view in BAD.items():
        marks = {judge: refuses(view) for judge, refuses in by.items()}
        caught = {judge: caught[judge] + marks[judge] for judge in by}
        row = "  ".join(("x" if marks[judge] else "-").center(len(judge)) for judge in by)
        lines.append(f"{name.ljust(widest)}  {row}")
    sums = "  ".join(str(caught[judge]).center(len(judge)) for judge in by)
    missed = ", ".join(sorted(missed_by_all_others()))
    return "\n".join([*lines, f"{f'refused of {len(BAD)}'.ljust(widest)}  {sums}", f"Only ours: {missed}"])


if __name__ == "__main__":
    print(table())  # noqa: T201  it is a program that prints a table
