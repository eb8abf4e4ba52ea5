"""Runs that are to be stopped or retried: a row for each, with the button that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.of_run import mark, origin, took
from bot.blocks.parts import bold, button, confirmation, cut, divider, message, past, section
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_sdk.models.blocks import Block, ButtonElement

    from bot.domain.card import RunCard
    from bot.domain.notice import Message

MOST_ROWS = 10


def to_stop(runs: Sequence[RunCard]) -> Message:
    """Ask which run is to be stopped."""
    return _ask("Which run do you want to stop?" if len(runs) > 1 else "Stop this run?", runs, _stop)


def to_retry(runs: Sequence[RunCard]) -> Message:
    """Ask which failed run is to be retried."""
    question = "Which run do you want to retry?" if len(runs) > 1 else "Retry this run?"
    return _ask(question, runs, _retry)


def none_to(doing: str, title: str) -> Message:
    """Return the answer if there is no such run.

    `doing` is "stop" or "retry"; `title` is the job's, or "".
    """
    of = f" of {title}" if title else ""
    return message(f"There is no run{of} here to {doing}. `/schedule runs` shows the latest.")


def done(doing: str, card: RunCard) -> Message:
    """Return the answer after a press. `doing` is "Stopping" or "Retrying"."""
    words = f"{doing} {bold(card.job.title)}. Its card is kept up to date."
    return message(words.replace("*", ""), section(words))


def _ask(question: str, runs: Sequence[RunCard], press: Callable[[RunCard], ButtonElement]) -> Message:
    blocks: list[Block | None] = [section(strong(question))]
    for each in runs[:MOST_ROWS]:
        blocks += [divider(), section(_row(each), accessory=press(each))]
    return message(question, *blocks)


def _row(card: RunCard) -> str:
    began = card.run.due_at or card.run.started_at
    when = f" · {past(began)}" if began else ""
    return f"{mark(card.run)} {bold(card.job.title)} {card.run.state}{took(card)}{when} · {origin(card)}"


def _stop(card: RunCard) -> ButtonElement:
    title = cut(card.job.title, 150)
    text = f"{bold(title)} ends at once, in the middle of its work."
    sure = confirmation("Stop this run?", text, "Stop it", destroys=True)
    return button(Button.STOP_HERE, "Stop", card.run.run_key, confirm=sure, label=f"Stop {title}")


def _retry(card: RunCard) -> ButtonElement:
    return button(Button.RETRY_HERE, "Retry", card.run.run_key, label=f"Retry {card.job.title}")
