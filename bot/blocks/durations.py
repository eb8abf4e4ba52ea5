"""How long the last runs took: a row of bars, and the same in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import span
from bot.domain.condition import usual_of
from bot.domain.run import RunState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from bot.domain.history import Ended

FEWEST = 3
"""Fewer runs than this say nothing of what is usual."""
BARS, FAILED, STOPPED = "▁▂▃▄▅▆▇█", "✕", "■"


def durations(past: Sequence[Ended]) -> str:
    """Return how long these runs took, oldest first, to stand in a line; "" if there are too few."""
    if len(past) < FEWEST:
        return ""
    longest = max(each.took for each in past)
    bars = "".join(_bar(each, longest) for each in past)
    good = [each.took for each in past if each.state is RunState.DONE]
    facts = [
        f"usually {span(usual_of(good).took)}" if len(good) >= FEWEST else "",
        f"longest {span(longest)}",
        _count(past, RunState.FAILED, "failed", FAILED),
        _count(past, RunState.STOPPED, "stopped", STOPPED),
    ]
    # Not as code, which Slack draws in red: all of it would look like failures.
    return f"Last {len(past)} runs, oldest first: {bars} {', '.join(filter(None, facts))}"


def _bar(ended: Ended, longest: timedelta) -> str:
    if ended.state is RunState.FAILED:
        return FAILED
    if ended.state is RunState.STOPPED:
        return STOPPED
    share = ended.took / longest if longest else 0.0
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]


def _count(past: Sequence[Ended], state: RunState, word: str, mark: str) -> str:
    count = sum(each.state is state for each in past)
    return f"{count} {word} ({mark})" if count else ""
