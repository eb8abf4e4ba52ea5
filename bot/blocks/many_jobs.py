"""Many jobs that stopped running at once, or can run again, in one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import bold, context, cut, escape, message, past, section
from bot.domain.job import Trouble
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slack_sdk.models.blocks import SectionBlock

    from bot.domain.announcement import JobChanged
    from bot.domain.notice import Message

MOST_LINES, MOST_NAMED = 10, 3
LONGEST_NAME, LONGEST_ERROR = 60, 150
_TITLES = {
    Trouble.BROKEN: "Their file in Airflow has an error",
    Trouble.PAUSED: "Paused in Airflow",
    Trouble.GONE: "No longer in Airflow",
    None: "Can run again",
}


def many_jobs(since: datetime, words: Sequence[JobChanged], *, shared: bool) -> Message:
    """Return the message about all these jobs by title, those that do not run first.

    `shared` leaves out errors, because another company reads along.
    """
    words = sorted(words, key=lambda each: each.title.casefold())
    still = [each for each in words if each.trouble is not None]
    lists = [
        _list(title, of_it, shared=shared)
        for trouble, title in _TITLES.items()
        if (of_it := [each for each in words if each.trouble is trouble])
    ]
    where = context("Each has its own message, with its schedules and buttons: in the thread, or just above.")
    if not still:
        said = f"{_jobs(len(words))} can run again in Airflow"
        return message(
            f"{said}: {_names(words)}.",
            section(f":white_check_mark: {strong(f'{said}.')}"),
            *lists,
            where,
        )
    said = f"{_jobs(len(still))} {'does' if len(still) == 1 else 'do'} not run"
    return message(
        f"{said}: {_names(still)}.",
        section(f":warning: {strong(said)}, since {past(since)}."),
        *lists,
        where,
    )


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"


def _names(words: Sequence[JobChanged]) -> str:
    names = [cut(each.title, LONGEST_NAME) for each in words]
    left = len(names) - MOST_NAMED
    return f"{', '.join(names[:MOST_NAMED])}{f' and {left} more' if left > 0 else ''}"


def _list(title: str, words: Sequence[JobChanged], *, shared: bool) -> SectionBlock:
    errors = [_error(each, shared=shared) for each in words]
    is_one = len({*errors}) == 1  # which one deploy has brought, and which need not be read ten times
    lines = [
        f"• {_line(each)}{'' if is_one else error}"
        for each, error in zip(words[:MOST_LINES], errors, strict=False)
    ]
    left = len(words) - MOST_LINES
    more = [f"• and {left} more, in the thread"] if left > 0 else []
    return section("\n".join([f"{strong(title)}{errors[0] if is_one else ''}", *lines, *more]))


def _error(told: JobChanged, *, shared: bool) -> str:
    return "" if shared or not told.error else f": {escape(cut(told.error, LONGEST_ERROR))}"


def _line(told: JobChanged) -> str:
    name = bold(cut(told.title, LONGEST_NAME))
    kept = "" if told.count == 0 else f"{told.count} schedule{'s' if told.count > 1 else ''}"
    if told.trouble is None:
        return f"{name}, with {kept}" if kept else name
    return f"{name}, {kept} wait{'' if told.count > 1 else 's'}" if kept else name
