"""The form: job, when, its inputs as fields, where it reports; then the same preview, in the same modal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    DateTimePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    NumberInputElement,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.blocks import ids
from bot.blocks.choices import choice, choices, offered_by_typing
from bot.blocks.parts import MOST_OPTIONS, context, cut, escape, option, section
from bot.domain.job import Input, InputKind
from bot.domain.sealed import is_sealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_sdk.models.blocks import InputInteractiveElement

    from bot.domain.job import Job
    from bot.domain.notice import Message
    from bot.domain.project import Place

LONGEST_HINT = 300
"""Nobody reads more under a field, and a whole view may hold 250 kB."""
STAYS = "It is given already and not shown. Leave it empty to keep it."
MOST_INPUTS = 80
"""A modal holds 100 blocks."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form shows. `reference`: of the job chosen, "" before one is; `values`: by input name."""

    reference: str = ""
    label: str = ""
    """The job as its option shows it."""
    when: str = ""
    job: Job | None = None
    places: Sequence[Place] = ()
    place_names: Mapping[str, str] = field(default_factory=dict)
    reports_to: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    preset: str = ""
    """The one that the values are from."""


def form(filled: Filled, *, metadata: str, title: str = "Schedule a job") -> dict[str, Any]:
    """A view. `metadata`: given back with it."""
    blocks: list[Block | None] = [_job(filled), _when(filled)]
    if filled.job is not None:
        if filled.job.description:
            blocks.insert(1, context(escape(cut(filled.job.description, 500))))
        blocks.append(_preset(filled.job, filled))
        blocks += _inputs(filled.job, filled)
        blocks.append(_reports_to(filled))
    return _view(title, blocks, metadata, submit="Preview", callback=ids.View.FORM)


def preview(message: Message, *, metadata: str, submit: str, another: bool = False) -> dict[str, Any]:
    """The preview's own message, its buttons become the modal's. `another`: beside one that is there."""
    shown = [block for block in message.blocks if block["type"] != "actions"]
    return _view(
        "Is this right?",
        shown,
        metadata,
        submit=submit,
        callback=ids.View.PREVIEW_OF_ANOTHER if another else ids.View.PREVIEW,
        close="Discard",
    )


def told(title: str, message: Message) -> dict[str, Any]:
    """The end of the conversation: nothing to press but Close."""
    blocks: Sequence[Block | dict[str, Any]] = message.blocks or [section(message.text)]
    return _view(title, blocks, "", submit=None, callback=ids.View.TOLD, close="Close")


def job_options(labels: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """`labels`: (reference, what people read), for the type-ahead."""
    return [option(words, reference).to_dict() for reference, words in labels[:MOST_OPTIONS]]


def _view(
    title: str,
    blocks: Sequence[Block | dict[str, Any] | None],
    metadata: str,
    *,
    submit: str | None,
    callback: ids.View,
    close: str = "Cancel",
) -> dict[str, Any]:
    return View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=title),
        submit=None if submit is None else PlainTextObject(text=submit),
        close=PlainTextObject(text=close),
        private_metadata=metadata,
        blocks=[block for block in blocks if block is not None],
    ).to_dict()


def _job(filled: Filled) -> InputBlock:
    chosen = option(filled.label, filled.reference) if filled.reference else None
    return InputBlock(
        block_id=ids.Field.JOB,
        label=PlainTextObject(text="Job"),
        dispatch_action=True,
        element=ExternalDataSelectElement(
            action_id=ids.VALUE,
            placeholder=PlainTextObject(text="Type a few letters of its name"),
            min_query_length=0,
            initial_option=chosen,
        ),
    )


def _when(filled: Filled) -> InputBlock:
    return InputBlock(
        block_id=ids.Field.WHEN,
        label=PlainTextObject(text="When"),
        optional=True,
        hint=PlainTextObject(text="Leave it empty to run the job once, now."),
        element=PlainTextInputElement(
            action_id=ids.VALUE,
            placeholder=PlainTextObject(text="every weekday at 9am"),
            initial_value=filled.when or None,
        ),
    )


def _reports_to(filled: Filled) -> InputBlock:
    options = [option(filled.place_names[each.channel_id], each.channel_id) for each in filled.places]
    chosen = next((each for each in options if each.value == filled.reports_to), options[0])
    return InputBlock(
        block_id=ids.input_block(filled.reference, "reports_to"),
        label=PlainTextObject(text="Reports to"),
        element=StaticSelectElement(action_id=ids.VALUE, options=options, initial_option=chosen),
    )


def _preset(job: Job, filled: Filled) -> InputBlock | None:
    """None where the project has none for this job."""
    options = [option(name, ids.option_value(name)) for name in job.settings.presets]
    if not options:
        return None
    chosen = next((each for each in options if each.value == ids.option_value(filled.preset)), None)
    return InputBlock(
        block_id=ids.input_block(filled.reference, ids.PRESET),
        label=PlainTextObject(text="Preset"),
        hint=PlainTextObject(text="Fills in the inputs below; you can still change them."),
        optional=True,
        dispatch_action=True,
        element=StaticSelectElement(
            action_id=ids.VALUE,
            placeholder=PlainTextObject(text="None"),
            options=options,
            initial_option=chosen if filled.preset else None,
        ),
    )


def _inputs(job: Job, filled: Filled) -> list[Block | None]:
    blocks: list[Block | None] = []
    heading = ""
    by_typing = offered_by_typing(job)
    for each in job.inputs[:MOST_INPUTS]:
        if each.section and each.section != heading:
            blocks.append(section(f"*{escape(each.section)}*"))
            heading = each.section
        blocks.append(_input(each, filled, by_typing=each.name in by_typing))
    return blocks


def _input(each: Input, filled: Filled, *, by_typing: bool) -> InputBlock:
    """A secret is never filled in: one that is given already stays if its field is left empty."""
    kept = filled.values.get(each.name)
    is_kept = is_sealed(kept) or (each.is_secret and kept is not None)
    hint = " ".join([*([STAYS] if is_kept else []), each.description])
    value = None if each.is_secret or is_kept else filled.values.get(each.name, each.default)
    return InputBlock(
        block_id=ids.input_block(filled.reference, f"input.{each.name}", filled.preset),
        label=PlainTextObject(text=cut(each.title, 2000)),
        hint=PlainTextObject(text=cut(hint, LONGEST_HINT)) if hint else None,
        optional=is_kept or not each.required,
        element=_element(each, value, by_typing=by_typing),
    )


def _element(each: Input, value: Any, *, by_typing: bool) -> InputInteractiveElement:
    match each.kind:
        case InputKind.CHOICE:
            return choice(each, value, by_typing=by_typing)
        case InputKind.CHOICES:
            return choices(each, value, by_typing=by_typing)
        case InputKind.YES_NO:
            options = [option("Yes", "yes"), option("No", "no")]
            chosen = None if value is None else options[0 if value else 1]
            return RadioButtonsElement(action_id=ids.VALUE, options=options, initial_option=chosen)
        case InputKind.WHOLE | InputKind.NUMBER:
            return _number(each, value)
        case InputKind.DATE:
            return DatePickerElement(action_id=ids.VALUE, initial_date=_text(value)[:10] or None)
        case InputKind.TIME:
            return TimePickerElement(action_id=ids.VALUE, initial_time=_text(value)[:5] or None)
        case InputKind.DATE_TIME:
            return DateTimePickerElement(action_id=ids.VALUE, initial_date_time=_epoch(value))
        case _:
            return _text_input(each, value)


def _number(each: Input, value: Any) -> NumberInputElement:
    schema = each.schema
    return NumberInputElement(
        action_id=ids.VALUE,
        is_decimal_allowed=each.kind is InputKind.NUMBER,
        initial_value=_text(value) or None,
        min_value=None if schema.get("minimum") is None else str(schema["minimum"]),
        max_value=None if schema.get("maximum") is None else str(schema["maximum"]),
    )


def _text_input(each: Input, value: Any) -> PlainTextInputElement:
    many_lines = each.kind in {InputKind.LONG_TEXT, InputKind.LIST, InputKind.OBJECT}
    shown = "\n".join(map(str, value)) if isinstance(value, list) else _text(value)
    return PlainTextInputElement(
        action_id=ids.VALUE,
        multiline=many_lines,
        initial_value=shown or None,
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _epoch(value: Any) -> int | None:
    """Of an ISO moment with its offset; one without is not ours to guess."""
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return int(moment.timestamp()) if moment.tzinfo else None
