"""A preset is chosen by its name, and its inputs are taken as far as they still fit the job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood
from bot.domain.preset import EVERYBODYS, MINE
from bot.language.inputs.offering import narrowed
from bot.language.inputs.quoting import unquoted
from bot.language.inputs.reader import problem
from bot.language.inputs.writer import field_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.job import Job
    from bot.domain.preset import Preset

PRESET = "preset"
"""The word before a preset's name."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What a job as it is now takes of a preset.

    `wrong` are texts that it no longer takes, each with the reason, by the input's name; `gone` are what
    the inputs are called that nobody is asked for any more: by title if it is known.
    """

    values: Mapping[str, Any]
    wrong: Mapping[str, tuple[str, str]]
    gone: tuple[str, ...]


def fit(job: Job, preset: Preset) -> Fit:
    """Return what the job takes of the preset. An input that has become a secret is gone."""
    asked = {each.name: each for each in narrowed(job, preset.inputs).inputs if not each.is_secret}
    values: dict[str, Any] = {}
    wrong: dict[str, tuple[str, str]] = {}
    for name in preset.inputs.keys() & asked.keys():
        each, value = asked[name], preset.inputs[name]
        sentence = problem(each, value)
        if sentence is None:
            values[name] = value
        else:
            wrong[name] = (field_text(each, value), sentence)
    fixed = {each.name: each.title for each in job.fixed_inputs}
    gone = sorted(preset.inputs.keys() - asked.keys())
    return Fit(values, wrong, tuple(fixed.get(name, name) for name in gone))


def split_preset(job: Job, typed: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Return the preset's own inputs, and what was typed beside it.

    Raises NotUnderstood for a name that no preset or more than one has, and a preset that no longer fits.
    """
    named = {name.casefold(): name for name in typed}
    if PRESET not in named or not job.presets or job.input(PRESET) is not None:
        return {}, typed
    text = typed[named[PRESET]].strip()
    preset = _called(job, unquoted(text) or text)
    found = fit(job, preset)
    for why in [
        *(why for _, why in found.wrong.values()),
        *(f"“{each}” is not asked for" for each in found.gone),
    ]:
        sentence = f"The preset “{preset.name}” no longer fits {job.title}: {why.rstrip('.')}."
        raise NotUnderstood(f"{sentence} Choose it in the form and save it anew.", field=PRESET)
    return found.values, {each: value for each, value in typed.items() if each != named[PRESET]}


def _called(job: Job, wanted: str) -> Preset:
    whose, colon, name = (part.strip() for part in wanted.partition(":"))
    presets = job.presets
    if colon and whose.casefold() in {MINE, EVERYBODYS}:
        wanted = name
        presets = tuple(each for each in presets if each.is_own is (whose.casefold() == MINE))
    found = [each for each in presets if each.folded == wanted.casefold()]
    if len(found) > 1:
        ways = " or ".join(f'`preset="{each}: {wanted}"`' for each in (MINE, EVERYBODYS))
        sentence = f"“{wanted}” is a preset of yours and one for everybody. Write {ways}."
        raise NotUnderstood(sentence, words=wanted, field=PRESET)
    if not found:
        known = ", ".join(dict.fromkeys(each.name for each in job.presets))
        raise NotUnderstood(
            f"{job.title} has no preset “{wanted}”. It has: {known}.", words=wanted, field=PRESET
        )
    return found[0]
