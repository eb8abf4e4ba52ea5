"""Sums: a digest, a weekly report, and what happened in quiet hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, bold, button, context, cut, escape, message, section
from bot.domain.alert_rule import How
from bot.language.marks import strong
from bot.language.say import say_moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.alert_sum import AlertSum, JobSum
    from bot.domain.notice import Message

_CALLED = {How.DIGEST: "Digest", How.WEEKLY: "Weekly report"}
LONGEST_TITLE = 60


def summed(told: AlertSum) -> Message:
    """Return the message: what failed and still does, what ran, what comes next."""
    called = _CALLED.get(told.how, "In quiet hours")
    of = f" of {told.project}" if told.project else ""
    begins, ends = (
        say_moment(each.replace(second=0, microsecond=0), told.tz) for each in (told.since, told.until)
    )
    span = f"{begins} to {ends}"
    totals = _totals(told)
    lines = [_line(each) for each in told.jobs]
    left = told.count - len(told.jobs)
    more = [f"and {left} more jobs, with fewer failures"] if left > 0 else []
    coming = [
        f"{escape(cut(each.title, LONGEST_TITLE))} (#{each.number}): {say_moment(each.at, each.tz)}"
        for each in told.coming
    ]
    return message(
        f"{called}{of}: {totals}.",
        section(f":newspaper: {strong(called + escape(of))}: {totals}."),
        section("\n".join([*lines, *more])) if lines else None,
        section("*Next*\n" + "\n".join(coming)) if coming else None,
        context(span),
        actions(button(Button.ALERT_EDIT, "Change when this comes…", told.reference)),
    )


def _totals(told: AlertSum) -> str:
    parts = [*_counts(told.failed, told.missed, told.done)]
    failing = sum(each.still_fails for each in told.jobs)
    if failing:
        parts.append(f"{'1 job' if failing == 1 else f'{failing} jobs'} still failing")
    return ", ".join(parts) or "nothing ran"


def _counts(failed: int, missed: int, done: int) -> Iterator[str]:
    if failed:
        yield f"{failed} failed"
    if missed:
        yield f"{missed} did not run"
    if done:
        yield f"{done} went well"


def _line(job: JobSum) -> str:
    bad = job.failed or job.missed
    mark = ":x:" if job.still_fails else ":warning:" if bad else ":white_check_mark:"
    state = ", still failing" if job.still_fails else ", works again" if job.failed else ""
    counts = ", ".join(_counts(job.failed, job.missed, job.done))
    return f"{mark} {bold(cut(job.title, LONGEST_TITLE))}: {counts}{state}"
