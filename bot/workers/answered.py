"""Airflow's answers as people and logs may read them, without the values that they repeat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain.secrets import hide_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.errors import Fault

MASK = "…"


def without_values(error: Fault, inputs: Mapping[str, Any]) -> str:
    """Return the error's words without the values that were sent, and without other secrets."""
    text = error.detail
    for value in sorted(set(_leaves(inputs)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", MASK, text)
    return hide_secrets(text)


def _leaves(value: Any) -> Iterator[str]:
    """Yield each text and number in the value as it may stand in a sentence."""
    match value:
        case dict():
            for each in value.values():
                yield from _leaves(each)
        case list():
            for each in value:
                yield from _leaves(each)
        case bool() | None:
            return
        case str():
            lines = [value, " ".join(value.split()), repr(value)[1:-1]]
            yield from (each for each in lines if each)
        case _:
            yield str(value)
