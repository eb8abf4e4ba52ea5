"""A choice among time zones: offered as one types."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bot.blocks.parts import MOST_OPTIONS, option
from bot.language.when.calendar.zones import iana
from bot.services.projects.sharing import wanted_by

if TYPE_CHECKING:
    from handlers.payloads import Typing
    from handlers.talk import Talk


def suggest(_talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    """Return the zones whose names hold what is typed. They are public: whoever asks may see them."""
    words = typing.text.replace(" ", "_") if " " in typing.text else typing.text
    found = [each for each in _known_zones() if wanted_by(each, words)]
    return [option(each, each).to_dict() for each in found[:MOST_OPTIONS]]


@cache
def _known_zones() -> tuple[str, ...]:
    return tuple(sorted(iana().values()))
