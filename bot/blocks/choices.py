"""An input that is a choice: a menu, or, where there are too many for a form, a type-ahead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ExternalDataMultiSelectElement,
    ExternalDataSelectElement,
    Option,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)

from bot.blocks import ids
from bot.blocks.parts import MOST_OPTIONS, option
from bot.domain.job import InputKind
from bot.domain.moving import MOVES
from bot.language.inputs import OFFERED, cleared, input_beside, read_moving, show_value, worked_out
from bot.language.inputs.schema import takes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import InputInteractiveElement

    from bot.domain.job import Input, Job
    from bot.language.inputs import Viewpoint

NOTHING_MOVES = "[nothing]"
"""The option that takes back what moves; no words of a moving value begin so."""
MOST_AT_A_GLANCE = 4
"""So few choices stand one below the other, where one press chooses; more are a menu."""
HEAVIEST_MENUS = 100_000
"""Bytes of all menus of a form together; a whole view may hold 250 kB."""


def offered_by_typing(job: Job) -> frozenset[str]:
    """Return the inputs whose choices are found by typing.

    They have more than a menu holds, or are the heaviest while a form cannot hold all.
    """
    weights = {
        each.name: _weight(each) for each in job.inputs if each.kind in {InputKind.CHOICE, InputKind.CHOICES}
    }
    too_many = {name for name in weights if len(_named(job, name).choices) > MOST_OPTIONS}
    room = HEAVIEST_MENUS
    for name in sorted(weights.keys() - too_many, key=weights.__getitem__):
        room -= weights[name]
        if room < 0:
            too_many.add(name)
    return frozenset(too_many)


def choice(each: Input, value: Any, *, by_typing: bool) -> InputInteractiveElement:
    """Return the field for one of the choices."""
    chosen = next((one for one in _options(each) if one.value == ids.option_value(value)), None)
    if by_typing:
        return ExternalDataSelectElement(
            action_id=ids.CHOICE, placeholder=_TYPE, min_query_length=0, initial_option=chosen
        )
    if len(each.choices) <= MOST_AT_A_GLANCE and not _can_be_cleared(each):
        return RadioButtonsElement(action_id=ids.VALUE, options=_options(each), initial_option=chosen)
    return StaticSelectElement(action_id=ids.VALUE, options=_options(each), initial_option=chosen)


def _can_be_cleared(each: Input) -> bool:
    """Return whether the field may be empty again, as radio buttons never are."""
    return cleared(each) is None or not (each.must_be_given or each.default is not None)


def choices(each: Input, value: Any, *, by_typing: bool) -> InputInteractiveElement:
    """Return the field for several of the choices."""
    wanted = {ids.option_value(one) for one in value} if isinstance(value, list) else set()
    chosen = [one for one in _options(each) if one.value in wanted] or None
    if by_typing:
        return ExternalDataMultiSelectElement(
            action_id=ids.CHOICE, placeholder=_TYPE, min_query_length=0, initial_options=chosen
        )
    return StaticMultiSelectElement(action_id=ids.VALUE, options=_options(each), initial_options=chosen)


def found(job: Job, name: str, typed: str, block_id: str) -> list[dict[str, Any]]:
    """Return the choices of one input that have all these words; none if the job has no such input.

    `block_id` is its field's, which says with what choice of another input they must go.
    """
    each = job.input(name)
    if each is not None and each.offers is not None and each.offers.follows:
        above = (
            one.under for one in each.offers.offered if ids.is_under(block_id, ids.option_value(one.under))
        )
        each = input_beside(job, name, {each.offers.follows: next(above, None)})
    wanted = typed.casefold().split()
    return [
        option(words, ids.option_value(value)).to_dict()
        for value, words in (() if each is None else each.choices)
        if all(word in f"{words} {value}".casefold() for word in wanted)
    ][:MOST_OPTIONS]


def moving(job: Job, name: str, typed: str, seen: Viewpoint) -> list[dict[str, Any]]:
    """Return what may move with each run: what was typed, if it does, then the usual words that have it.

    Each is shown with what it would be for a run now. The first option takes a choice away again.
    """
    each = job.input(name)
    form = "" if each is None else takes_of(each).format
    if each is None or seen.now is None or form not in OFFERED:
        return []
    read = read_moving(typed, form)
    wanted = typed.casefold().split()
    usual = [words for words in OFFERED[form] if all(word in words.casefold() for word in wanted)]
    shown = [] if typed.strip() else [option("Nothing that moves", NOTHING_MOVES)]
    for words in dict.fromkeys([*([] if read is None else [read[MOVES]]), *usual]):
        now = show_value(each, worked_out(read_moving(words, form), seen.now, seen.tz))
        shown.append(option(f"{words} (now: {now})", words))
    return [one.to_dict() for one in shown]


_TYPE = PlainTextObject(text="Type a few letters of it")


def _options(each: Input) -> Sequence[Option]:
    return [option(words, ids.option_value(value)) for value, words in each.choices]


def _named(job: Job, name: str) -> Input:
    return next(each for each in job.inputs if each.name == name)


def _weight(each: Input) -> int:
    drawn = [one.to_dict() for one in _options(each)]
    return len(json.dumps(drawn, ensure_ascii=False).encode())
