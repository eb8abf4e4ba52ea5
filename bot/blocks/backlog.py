"""The one message in place of many that could not be sent for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.announcement import draw
from bot.blocks.of_run import which_run
from bot.blocks.parts import context, cut, escape, escape_but_people, message, past, section
from bot.domain.incident import Ending
from bot.domain.run import RunState
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import SectionBlock

    from bot.domain.backlog import BacklogShown
    from bot.domain.card import RunCard
    from bot.domain.incident import Alert
    from bot.domain.notice import Message, Notice

MOST_LINES = 8
"""How many of a kind are named; the rest is in the thread."""
LONGEST_ERROR, LONGEST_LINE, LONGEST_NAME, LONGEST_LIST = 80, 250, 60, 1800


def backlog(shown: BacklogShown, *, reader_id: str, shared: bool) -> Message:
    """Return the sum of what happened, what still fails first.

    `reader_id` is the place's id; `shared` leaves out errors, because another company reads along.
    """
    failing = [each for each in shown.alerts if each.incident.ended_at is None]
    mended = [each for each in shown.alerts if each.incident.ended_at is not None]
    counts = [
        _counted(len(failing), "job fails", "jobs fail"),
        _counted(len(mended), "works again", "work again"),
        _counted(len(shown.runs), "other run", "other runs"),
        _counted(len(shown.words), "other message", "other messages"),
    ]
    sums = ", ".join(each for each in counts if each) or _counted(shown.count, "message", "messages")
    more = f" {shown.left_out} older messages are in the thread only." if shown.left_out else ""
    return message(
        f"Slack took no messages for a while. What happened here since {shown.since:%H:%M} UTC: {sums}.",
        section(
            f":mailbox_with_mail: {strong(f'What happened here since {past(shown.since)}')}, while Slack "
            f"took no messages: {sums}."
        ),
        _list("Fails now", [_failing(each, shared=shared) for each in failing]),
        _list("Did not go as planned", [_words(each, reader_id, shared=shared) for each in shown.words]),
        _list("Works again", [_mended(each) for each in mended]),
        _list("Runs", [_run(each) for each in shown.runs]),
        context(f"Each message is in the thread, with its buttons.{more}"),
        names_people=True,
    )


def _counted(count: int, one: str, many: str) -> str:
    return "" if not count else f"{count} {one if count == 1 else many}"


def _list(title: str, lines: Sequence[str]) -> SectionBlock | None:
    if not lines:
        return None
    shown: list[str] = []
    for each in lines[:MOST_LINES]:
        if shown and sum(map(len, shown)) + len(each) > LONGEST_LIST:
            break
        shown.append(f"• {each}")
    left = len(lines) - len(shown)
    more = [f"• and {left} more, in the thread"] if left > 0 else []
    return section("\n".join([strong(title), *shown, *more]))


def _failing(shown: Alert, *, shared: bool) -> str:
    incident, failure = shown.incident, shown.last.run.failure
    times = f"failed {shown.count} times since" if shown.count > 1 else "failed"
    at = past(incident.began_at if shown.count > 1 else incident.failed_at)
    says_why = failure is not None and failure.error and not shared
    error = f": {escape(cut(failure.error, LONGEST_ERROR))}" if failure and says_why else ""
    claimed = f" (claimed by <@{incident.claimed_by}>)" if incident.claimed_by else ""
    return f":x: {_named(shown.last)} {times} {at}{claimed}{error}"


def _mended(shown: Alert) -> str:
    ended_at = shown.incident.ended_at
    times = f"failed {shown.count} times" if shown.count > 1 else "failed"
    at = f" {past(ended_at)}" if ended_at else ""
    if shown.incident.ending in {Ending.DELETED, Ending.LAST}:
        return f":file_folder: {_named(shown.last)} {times}, closed{at}"
    return f":white_check_mark: {_named(shown.last)} ~{times}~, fixed{at}"


def _run(card: RunCard) -> str:
    which = which_run(card)
    named = f" ({which})" if which else ""
    marks = {RunState.DONE: ":white_check_mark:", RunState.FAILED: ":x:"}
    at = f" {past(card.run.ended_at)}" if card.run.ended_at else ""
    return f"{marks.get(card.run.state, ':hourglass:')} {_named(card)}{named} {card.run.state.value}{at}"


def _words(notice: Notice, reader_id: str, *, shared: bool) -> str:
    if notice.told is not None:
        text = draw(notice.told, reader_id=reader_id, shared=shared).text
        return cut(text, LONGEST_LINE)
    assert notice.drawn is not None
    kept = notice.drawn.in_shared if shared and notice.drawn.in_shared else notice.drawn.message
    return cut(escape_but_people(kept.text), LONGEST_LINE)


def _named(card: RunCard) -> str:
    return f"<{card.url}|{escape(cut(card.job.title, LONGEST_NAME))}>"
