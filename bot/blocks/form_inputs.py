"""The form's inputs: presets, what must be given, and what may be left as it is, folded when it is much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ContextBlock,
    ExternalDataSelectElement,
    InputBlock,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.blocks import ids
from bot.blocks.fields import UNSET, field_block, fields_of, picks_a_day, wrong_block
from bot.blocks.parts import bold, context, cut, escape, option, section
from bot.domain.form_field import FormField
from bot.domain.job import InputKind
from bot.domain.moving import MOVES, is_moving
from bot.language.inputs import dependents, narrowed, value_beside, wanted_file
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

    from bot.blocks.fields import Shown
    from bot.blocks.filled import Filled
    from bot.domain.job import Input, Job
    from bot.domain.preset import Preset

MOST_BLOCKS = 72
"""The most blocks that inputs may take: a modal holds 100, and the time and what is under More take 26."""
LONGEST_HEADING = 200
FOLDED_FROM = 2
"""So many inputs that may be left as they are stand folded; one takes no more room than the way to it."""
UNREAD = "Airflow has not told yet which inputs this job takes."
MORE = "more"
"""The block that unfolds them."""
LAST_USED = "[last used]"
"""The option of the person's last run. No preset's option begins so."""
OWN = "[own]"
"""Begins the option of a preset that the person keeps for themselves."""


def preset(job: Job, filled: Filled) -> InputBlock | None:
    """Return the menu of presets and of the person's last run. None if there is neither."""
    options = [option(each.words, preset_value(each)) for each in job.presets]
    if filled.has_last_used:
        options = [option("As you ran it last", LAST_USED), *options]
    if not options:
        return None
    chosen = next((each for each in options if each.value == filled.preset), None)
    return InputBlock(
        block_id=ids.input_block(filled.reference, FormField.PRESET),
        label=PlainTextObject(text="Preset"),
        hint=PlainTextObject(text="Fills in the inputs below; you can still change them."),
        optional=True,
        dispatch_action=True,
        element=StaticSelectElement(
            action_id=ids.VALUE,
            placeholder=PlainTextObject(text="None"),
            options=options,
            initial_option=chosen,
        ),
    )


def presets_button(job: Job, reference: str) -> SectionBlock | None:
    """Return the way to what each preset holds, and to deleting one; None if there is none."""
    if not job.presets:
        return None
    press = ButtonElement(
        action_id=ids.Button.PRESETS, text=PlainTextObject(text="Manage presets…"), value=reference
    )
    return section("See what each preset fills in, or delete one.", accessory=press)


def preset_value(found: Preset) -> str:
    """Return the value of a preset's option, which tells a personal preset from one of the same name."""
    return f"{OWN} {ids.mark_of(found.folded)}" if found.is_own else ids.option_value(found.name)


def chosen_preset(job: Job, value: str) -> Preset | None:
    """Return the preset that an option stands for; None for no preset, or one that is gone."""
    return next((each for each in job.presets if preset_value(each) == value), None)


def lost(filled: Filled) -> ContextBlock | None:
    """Return what the chosen preset has and the job no longer asks for; None if that is nothing."""
    if not filled.lost:
        return None
    names = escape(cut(", ".join(filled.lost), LONGEST_HEADING))
    return context(f":information_source: The preset also has {names}, which this job no longer asks for.")


def inputs(job: Job, filled: Filled) -> list[Block | None]:
    """Return the fields of as many inputs as a modal holds, then what is folded or left out."""
    chosen = shown_inputs(job, filled.wrong)
    away = [] if filled.is_open else [each for each in folded(job, filled) if each in chosen]
    blocks = fields(job, filled, [each for each in chosen if each not in away])
    if away:
        blocks.append(_more(filled.reference, away))
    left_out = [each.name for each in job.inputs if each not in chosen]
    if left_out:
        names = cut(", ".join(left_out), 1500)
        blocks.append(
            context(
                f"{len(left_out)} more inputs have no room here. "
                f"Type them instead, after *with*: {escape(names)}"
            )
        )
    return blocks


def unread(reference: str) -> SectionBlock:
    """Return that the job's inputs are not known yet, with a button that looks again."""
    button = ButtonElement(
        action_id=ids.Button.READ_INPUTS, text=PlainTextObject(text="Try again"), value=reference
    )
    told = f":hourglass_flowing_sand: {UNREAD} It takes a few seconds."
    return section(told, accessory=button)


def folded(job: Job, filled: Filled) -> list[Input]:
    """Return the inputs that may be left as they are, if they are many; else none."""
    may_be_left = [
        each
        for each in job.inputs
        if not each.must_be_given and each.name not in filled.wrong and each.name not in filled.values
    ]
    return may_be_left if len(may_be_left) >= FOLDED_FROM else []


def fields(job: Job, filled: Filled, chosen: Sequence[Input]) -> list[Block | None]:
    """Return the fields of some inputs, each section with its heading."""
    blocks: list[Block | None] = []
    heading = ""
    shown = fields_of(job, filled.values)
    beside = {each.name: each for each in narrowed(job, filled.values).inputs}
    for one in chosen:
        each = beside[one.name]
        if each.section and each.section != heading:
            blocks.append(section(bold(cut(each.section, LONGEST_HEADING))))
            heading = each.section
        if each.name in filled.wrong and each.kind is not InputKind.FILE:
            block_id = ids.input_block(filled.reference, f"{ids.TYPED}.{each.name}", filled.preset)
            blocks.append(wrong_block(each, block_id, *filled.wrong[each.name]))
        else:
            blocks += _field(job, each, shown[each.name], filled)
    return blocks


def _field(job: Job, each: Input, shown: Shown, filled: Filled) -> Iterator[Block]:
    """Yield the input's field, and for a day or a moment a second one, for what moves with each run."""
    value = filled.values.get(each.name, UNSET)
    if each.kind is InputKind.FILE:
        yield _file(each, shown, filled, value)
        return
    under = _under(job, each, filled.values)
    block_id = ids.input_block(filled.reference, f"input.{each.name}", filled.preset, under)
    leads = each.kind is InputKind.CHOICE and bool(dependents(job, each.name))
    yield field_block(each, shown, block_id, value, leads=leads)
    if picks_a_day(each, shown):
        block_id = ids.input_block(filled.reference, f"{ids.MOVING}.{each.name}", filled.preset)
        yield _moving(each, block_id, value)


def _file(each: Input, shown: Shown, filled: Filled, value: Any) -> Block:
    """Return the field for a file, or why there is none. A preset has no files, so none is lost with it."""
    if filled.files.why_not:
        title = escape(each.title.strip() or each.name)
        return section(
            f"{strong(title)}\nThis is a file, and Runbell takes none yet. Whoever runs it can set "
            f"`{filled.files.why_not}` (docs/operating.md, section Files that people give)."
        )
    _, why = filled.wrong.get(each.name, ("", ""))
    more = why or f"Takes {wanted_file(each)}, of up to {filled.files.size}, for one run."
    block_id = ids.input_block(filled.reference, f"input.{each.name}")
    return field_block(each, shown, block_id, value, more=more)


def _under(job: Job, each: Input, values: Mapping[str, Any]) -> str:
    """Return the choice of another input on which this one's choices depend; "" for none."""
    above = value_beside(job, each.offers.follows, values) if each.offers else None
    return "" if above is None else ids.option_value(above)


def _moving(each: Input, block_id: str, value: Any) -> InputBlock:
    words = value[MOVES] if is_moving(value) else ""
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=cut(f"{each.title.strip() or each.name}, if it moves with each run", 150)),
        optional=True,
        element=ExternalDataSelectElement(
            action_id=ids.CHOICE,
            placeholder=PlainTextObject(text="Such as yesterday"),
            min_query_length=0,
            initial_option=option(words, words) if words else None,
        ),
    )


def _more(reference: str, away: Sequence[Input]) -> SectionBlock:
    names = cut(", ".join(each.title.strip() or each.name for each in away), 300)
    button = ButtonElement(
        action_id=ids.Button.MORE_INPUTS,
        text=PlainTextObject(text=f"More inputs ({len(away)})"),
        value=reference,
    )
    shown = section(f"These may stay as they are: {escape(names)}", accessory=button)
    shown.block_id = ids.input_block(reference, MORE)
    return shown


def shown_inputs(job: Job, wrong: Collection[str] = ()) -> list[Input]:
    """Return the inputs that a modal has room for, in the job's order.

    Those that must be given or corrected get room first, then files, which nobody can type.
    """

    def need(each: Input) -> int:
        if each.must_be_given or each.name in wrong:
            return 0
        return 1 if each.kind is InputKind.FILE else 2

    by_need = sorted(job.inputs, key=need)
    room = MOST_BLOCKS
    chosen = set()
    sections = set()
    for each in by_need:
        has_two_fields = each.kind in {InputKind.DATE, InputKind.DATE_TIME}
        room -= 1 + has_two_fields + (bool(each.section) and each.section not in sections)
        if room < 0:
            break
        sections.add(each.section)
        chosen.add(each.name)
    return [each for each in job.inputs if each.name in chosen]
