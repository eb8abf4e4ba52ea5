"""The due moment before another one, at which the interval of a repetition's run begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from bot.domain.when import Interval, Once, next_after

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.when import Repeating, Rule, When

SPANS = tuple(timedelta(minutes=8**power) for power in range(9))
"""How far back to look, ever farther. The last is 31 years, for what comes every few years."""


def last_before(when: When, moment: datetime) -> datetime | None:
    """Return the latest moment of `when` before `moment`, also one before its start. None for Once."""
    if isinstance(when, Once):
        return None
    endless = replace(when, start=None, end=None)
    # What one rule would have had before it began counts only where no rule has a moment.
    for each in (endless, replace(endless, rules=tuple(map(_without_beginning, when.rules)))):
        for span in SPANS:
            found = next_after(each, moment - span)
            if found is not None and found < moment:
                return _last_from(each, found, moment)
    return None


def _last_from(when: Repeating, found: datetime, moment: datetime) -> datetime:
    following = next_after(when, found)
    while following is not None and following < moment:
        found, following = following, next_after(when, following)
    return found


def _without_beginning(rule: Rule) -> Rule:
    if not isinstance(rule, Interval):
        return rule
    # By elapsed time: by the clock on the wall it may be a time that was left out when clocks went forward.
    before = rule.since.astimezone(UTC) - rule.step
    return replace(rule, since=before.astimezone(rule.since.tzinfo))
