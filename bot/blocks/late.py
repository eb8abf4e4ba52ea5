"""Much that is late at once, in one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.many_jobs import many_jobs
from bot.blocks.parts import bold, context, cut, escape, escape_but_people, message, past, section, span
from bot.domain.announcement import DidNotRun, JobChanged
from bot.domain.condition_told import NeverCame, NotBegun, RunsLong
from bot.domain.late import has_ended
from bot.domain.when import zone_of
from bot.language.marks import strong
from bot.language.say import say_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import SectionBlock

    from bot.domain.late import LateShown, LateWords
    from bot.domain.notice import Message

MOST_LINES, MOST_NAMED = 8, 3
LONGEST_LINE, LONGEST_NAME, LONGEST_REASON = 300, 60, 120
"""A list of the longest lines is as long as a section may be."""


def late(shown: LateShown, *, shared: bool) -> Message:
    """Return the message about everything that is late in a place, what still is first, the longest first.

    `shared` leaves out errors, because another company reads along.
    """
    jobs = [each for each in shown.words if isinstance(each, JobChanged)]
    if jobs:
        return many_jobs(shown.since, jobs, shared=shared)
    words = [each for each in shown.words if not isinstance(each, JobChanged)]
    still = [each for each in reversed(words) if not has_ended(each)]
    over = [each for each in words if has_ended(each)]
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
        section(f":hourglass_flowing_sand: {strong(said)}, since {past(shown.since)}."),
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
    lines = [f"• {cut(_line(each, shared=shared), LONGEST_LINE)}" for each in words[:MOST_LINES]]
    left = len(words) - MOST_LINES
    more = [f"• and {left} more, in the thread"] if left > 0 else []
    return section("\n".join([strong(title), *lines, *more]))


def _line(told: LateWords, *, shared: bool) -> str:
    """Return which run it is, and what is the matter with it; its own message says the rest."""
    title = bold(cut(told.title, LONGEST_NAME))
    match told:
        case NotBegun():
            late = "was taken back or stopped" if told.late is None else f"started {span(told.late)} late"
            return f"{title}, {late if has_ended(told) else say_moment(told.due_at, told.tz)}"
        case NeverCame():
            return f"{title}, {escape(told.over or say_moment(told.due_at, told.tz))}"
        case RunsLong():
            usual = f"{'at most' if told.is_limit else 'usually'} {span(told.usual)}"
            return f"{title}, {'for' if told.ended is None else 'it took'} {span(told.took)}, {usual}"
        case DidNotRun():
            kept = told.schedule
            which = (
                "" if kept is None else f" (#{kept.number}), {say_moment(told.due_at, zone_of(kept.when))}"
            )
            why = told.reason_in_shared if shared else told.reason
            return f"{title}{which}: {escape_but_people(cut(why, LONGEST_REASON))}"
