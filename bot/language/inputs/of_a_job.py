"""The inputs of a job: names, presets and texts read into what Airflow gets; or refused at their field."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood
from bot.language.inputs.offering import input_beside, narrowed, not_together, parents_first
from bot.language.inputs.presets import split_preset
from bot.language.inputs.reader import problem, read_typed
from bot.language.inputs.writer import show_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.domain.job import Input, Job
    from bot.language.inputs.viewpoint import Viewpoint


class NoSuchInput(NotUnderstood):
    """A name that no input has: `words`. `meant` is the one that was likely meant, "" if there is none."""

    def __init__(self, reason: str, *, words: str, meant: str) -> None:
        super().__init__(reason, words=words)
        self.meant = meant


def read_inputs(job: Job, typed: Mapping[str, str], seen: Viewpoint) -> dict[str, Any]:
    """Read typed texts into what Airflow gets, by the inputs' own names; those not given are left to the job.

    `preset=…` stands for the inputs of that preset, beside which others may be given.
    Raises NotUnderstood with the input's name as its field.
    """
    preset, given = split_preset(job, typed)
    conf = {**preset, **read_some_inputs(job, given, seen, beside=preset)}
    require_inputs(job, conf)
    return conf


def read_some_inputs(
    job: Job, typed: Mapping[str, str], seen: Viewpoint, *, beside: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Read typed texts, though others that the job needs may be missing.

    `beside` has the values of others, on which choices may depend.
    """
    texts: dict[str, str] = {}
    for name, text in typed.items():
        each = input_named(job, name)
        if each.name in texts:
            raise NotUnderstood(f"“{each.title}” is given twice.", field=each.name)
        texts[each.name] = text
    conf: dict[str, Any] = {}
    for name in parents_first(job, texts):
        conf[name] = read_typed(input_beside(job, name, {**(beside or {}), **conf}), texts[name], seen)
    return {name: conf[name] for name in texts}


def require_inputs(job: Job, conf: Mapping[str, Any]) -> None:
    """Raise NotUnderstood for the first input that is missing, or not offered beside the other values."""
    for error in wrong_together(job, conf):
        raise error


def check_together(job: Job, conf: Mapping[str, Any]) -> None:
    """Raise NotUnderstood for the first input whose value is not offered beside the others."""
    for each, sentence in not_together(job, conf):
        raise NotUnderstood(sentence, field=each.name)


def wrong_together(job: Job, conf: Mapping[str, Any]) -> Iterator[NotUnderstood]:
    """Yield what is wrong with values that are right by themselves."""
    for each, sentence in not_together(job, conf):
        yield NotUnderstood(sentence, field=each.name)
    for each in missing_inputs(job, conf):
        yield NotUnderstood(f"{job.title} needs “{each.title}”.", field=each.name)


def missing_inputs(job: Job, conf: Mapping[str, Any]) -> list[Input]:
    """Return the inputs that the job cannot do without and that are not given."""
    inputs = narrowed(job, conf).inputs
    return [each for each in inputs if each.name not in conf and each.must_be_given]


def check_inputs(job: Job, conf: Mapping[str, Any]) -> str | None:
    """Return why these inputs no longer fit the job, in words; None when they do. Never raises."""
    known = {each.name for each in job.inputs}
    unknown = sorted(set(conf) - known - job.settings.withheld)
    if unknown:
        return f"it no longer has an input called “{unknown[0]}”"
    for each in job.inputs:
        sentence = problem(each, conf[each.name]) if each.name in conf else None
        if sentence:
            return sentence
    for _, sentence in not_together(job, conf):
        return sentence
    missing = missing_inputs(job, conf)
    return f"it now needs “{missing[0].title}”" if missing else None


def input_named(job: Job, name: str) -> Input:
    """Return the input that a name or title means: an exact name first. Raises NotUnderstood."""
    exact = job.input(name)
    if exact is not None:
        return exact
    found = _called(job.inputs, name)
    if len(found) == 1:
        return found[0]
    names = [each.name for each in found or job.inputs]
    if found:
        raise NotUnderstood(f"“{name}” may be {' or '.join(f'`{each}`' for each in names)}.", words=name)
    for each in _called(job.fixed_inputs, name):
        value = show_value(each, job.settings.fixed[each.name])
        where = f"by {job.fixed_in}" if job.fixed_in else "in this project"
        raise NotUnderstood(f"“{each.title}” is fixed at {value} {where}.", words=name)
    if job.has_unread_inputs:
        sentence = f"Airflow has not told yet which inputs {job.title} takes. Try again in a few seconds."
        raise NotUnderstood(sentence, words=name)
    if not names:
        raise NotUnderstood(f"{job.title} takes no inputs.", words=name)
    close = get_close_matches(name, names, n=1)
    hint = f"Did you mean `{close[0]}`?" if close else f"It has: {', '.join(names)}."
    said = f"{job.title} has no input called “{name}”. {hint}"
    raise NoSuchInput(said, words=name, meant=close[0] if close else "")


def _called(inputs: Sequence[Input], name: str) -> list[Input]:
    wanted = name.casefold()
    return [each for each in inputs if wanted in {each.name.casefold(), _as_name(each.title)}]


def _as_name(title: str) -> str:
    return title.casefold().replace(" ", "_")
