"""The week ahead, as text grouped by day."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bot.blocks.listing import in_words
from bot.blocks.parts import bold, context, escape_but_people, message, section
from bot.blocks.project_pause import resting
from bot.language.marks import strong
from bot.language.say import say_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from slack_sdk.models.blocks import ContextBlock

    from bot.domain.listed import Listed
    from bot.domain.notice import Message
    from bot.domain.project import Project

MOST_IN_A_DAY = 3
MOST_PAUSES = 5
MOST_LINES = 25
"""The most lines for one day."""


def week(
    coming: Sequence[tuple[datetime, Listed]],
    *,
    which: str,
    zone: str,
    is_more: bool,
    rests: Sequence[Project] = (),
) -> Message:
    """Return the week ahead as a message.

    `coming` has each run in order, with its moment in the reader's zone. `which` says in words what it is
    limited to, `rests` has the projects whose schedules all rest now.
    """
    limited = f": {which}" if which else ""
    if not coming:
        nothing = f"Nothing runs within the next seven days{limited}."
        return message(in_words(nothing), section(escape_but_people(nothing)), pauses(rests))
    more = "There are more schedules than these: name a job, a person or `mine`." if is_more else ""
    heading = f"The next seven days{limited}"
    return message(
        f"{in_words(heading)}: {len(coming)} runs.",
        section(strong(escape_but_people(heading))),
        pauses(rests),
        *(section(each) for each in days(coming)),
        context(f"Times are in {zone}.", more),
    )


def pauses(rests: Sequence[Project]) -> ContextBlock | None:
    """Return which projects rest, until when and why. None if none does."""
    return context(*(resting(each.name, each.tz, each.pause) for each in rests[:MOST_PAUSES]))


def days(coming: Sequence[tuple[datetime, Listed]]) -> list[str]:
    """Return the lines of each day on which something runs."""
    return [_day(day, list(runs)) for day, runs in groupby(coming, key=lambda each: each[0].date())]


def _day(day: date, runs: Sequence[tuple[datetime, Listed]]) -> str:
    """Return the day's lines. A schedule that runs often is one line with how often."""
    by_schedule: dict[str, list[tuple[datetime, Listed]]] = {}
    for moment, listed in runs:
        by_schedule.setdefault(listed.schedule.schedule_id, []).append((moment, listed))
    lines = [line for each in by_schedule.values() for line in _lines(each)]
    lines.sort()
    left = f"\n… and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
    return f"{strong(say_date(day))}\n" + "\n".join(lines[:MOST_LINES]) + left


def _lines(runs: Sequence[tuple[datetime, Listed]]) -> list[str]:
    name = f"{bold(runs[0][1].job.title)} (#{runs[0][1].schedule.number})"
    if len(runs) > MOST_IN_A_DAY:
        return [f"{runs[0][0]:%H:%M} {name}, {len(runs)} times until {runs[-1][0]:%H:%M}"]
    return [f"{moment:%H:%M} {name}" for moment, _ in runs]
