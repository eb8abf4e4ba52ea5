"""A projects file's escalations against what exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.escalation import Escalation
from bot.rules.file_ids import CHANNEL_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.language.projects_file import EscalationInFile
    from bot.language.yaml_nodes import Word


def escalation_in_file(
    found: EscalationInFile | None,
    channel: Callable[[Word], str | None],
    people: Callable[[Iterable[Word]], frozenset[str]],
) -> Escalation | None:
    """Return the escalation with the id of its place. `channel` and `people` find ids, and note problems."""
    if found is None:
        return None
    place_id = ""
    if found.to is not None and (found.to.text.startswith("#") or CHANNEL_ID.fullmatch(found.to.text)):
        place_id = channel(found.to) or ""
    elif found.to is not None:
        place_id = next(iter(people([found.to])), "")
    return Escalation(found.minutes, place_id, found.pager)
