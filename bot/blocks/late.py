"""Much that is late at once, in one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import condition, firing
from bot.blocks.parts import context, cut, message, past, section
from bot.domain.announcement import DidNotRun
from bot.domain.condition_told import NeverCame, NotBegun, RunsLong
from bot.domain.late import has_ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import SectionBlock

    from bot.domain.late import LateShown, LateWords
    from bot.domain.notice import Message

MOST_LINES, MOST_NAMED = 8, 3
LONGEST_LINE, LONGEST_NAME = 300, 60
"""A list of the longest lines is as long as a section may be."""


def late(shown: LateShown, *, shared: bool) -> Message:
    """Return the message about everything that is late in a place, what still is first.

    `shared` leaves out errors, because another company reads along.
    """
    still = [each for each in shown.words if not has_ended(each)]
    over = [each for each in shown.words if has_ended(each)]
    kinds: dict[str, list[LateWords]] = {
        "Not started yet": [each for each in still if isinstance(each, NotBegun | NeverCame)],
        "Did not run": [each for each in still if isinstance(each, DidNotRun)],
        "Takes long": [each for each in still if isinstance(each, RunsLong)],
        "No longer late": over,
    }
    lists = [_list(title, words, shared=shared) for title, words in kinds.items() if words]
    where = context("Each has its own message, with its buttons: in the thread, or just above.")
    if not still:
        said = f"None of the {len(over)} runs that were late is late any more."
        return message(said, section(f":white_check_mark: {said}"), *lists, where)
    said = f"{_runs(len(still))} late or did not run"
    return message(
        f"{said}: {_names(still)}.",
        section(f":hourglass_flowing_sand: *{said}*, since {past(shown.since)}."),
        *lists,
        where,
    )


def _runs(count: int) -> str:
    return "1 run is" if count == 1 else f"{count} runs are"


def _names(words: Sequence[LateWords]) -> str:
    names = list(dict.fromkeys(cut(each.title, LONGEST_NAME) for each in words))
    left = len(names) - MOST_NAMED
    more = f" and {left} more" if left > 0 else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def _list(title: str, words: Sequence[LateWords], *, shared: bool) -> SectionBlock:
    # A message's text is escaped but for what opens fixed-width text in a section.
    texts = (_line(each, shared=shared).replace("```", "’’’") for each in words[:MOST_LINES])
    lines = [f"• {cut(each, LONGEST_LINE)}" for each in texts]
    left = len(words) - MOST_LINES
    more = [f"• and {left} more, in the thread"] if left > 0 else []
    return section("\n".join([f"*{title}*", *lines, *more]))


def _line(told: LateWords, *, shared: bool) -> str:
    match told:
        case DidNotRun():
            return firing.not_run(told, shared=shared).text
        case NotBegun():
            return condition.not_begun(told).text
        case NeverCame():
            return condition.never_came(told).text
        case RunsLong():
            return condition.runs_long(told).text
