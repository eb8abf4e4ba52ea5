"""Choices that a run published: `choices` in its `runbell_result`."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any

from bot.domain.choices import Offered
from bot.gateways.airflow.cells import line

if TYPE_CHECKING:
    from collections.abc import Iterator


def choices_from(value: Any) -> tuple[Offered, ...]:
    """Return the choices in a result; empty if it has none.

    They are codes alone in a list, codes with their words, or either of them by the value of the input on
    which they depend.
    """
    found = value.get("choices") if isinstance(value, Mapping) else None
    if isinstance(found, Mapping) and any(isinstance(each, Mapping | list) for each in found.values()):
        return tuple(one for under, each in found.items() for one in _codes(each, under))
    return tuple(_codes(found, None))


def _codes(found: Any, under: Any) -> Iterator[Offered]:
    pairs = found.items() if isinstance(found, Mapping) else ()
    codes = found if isinstance(found, list) else ()
    for code, words in [*pairs, *((code, code) for code in codes)]:
        if _is_code(code):
            yield Offered(code, line(str(words)) or line(str(code)), under)


def _is_code(code: Any) -> bool:
    """Return whether it is a text that shows something, or a number that JSON has."""
    if isinstance(code, float):
        return isfinite(code)
    return isinstance(code, str | int) and not isinstance(code, bool) and bool(line(str(code)))
