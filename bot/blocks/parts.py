"""The pieces that messages are made of, and how people read names, spans and moments."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    SectionBlock,
)

from bot.domain.moving import moves
from bot.domain.notice import Message
from bot.domain.one_line import one_line
from bot.domain.sealed import is_sealed
from bot.language.inputs import show_value, worked_out
from bot.language.inputs.writer import HIDDEN
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from slack_sdk.models.blocks import InteractiveElement

    from bot.domain.job import Input, Job

LONGEST_TEXT = 3000
"""Slack edits no text of more than 4,000 characters; some are left for a command with a longer name."""
LONGEST_POST = 12_000
"""Slack posts no blocks whose JSON is longer than about 13,200; private answers may be longer."""
LONGEST_SECTION = 3000
LONGEST_CONTEXT = 2000
LONGEST_CODE = 2500
MOST_OPTIONS = 100
LONGEST_OPTION = 75
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_NAMED = re.compile(r"(<@[UW][A-Z0-9]+>)")
_PERSON = re.compile(r"&lt;(@[UW][A-Z0-9]+)&gt;")


@dataclass(frozen=True, slots=True)
class Either:
    """One part of a message in two forms, with the same facts: one kind of newer block, and older blocks."""

    newer: Sequence[dict[str, Any] | Block | None]
    older: Sequence[Block | None]


def message(text: str, *blocks: Block | Either | None, names_people: bool = False) -> Message:
    """Return a message; one with an Either in it has a newer form.

    `text` is what notifications and screen readers get, and all that is posted if Slack refuses the blocks.
    `names_people` keeps people named as <@U…>, but for those in what was escaped, which others wrote.
    """
    shown = _ENTITY.sub("&amp;", text)
    parts = _NAMED.split(shown) if names_people else [shown]  # every second one names a person
    shown = "".join(
        part if place % 2 else part.replace("<", "&lt;").replace(">", "&gt;")
        for place, part in enumerate(parts)
    )
    has_newer = any(isinstance(each, Either) for each in blocks)
    newer = _form(blocks, newer=True) if has_newer else ()
    return Message(cut(shown, LONGEST_TEXT), _form(blocks, newer=False), newer)


def _form(blocks: Sequence[Block | Either | None], *, newer: bool) -> tuple[dict[str, Any], ...]:
    form: list[dict[str, Any] | Block | None] = []
    for each in blocks:
        form += (each.newer if newer else each.older) if isinstance(each, Either) else [each]
    return tuple(each.to_dict() if isinstance(each, Block) else each for each in form if each is not None)


def in_parts(blocks: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the blocks as so many messages as Slack takes, parted at a divider if there is one."""
    parts: list[list[dict[str, Any]]] = [[]]
    for each in blocks:
        parts[-1].append(each)
        if len(json.dumps(parts[-1], ensure_ascii=False)) > LONGEST_POST and len(parts[-1]) > 1:
            last = parts.pop()
            dividers = [i for i, one in enumerate(last) if i and one["type"] == "divider"]
            at = dividers[-1] if dividers else len(last) - 1
            parts += [last[:at], last[at:]]
    return parts


def section(text: str, *, accessory: InteractiveElement | None = None) -> SectionBlock:
    """Return a section of mrkdwn, cut to what Slack takes."""
    return SectionBlock(text=MarkdownTextObject(text=cut(text, LONGEST_SECTION)), accessory=accessory)


def context(*texts: str) -> ContextBlock | None:
    """Return a line of small text. None if there is nothing to say."""
    elements = [MarkdownTextObject(text=cut(text, LONGEST_CONTEXT)) for text in texts if text]
    return ContextBlock(elements=elements) if elements else None


def option(words: str, value: str, *, description: str = "") -> Option:
    """Return an option of a menu, with its texts cut to what Slack takes."""
    return Option(
        text=PlainTextObject(text=cut(words, LONGEST_OPTION)),
        value=value,
        description=PlainTextObject(text=cut(description, LONGEST_OPTION)) if description else None,
    )


def divider() -> DividerBlock:
    """Return a line between blocks."""
    return DividerBlock()


def actions(*elements: InteractiveElement | None) -> ActionsBlock | None:
    """Return the buttons and menus in a row. None if there are none."""
    shown = [each for each in elements if each is not None]
    return ActionsBlock(elements=shown) if shown else None


def button(
    action: str,
    text: str,
    value: str,
    *,
    style: str | None = None,
    confirm: ConfirmObject | None = None,
    label: str | None = None,
) -> ButtonElement:
    """Return a button. `label` is for screen readers, if the text alone does not say what it is about."""
    return ButtonElement(
        text=PlainTextObject(text=cut(text, 75)),
        action_id=action,
        value=value,
        style=style,
        confirm=confirm,
        accessibility_label=None if label is None else cut(label, 75),
    )


def link_button(action: str, text: str, url: str) -> ButtonElement:
    """Return a button that opens an address."""
    return ButtonElement(text=PlainTextObject(text=text), action_id=action, url=url)


def confirmation(title: str, text: str, yes: str, *, destroys: bool = False) -> ConfirmObject:
    """Return the question that Slack asks before a button counts. `destroys` makes its yes red, not green."""
    return ConfirmObject(
        title=PlainTextObject(text=cut(title, 100)),
        text=MarkdownTextObject(text=cut(text, 300)),
        confirm=PlainTextObject(text=cut(yes, 30)),
        deny=PlainTextObject(text="Cancel"),
        style="danger" if destroys else None,
    )


def escape(text: str) -> str:
    """Return what others wrote, made harmless in Slack's mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "’’’")


def bold(text: str) -> str:
    """Return what others wrote in bold, its own marks as signs that look like them and format nothing."""
    return strong(escape(text))


def escape_but_people(text: str) -> str:
    """Return a sentence of ours, harmless but for people named as <@U…>."""
    return _PERSON.sub(r"<\1>", escape(text))


def unnamed(text: str) -> str:
    """Return what others wrote so that it names nobody in a text that names people."""
    return text.replace("<@", "< @")


def sentence(text: str) -> str:
    """Return the words with one full stop, whether they had it or not."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def code(text: str) -> str:
    """Return a block of fixed-width text; only the end of a long text, which is where errors stand."""
    while (over := len(escape(text)) - LONGEST_CODE) > 0:
        text = text[over:]
    return f"```{escape(text)}```"


def cut(text: str, limit: int) -> str:
    """Return the text with at most so many characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def inputs_line(job: Job, inputs: Mapping[str, Any], at: datetime | None = None, *, run: str = "next") -> str:
    """Return "region: Emea, rows: 20"; "" if there are no inputs.

    A value is shown only if the job still asks for it here: what is hidden or gone may be a secret. What
    moves is worked out for the run at `at` as well: "day: yesterday (next: Fri 27 Nov 2026)". `run` names
    that run. The moment bears the zone in which the day is meant.
    """
    fixed = _fixed(job)
    known = ((name, job.input(name), value) for name, value in inputs.items() if name not in fixed)
    shown = [
        (each.title if each else name, _shown(each, value) + _worked_out(each, value, at, run))
        for name, each, value in known
    ]
    also = [(title, f"{words} (fixed here)") for name, (title, words) in fixed.items() if name in inputs]
    return _line([*shown, *also])


def _worked_out(each: Input | None, value: Any, at: datetime | None, run: str) -> str:
    if each is None or at is None or not moves(value):
        return ""
    assert isinstance(at.tzinfo, ZoneInfo)
    return f" ({run}: {show_value(each, worked_out(value, at, at.tzinfo))})"


def fixed_line(job: Job) -> str:
    """Return "region: Emea, rows: 20" for the inputs that a project fixes for everybody; "" for none."""
    return _line(list(_fixed(job).values()))


def _fixed(job: Job) -> dict[str, tuple[str, str]]:
    """Return the title and the value of each input that is fixed, by name."""
    known = {each.name: each for each in job.fixed_inputs}
    return {
        name: (known[name].title if name in known else name, show_value(known.get(name), value))
        for name, value in job.settings.fixed.items()
    }


def _line(shown: Sequence[tuple[str, str]]) -> str:
    """Return the inputs on one line, parted by dots, because a value may hold commas."""
    return " · ".join(f"{escape(title)}: {bold(cut(one_line(words), 100))}" for title, words in shown)


def _shown(each: Input | None, value: Any) -> str:
    return HIDDEN if each is None or is_sealed(value) else show_value(each, value)


def past(moment: datetime) -> str:
    """Return a moment that has passed, shown in the reader's own zone."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"


def span(length: timedelta) -> str:
    """Return "45 s", "1 min 5 s", "2 h 3 min", "3 days"."""
    seconds = max(0, round(length.total_seconds()))
    minutes, hours = seconds // 60, seconds // 3600
    if seconds < 60:  # noqa: PLR2004  seconds in a minute
        return f"{seconds} s"
    if hours == 0:
        return f"{minutes} min {seconds % 60} s" if seconds % 60 else f"{minutes} min"
    if hours < 48:  # noqa: PLR2004  up to two days, hours read better
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{hours // 24} days"
