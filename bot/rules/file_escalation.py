"""A projects file's escalations against what exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.escalation import Escalation
from bot.rules.file_ids import CHANNEL_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from bot.language.projects_file import EscalationInFile
    from bot.language.yaml_nodes import Problem, Word


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
    return Escalation(found.minutes, place_id, "" if found.pager is None else found.pager.text)


def pager_problems(
    found: EscalationInFile | None, pagers: Collection[str], before: Escalation | None
) -> Iterator[Problem]:
    """Yield the problem of a routing key that neither the settings name nor the project has had before."""
    word = None if found is None else found.pager
    if word is None or word.text in {*pagers, "" if before is None else before.pager}:
        return
    there_are = f"there are {', '.join(sorted(pagers))}" if pagers else "RUNBELL_PAGERDUTY_KEYS names none"
    yield word.wrong(f"PagerDuty has no routing key {word.text} here; {there_are}")
