"""An input as a field of the form: the picker or menu that can show its value, else a field of text.

Whatever a DAG's author wrote costs at most that field its picker or its filled-in value, never the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    DatePickerElement,
    DateTimePickerElement,
    InputBlock,
    NumberInputElement,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement

from bot.blocks import ids
from bot.blocks.choices import choice, choices, offered_by_typing
from bot.blocks.parts import cut, option
from bot.domain.job import InputKind
from bot.domain.kept_file import is_file
from bot.domain.moving import is_moving
from bot.domain.sealed import is_sealed
from bot.language.inputs import (
    OFFERED,
    UNCLEARED,
    cleared,
    endings_of,
    field_text,
    is_same,
    narrowed,
    show_value,
    wanted_by,
)
from bot.language.inputs.schema import takes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.models.blocks import InputInteractiveElement

    from bot.domain.job import Input, Job

LONGEST_HINT = 300
"""Nobody reads more under a field, and a whole view may hold 250 kB."""
NEEDED = "It is needed: pick one, or choose below how it moves with each run"
STAYS = "It has a value, which is not shown. Leave it empty to keep that."
LONGEST_FILLED_IN = 3000
"""Characters that Slack fills a field of text with."""
LONGEST_DIGITS = 15
"""The most digits of a number that Slack's number field shows unchanged."""
LONGEST_LABEL = 150
HEAVIEST_TEXTS = 100_000
"""Bytes of all texts that a form opens with; a whole view may hold 250 kB."""
PICKED_MOMENTS = range(10**9, 10**10)
"""Slack's picker takes moments of ten digits: from 2001 to 2286."""
MOST_TYPES = 100
"""The most types that a file field may name."""
UNSET = object()


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it opens. `state` is what Slack sends for it while nobody changes it."""

    element: InputInteractiveElement
    state: Any = None
    is_filled: bool = True
    """Whether it shows the value."""


def fields_of(job: Job, given: Mapping[str, Any]) -> dict[str, Shown]:
    """Return every input as it opens, by name. `given` has values in place of the job's own."""
    job = narrowed(job, given)
    by_typing = offered_by_typing(job)
    found: dict[str, Shown] = {}
    room = HEAVIEST_TEXTS
    for each in job.inputs:
        shown = show(each, given.get(each.name, UNSET), by_typing=each.name in by_typing)
        if isinstance(shown.state, str) and isinstance(shown.element, PlainTextInputElement):
            room -= len(shown.state.encode())
            if room < 0:
                shown = Shown(PlainTextInputElement(action_id=ids.VALUE, multiline=True), is_filled=False)
        found[each.name] = shown
    return found


def field_block(
    each: Input, shown: Shown, block_id: str, value: Any = UNSET, *, leads: bool = False, more: str = ""
) -> InputBlock:
    """Return the field of an input. `value` is what was given; without it, the job's own.

    `leads`: the choices of other inputs depend on it, so Slack tells at once when it changes. `more` is said
    under the field besides.
    """
    is_kept = _is_kept(each, value) or is_file(value)
    hint = " ".join(said for said in (_hint(each, value, shown), more) if said)
    drawn = _block(each, shown.element, block_id, hint, is_kept=is_kept)
    drawn.dispatch_action = leads or None
    return drawn


def wrong_block(each: Input, block_id: str, text: str, why: str) -> InputBlock:
    """Return the field with what was typed and could not be read. `why` says what is taken instead."""
    element = PlainTextInputElement(
        action_id=ids.VALUE, multiline="\n" in text, initial_value=cut(text, LONGEST_FILLED_IN) or None
    )
    return _block(each, element, block_id, why)


def _block(
    each: Input, element: InputInteractiveElement, block_id: str, hint: str, *, is_kept: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=cut(each.title.strip() or each.name, LONGEST_LABEL)),
        hint=PlainTextObject(text=cut(hint, LONGEST_HINT)) if hint else None,
        optional=is_kept or not each.must_be_given or picks_a_day(each, Shown(element)),
        element=element,
    )


def picks_a_day(each: Input, shown: Shown) -> bool:
    """Return whether the field is a picker beside which another field takes what moves with each run."""
    is_picker = isinstance(shown.element, DatePickerElement | DateTimePickerElement)
    return is_picker and not each.is_secret and takes_of(each).format in OFFERED


def show(each: Input, value: Any = UNSET, *, by_typing: bool = False) -> Shown:
    """Return the field as it opens with a value, or with the job's own."""
    if value is UNSET:
        value = each.default
    if each.is_secret or is_sealed(value):
        return Shown(
            PlainTextInputElement(action_id=ids.VALUE, multiline=each.kind in _LINES), is_filled=False
        )
    match each.kind:
        case InputKind.CHOICE:
            found = _menu(each, value, by_typing=by_typing)
        case InputKind.CHOICES:
            found = _menu_of_many(each, value, by_typing=by_typing)
        case InputKind.YES_NO:
            found = _yes_no(each, value)
        case InputKind.WHOLE | InputKind.NUMBER:
            found = _number(each, value)
        case InputKind.FILE:
            found = _file(each, value)
        case kind if kind in _PICKERS:
            found = _PICKERS[kind](value)
        case _:
            found = None
    return found or _text(each, value)


def _file(each: Input, value: Any) -> Shown:
    """Return the field for one file. Slack fills in none, so the one that is kept is said under the field."""
    endings = list(endings_of(each))[:MOST_TYPES]
    element = FileInputElement(action_id=ids.VALUE, filetypes=endings or None, max_files=1)
    return Shown(element, is_filled=value is None)


def _menu(each: Input, value: Any, *, by_typing: bool) -> Shown | None:
    if not each.choices:
        return None
    state = next((ids.option_value(one) for one, _ in each.choices if is_same(one, value)), None)
    return Shown(choice(each, value, by_typing=by_typing), state, state is not None or value is None)


def _menu_of_many(each: Input, value: Any, *, by_typing: bool) -> Shown | None:
    """Return the menu of several choices. None if the value has items that it does not offer."""
    wanted = value if isinstance(value, list) else []
    state = [ids.option_value(one) for one in wanted]
    offered = {ids.option_value(one) for one, _ in each.choices}
    if not offered or not set(state) <= offered or len(set(state)) < len(state):
        return None
    return Shown(choices(each, value, by_typing=by_typing), state)


def _yes_no(each: Input, value: Any) -> Shown | None:
    options = [option("Yes", "yes"), option("No", "no")]
    state = None if value is None else "yes" if value is True else "no" if value is False else ""
    if state == "":
        return None
    chosen = next((one for one in options if one.value == state), None)
    if cleared(each) is None:  # radio buttons cannot be taken back
        return Shown(StaticSelectElement(action_id=ids.VALUE, options=options, initial_option=chosen), state)
    return Shown(RadioButtonsElement(action_id=ids.VALUE, options=options, initial_option=chosen), state)


def _number(each: Input, value: Any) -> Shown | None:
    state = None if value is None else plain_number(value)
    if value is not None and state is None:
        return None
    low, high = (plain_number(each.schema.get(word)) for word in ("minimum", "maximum"))
    whole = each.kind is InputKind.WHOLE
    return Shown(
        NumberInputElement(
            action_id=ids.VALUE,
            is_decimal_allowed=not whole,
            initial_value=state,
            min_value=None if low is None or (whole and "." in low) else low,
            max_value=None if high is None or (whole and "." in high) else high,
        ),
        state,
    )


def plain_number(value: Any) -> str | None:
    """Return the number without an exponent, as Slack takes it. None for too many digits, or no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = Decimal(str(value))
    if not number.is_finite():
        return None
    text = str(int(number)) if number == number.to_integral_value() else f"{number:f}"
    return text if len(text.strip("-").replace(".", "")) <= LONGEST_DIGITS else None


def _day(value: Any) -> Shown | None:
    state = None
    if value is not None and not is_moving(value):
        try:
            state = datetime.strptime(str(value), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007  a day
        except ValueError:
            return None
    return Shown(DatePickerElement(action_id=ids.VALUE, initial_date=state), state)


def _clock(value: Any) -> Shown | None:
    """Return the picker's time. The picker has no seconds, so a value with some is said beside it."""
    state, is_whole = None, True
    if value is not None:
        try:
            clock = datetime.strptime(str(value), "%H:%M:%S").time()  # noqa: DTZ007  a time of day
        except ValueError:
            return None
        state, is_whole = f"{clock:%H:%M}", not clock.second
    return Shown(TimePickerElement(action_id=ids.VALUE, initial_time=state), state, is_whole)


def _moment(value: Any) -> Shown | None:
    """Return the picker of a moment, which Slack shows in the zone of whoever looks.

    A value without its offset gets no picker, because nobody could tell what it means.
    """
    state = None
    if value is not None and not is_moving(value):
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return None
        state = int(moment.timestamp()) if moment.tzinfo else None
        if state is None or state not in PICKED_MOMENTS:
            return None
    return Shown(
        DateTimePickerElement(action_id=ids.VALUE, initial_date_time=state),
        None if state is None else str(state),
    )


_PICKERS = {InputKind.DATE: _day, InputKind.TIME: _clock, InputKind.DATE_TIME: _moment}
_LINES = frozenset([InputKind.LONG_TEXT, InputKind.LIST, InputKind.CHOICES, InputKind.OBJECT])


def _text(each: Input, value: Any) -> Shown:
    text = "" if value is None else field_text(each, value)
    is_filled = len(text) <= LONGEST_FILLED_IN
    state = text if text.strip() and is_filled else None
    element = PlainTextInputElement(
        action_id=ids.VALUE,
        multiline=each.kind in _LINES or "\n" in text,
        initial_value=state,
    )
    return Shown(element, state, is_filled)


def _is_kept(each: Input, value: Any) -> bool:
    """Return whether a secret is given already, which no field shows."""
    return is_sealed(value) or (each.is_secret and value is not UNSET and value is not None)


def _hint(each: Input, value: Any, shown: Shown) -> str:
    said = [each.description.strip(), _form_of(each, shown), each.offers.note if each.offers else ""]
    if each.must_be_given and picks_a_day(each, shown):
        said.append(NEEDED)
    if _is_kept(each, value):
        said.insert(0, STAYS)
    elif each.is_secret or is_moving(value):
        pass
    elif not shown.is_filled and value is not UNSET and value is not None:
        said.append(f"Left alone, it stays {_short(each, value)}.")
    elif each.default is not None and cleared(each) is UNCLEARED:
        said.append(f"Left empty: {_short(each, each.default)}.")
    elif not shown.is_filled and each.default is not None:
        said.append(f"Left alone: {_short(each, each.default)}.")
    return " ".join(each if each.endswith((".", "!", "?", ":")) else f"{each}." for each in said if each)


def _short(each: Input, value: Any) -> str:
    text = " ".join(show_value(each, value).split())
    return text if len(text) <= 80 else f"{cut(text, 60)} ({len(text):,} characters)"  # noqa: PLR2004


def _form_of(each: Input, shown: Shown) -> str:
    """Return how to write the value, if a text field stands in for something else."""
    if not isinstance(shown.element, PlainTextInputElement):
        return ""
    if takes_of(each).format == "month":
        return f"Takes {wanted_by(each)}"
    kinds = {each.schema.get("type")} if isinstance(each.schema.get("type"), str) else {None}
    if each.kind in {InputKind.TEXT, InputKind.LONG_TEXT} and (each.is_secret or kinds & {"string", None}):
        return ""
    return f"Takes {wanted_by(each)}"
