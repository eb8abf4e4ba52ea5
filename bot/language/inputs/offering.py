"""Choices that a project gives an input: one list for what is typed, forms, presets, files and copies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain.errors import NotUnderstood
from bot.domain.job import InputKind, Offers
from bot.language.inputs.quoting import quoted
from bot.language.inputs.reader import problem, read_field
from bot.language.inputs.schema import as_json, key_of, takes_of
from bot.language.inputs.viewpoint import Viewpoint
from bot.language.inputs.words import wanted
from bot.language.inputs.writer import is_same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.domain.choices import ChoiceList, Offered
    from bot.domain.job import Input, Job

OFFERABLE = frozenset(
    [
        InputKind.TEXT,
        InputKind.LONG_TEXT,
        InputKind.WHOLE,
        InputKind.NUMBER,
        InputKind.CHOICE,
        InputKind.CHOICES,
        InputKind.LIST,
    ]
)
"""What a project can give choices to."""
_ANYWHERE = ZoneInfo("UTC")
_SEVERAL = frozenset([InputKind.CHOICES, InputKind.LIST])
MOST_STEPS = 5
"""How many inputs may depend on each other in a row: continent, country, city."""


def choice_value(each: Input, text: str, tz: ZoneInfo) -> Any:
    """Return the value that a choice's code stands for. Raises NotUnderstood if the input takes no such."""
    if each.kind not in _SEVERAL:
        return read_field(each, text, Viewpoint(tz))
    found = read_field(each, quoted(text), Viewpoint(tz))
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def read_codes(each: Input, above: Input | None, offered: Iterable[Offered]) -> tuple[Offered, ...]:
    """Return what a job has published, as the inputs take it. What they cannot take is left out.

    `above` is the input on which the choices depend. A code that is a text may stand for a number.
    """
    found = []
    for one in offered:
        try:
            value = _taken(each, one.value)
            under = None if above is None else _taken(above, one.under)
        except NotUnderstood:
            continue
        found.append(replace(one, value=value, under=under))
    return tuple(found)


def _taken(each: Input, code: Any) -> Any:
    takes = takes_of(each)
    is_text = (takes.items or takes).is_text if each.kind in _SEVERAL else takes.is_text
    if is_text and isinstance(code, str):
        return code
    return choice_value(each, code if isinstance(code, str) else as_json(code), _ANYWHERE)


def with_choices(job: Job, lists: Mapping[str, ChoiceList]) -> Job:
    """Return the job with these lists, as far as they hold choices."""
    if not any(each.offered for each in lists.values()):
        return job
    return replace(job, inputs=tuple(_with_list(each, lists.get(each.name)) for each in job.inputs))


def _with_list(each: Input, found: ChoiceList | None) -> Input:
    if found is None or not found.offered or each.kind not in OFFERABLE or each.is_secret:
        return each
    return offering(Offers(each, found.offered, found.follows))


def offering(offers: Offers, offered: Sequence[Offered] | None = None) -> Input:
    """Return the input that takes only what is offered. `offered`: some of it; None for all.

    Its schema says so, so that whatever checks a value against the schema checks it against the list.
    """
    own = offers.own
    some = offers.offered if offered is None else offered
    choices = tuple({as_json(one.value): (one.value, one.words) for one in reversed(some)}.values())[::-1]
    listed = {
        "enum": [value for value, _ in choices],
        "values_display": {key_of(value): words for value, words in choices},
    }
    if own.kind in _SEVERAL:
        schema = {**own.schema, "items": {**_items(own), **listed}}
    else:
        schema = {**own.schema, **listed}
    kind = InputKind.CHOICES if own.kind in _SEVERAL else InputKind.CHOICE
    return replace(own, kind=kind, schema=schema, choices=choices, offers=offers)


def _items(own: Input) -> Mapping[str, Any]:
    items = takes_of(own).items
    return {} if items is None else items.schema


def narrowed(job: Job, conf: Mapping[str, Any]) -> Job:
    """Return the job with those choices that go with the values it is given: the countries of one region.

    A default that does not go with them counts as none, so a value must be given.
    """
    if not any(each.offers and each.offers.follows for each in job.inputs):
        return job
    return replace(job, inputs=tuple(_narrowed(job, each, conf) for each in job.inputs))


def input_beside(job: Job, name: str, conf: Mapping[str, Any]) -> Input:
    """Return one input, with the choices that go with the values of others. The job must have it."""
    return next(_narrowed(job, each, conf) for each in job.inputs if each.name == name)


def _narrowed(job: Job, each: Input, conf: Mapping[str, Any]) -> Input:
    if each.offers is None or not each.offers.follows:
        return each
    above = value_beside(job, each.offers.follows, conf)
    if above is None:
        return each
    some = [one for one in each.offers.offered if is_same(one.under, above)]
    if not some:
        return replace(each.offers.own, offers=each.offers)
    found = offering(each.offers, some)
    if found.default is not None and each.offers.follows in conf and _does_not_go(found):
        return replace(found, default=None, required=True)
    return found


def _does_not_go(found: Input) -> bool:
    return problem(found, found.default) is not None


def value_beside(job: Job, name: str, conf: Mapping[str, Any]) -> Any:
    """Return the value that the job gets for an input, given or its default. None if nobody knows."""
    if name in job.settings.fixed:
        return job.settings.fixed[name]
    if name in conf or job.input(name) is None:
        return conf.get(name)
    return input_beside(job, name, conf).default


def dependents(job: Job, name: str) -> list[Input]:
    """Return the inputs whose choices depend on this one, themselves or through another."""
    found: list[Input] = []
    names = {name}
    for _ in range(MOST_STEPS):
        more = [
            each for each in job.inputs if each.offers and each.offers.follows in names and each not in found
        ]
        found += more
        names = {each.name for each in more}
    return [each for each in job.inputs if each in found]


def parents_first(job: Job, names: Iterable[str]) -> list[str]:
    """Return the names of inputs in an order in which each comes after the one that it depends on."""
    return sorted(names, key=lambda name: _depth(job, name))


def _depth(job: Job, name: str) -> int:
    """Return on how many inputs in a row the choices of this one depend."""
    for depth in range(MOST_STEPS):
        each = job.input(name)
        if each is None or each.offers is None or not each.offers.follows:
            return depth
        name = each.offers.follows
    return MOST_STEPS


def not_together(job: Job, conf: Mapping[str, Any]) -> Iterator[tuple[Input, str]]:
    """Yield each input whose value is not offered beside the other values, and what is."""
    for each in narrowed(job, conf).inputs:
        if each.offers is None or not each.offers.follows or each.name not in conf:
            continue
        if problem(each, conf[each.name]) is not None:
            above = job.input(each.offers.follows)
            beside = "" if above is None else f", beside this “{above.title}”,"
            found = takes_of(each)
            yield each, f"“{each.title}”{beside} is {wanted(found.items or found)}"
