"""How long the last runs took: a chart, or a row of bars, and the same in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks.parts import Either, context, span
from bot.blocks.pictures import chart
from bot.domain.condition import usual_of
from bot.domain.run import RunState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.history import Ended

FEWEST = 3
"""Fewer runs than this say nothing of what is usual."""
BARS, FAILED, STOPPED = "▁▂▃▄▅▆▇█", "✕", "■"


UNITS = (
    (timedelta(hours=2), timedelta(hours=1), "hours"),
    (timedelta(minutes=2), timedelta(minutes=1), "minutes"),
)
"""From which longest run on all are told in which unit; seconds otherwise."""
SERIES = ((RunState.DONE, "done"), (RunState.FAILED, "failed"), (RunState.STOPPED, "stopped"))


def durations(past: Sequence[Ended]) -> Either | None:
    """Return how long these runs took: a chart, or bars in a line. None if there are too few."""
    if len(past) < FEWEST:
        return None
    longest = max(each.took for each in past)
    bars = "".join(_bar(each, longest) for each in past)
    heading = f"Last {len(past)} runs"
    # Not as code, which Slack draws in red: all of it would look like failures.
    in_a_line = context(f"{heading}, oldest first: {bars} {_facts(past, longest, with_marks=True)}")
    in_words = context(f"{heading}: {_facts(past, longest, with_marks=False)}")
    return Either([_chart(past, longest), in_words], [in_a_line])


def _facts(past: Sequence[Ended], longest: timedelta, *, with_marks: bool) -> str:
    good = [each.took for each in past if each.state is RunState.DONE]
    facts = [
        f"usually {span(usual_of(good).took)}" if len(good) >= FEWEST else "",
        f"longest {span(longest)}",
        _count(past, RunState.FAILED, "failed", FAILED if with_marks else ""),
        _count(past, RunState.STOPPED, "stopped", STOPPED if with_marks else ""),
    ]
    return ", ".join(filter(None, facts))


def _chart(past: Sequence[Ended], longest: timedelta) -> dict[str, Any]:
    """Return bars of one series for each way in which some of the runs ended."""
    unit, word = next(
        ((unit, word) for least, unit, word in UNITS if longest >= least), (timedelta(seconds=1), "seconds")
    )
    series = {
        name: [round(each.took / unit, 1) if each.state is state else 0 for each in past]
        for state, name in SERIES
        if any(each.state is state for each in past)
    }
    return chart(f"How long the last {len(past)} runs took", series, "Runs, oldest first", word)


def _bar(ended: Ended, longest: timedelta) -> str:
    if ended.state is RunState.FAILED:
        return FAILED
    if ended.state is RunState.STOPPED:
        return STOPPED
    share = ended.took / longest if longest else 0.0
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]


def _count(past: Sequence[Ended], state: RunState, word: str, mark: str) -> str:
    count = sum(each.state is state for each in past)
    if not count:
        return ""
    return f"{count} {word} ({mark})" if mark else f"{count} {word}"
