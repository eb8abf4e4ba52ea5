"""The form's inputs: what was typed before it opened, what nobody touched, what was changed or emptied."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.blocks.choices import NOTHING_MOVES
from bot.blocks.fields import fields_of
from bot.blocks.form_inputs import LAST_USED, chosen_preset
from bot.blocks.ids import MOVING, TYPED, option_value
from bot.domain.errors import NotUnderstood, SeveralWrong
from bot.domain.form_field import FormField
from bot.domain.job import InputKind
from bot.domain.kept_file import ChosenFile
from bot.domain.moving import MOVES, is_moving
from bot.language.inputs import (
    UNCLEARED,
    cleared,
    field_text,
    input_beside,
    input_named,
    is_same,
    not_together,
    parents_first,
    problem,
    read_field,
    read_typed,
    refused_file,
    split_preset,
    wrong_together,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.blocks.fields import Shown
    from bot.domain.job import Input, Job
    from bot.language.inputs import Viewpoint

MOST_DIGITS = 11
"""Of the seconds that a picker gives: with more, the year would have five digits."""


def read_words(
    job: Job, typed: Mapping[str, str], seen: Viewpoint, *, beside: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """Return the values of what was typed before the form opens, and what cannot be read, with the reason.

    `beside` has the values that a schedule has already, on which choices may depend.

    Raises NotUnderstood for the name of no input.
    """
    preset, words = split_preset(job, typed)
    given, wrong = dict(preset), {}
    kept = beside or {}
    texts = {input_named(job, name).name: text for name, text in words.items()}
    for name in parents_first(job, texts):
        each = input_beside(job, name, {**kept, **given})
        try:
            given[name] = read_typed(each, texts[name], seen)
        except NotUnderstood as error:
            given.pop(name, None)
            wrong[name] = ("" if each.is_secret else texts[name], error.message)
    for each, sentence in not_together(job, {**kept, **given}):
        wrong[each.name] = (field_text(each, given.pop(each.name, kept.get(each.name))), sentence)
    return given, wrong


def read_form(
    job: Job, parts: Mapping[str, Any], given: Mapping[str, Any], seen: Viewpoint
) -> dict[str, Any]:
    """Return the inputs of a form. `parts` are its fields by name; `given` is what it opened with.

    What nobody changed stays as it was given, or is left to the job, as is what was changed to the job's
    default. Raises SeveralWrong with every field that is wrong.
    """
    fields = fields_of(job, given)
    conf: dict[str, Any] = {}
    wrong = []
    for each in job.inputs:
        try:
            value = _value(each, parts, fields[each.name], given.get(each.name, UNCLEARED), seen)
        except NotUnderstood as error:
            wrong.append(error)
            continue
        if value is not UNCLEARED:
            conf[each.name] = value
    told = {each.field for each in wrong}
    wrong += [error for error in wrong_together(job, conf) if error.field not in told]
    if wrong:
        raise SeveralWrong(wrong)
    return conf


def carried_over(
    before: Job, parts: Mapping[str, Any], given: Mapping[str, Any], now: Job, seen: Viewpoint
) -> dict[str, Any]:
    """Return what a form holds for one job as far as another job has inputs of that name and kind for it.

    What cannot be read, and secrets, which no field shows, stay behind.
    """
    shown = fields_of(before, given)
    found = {}
    for each in before.inputs:
        there = now.input(each.name)
        if there is None or there.kind is not each.kind or each.is_secret or there.is_secret:
            continue
        if each.kind is InputKind.FILE:  # Slack gives it to the field in which it was chosen alone
            continue
        try:
            value = _value(each, parts, shown[each.name], given.get(each.name, UNCLEARED), seen)
        except NotUnderstood:
            continue
        if value is not UNCLEARED and problem(there, value) is None:
            found[each.name] = value
    return found


def _value(each: Input, parts: Mapping[str, Any], shown: Shown, given: Any, seen: Viewpoint) -> Any:
    """Return the input's value; UNCLEARED if it is left to the job."""
    if each.kind is InputKind.FILE:
        return _file(each, parts.get(f"input.{each.name}"), given)
    if f"{TYPED}.{each.name}" in parts:
        text = parts[f"{TYPED}.{each.name}"]
        return _unless_default(each, read_field(each, str(text), seen)) if text else UNCLEARED
    if f"input.{each.name}" not in parts:
        return given
    state = _state(parts[f"input.{each.name}"])
    moved = _moved(each, parts, given)
    is_picked = state is not None and state != _state(shown.state)
    if moved not in {None, NOTHING_MOVES}:
        if is_picked:
            sentence = f"Choose one for “{each.title}”: a fixed one, or one that moves."
            raise NotUnderstood(sentence, field=each.name)
        return read_field(each, str(moved), seen)
    if moved is None and _in_any_order(state) == _in_any_order(_state(shown.state)):
        return given
    if state is None:
        empty = cleared(each)
        return empty if empty is UNCLEARED else _unless_default(each, empty)
    return _unless_default(each, _changed(each, state, seen))


def _file(each: Input, state: Any, given: Any) -> Any:
    """Return the file that was chosen, or what was given if none was. Raises NotUnderstood."""
    chosen = [one for one in state or () if isinstance(one, ChosenFile)]
    if not chosen:
        return given
    sentence = refused_file(each, chosen[0].name, chosen[0].media_type)
    if sentence is not None:
        raise NotUnderstood(sentence, field=each.name)
    return chosen[0]


def _moved(each: Input, parts: Mapping[str, Any], given: Any) -> str | None:
    """Return what was newly chosen to move with each run. None if nothing was."""
    words = parts.get(f"{MOVING}.{each.name}")
    before = given[MOVES] if is_moving(given) else None
    return None if words in {None, "", before} or (words == NOTHING_MOVES and before is None) else str(words)


def _unless_default(each: Input, value: Any) -> Any:
    return UNCLEARED if is_same(value, each.default) else value


def _state(value: Any) -> Any:
    """Return what Slack gives for a field, with one way for nothing."""
    if isinstance(value, list):
        return value or None
    return None if value in (None, "") else str(value)


def _in_any_order(state: Any) -> Any:
    """Return the state for comparing: a menu gives what is chosen in an order of its own."""
    return sorted(state) if isinstance(state, list) else state


def _changed(each: Input, state: Any, seen: Viewpoint) -> Any:
    """Return what a field gives, as the input takes it. Raises NotUnderstood."""
    if isinstance(state, list):
        return _checked(each, [_chosen(each, one) for one in state])
    match each.kind:
        case InputKind.CHOICE if each.choices:
            return _checked(each, _chosen(each, state))
        case InputKind.DATE_TIME if state.isdecimal() and len(state) <= MOST_DIGITS:
            moment = datetime.fromtimestamp(int(state), UTC).astimezone(seen.tz)
            return _checked(each, moment.isoformat())
    return read_field(each, state, seen)


def _chosen(each: Input, state: str) -> Any:
    for value, _ in each.choices:
        if option_value(value) == state:
            return value
    raise NotUnderstood(f"“{each.title}” no longer offers that. Choose again.", field=each.name)


def _checked(each: Input, value: Any) -> Any:
    sentence = problem(each, value)
    if sentence is not None:
        raise NotUnderstood(sentence, field=each.name)
    return value


def preset_option(job: Job, parts: Mapping[str, Any]) -> str:
    """Return the option of the preset that the form was filled in from; "" for none.

    LAST_USED stands for the person's last run.
    """
    chosen = str(parts.get(FormField.PRESET) or "")
    return chosen if chosen == LAST_USED or chosen_preset(job, chosen) else ""
