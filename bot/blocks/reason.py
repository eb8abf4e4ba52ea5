"""The lines below a failure: what it means, what to do, whether it was seen before, what changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.blocks.parts import context, cut, escape, section, sentence, span
from bot.domain.run import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk.models.blocks import Block

    from bot.domain.card import RunCard
    from bot.domain.reason import DagVersion, Seen

LONGEST_RUNBOOK = 2000
ORDINALS = ("", "", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
_ADDRESS = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")


def below(shown: RunCard, *, shared: bool) -> tuple[Block | None, ...]:
    """Draw what is known of a failure beside its line; nothing for a run that did not fail.

    `shared` means that another company reads along: what people wrote of the error and the job is left out.
    """
    if shown.run.state is not RunState.FAILED:
        return ()
    advice = "" if shared else "\n".join(_advice(shown))
    return section(advice) if advice else None, context(" ".join(fact for fact in _facts(shown) if fact))


def _advice(shown: RunCard) -> Iterator[str]:
    failure, runbook = shown.run.failure, shown.job.settings.runbook.strip()
    if failure is not None and failure.means:
        do = f" {sentence(_linked(failure.to_do))}" if failure.to_do else ""
        yield f"*This usually means:* {sentence(_linked(failure.means))}{do}"
    if runbook:
        yield f"*What to do:* {_linked(cut(runbook, LONGEST_RUNBOOK))}"


def _facts(shown: RunCard) -> Iterator[str]:
    failure, seen, changed = shown.run.failure, shown.seen, shown.changed
    if failure is not None and failure.task_id and failure.tries > 1:
        yield f"Try {failure.try_number} of {max(failure.tries, failure.try_number)}."
    if failure is not None and failure.not_run:
        yield f"{failure.not_run} task{'s' if failure.not_run > 1 else ''} after it did not run."
    if seen is not None:
        yield _seen(seen)
    if changed is not None:
        yield f"The job was changed{_before(shown, changed)} (version {changed.number})."


def _seen(seen: Seen) -> str:
    if seen.times > 1:
        helped = f"; last time <@{seen.helped_by}>’s Retry helped" if seen.helped_by else ""
        return f"{_times(seen.times)} time this week{helped}."
    return f"It failed like this before; then <@{seen.helped_by}>’s Retry helped." if seen.helped_by else ""


def _before(shown: RunCard, changed: DagVersion) -> str:
    began, made_at = shown.run.started_at, changed.made_at
    return f" {span(began - made_at)} before" if began and made_at and made_at < began else ""


def _times(count: int) -> str:
    if count < len(ORDINALS):
        return ORDINALS[count]
    ending = "th" if count % 100 in range(11, 14) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def _linked(text: str) -> str:
    """Make the text harmless, and its addresses links."""
    parts = []
    at = 0
    for found in _ADDRESS.finditer(text):
        parts += [escape(text[at : found.start()]), f"<{escape(found[0])}>"]
        at = found.end()
    return "".join([*parts, escape(text[at:])])
