"""The inputs of a person's last run of a job, which a form offers again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.kept_file import is_file
from bot.language.inputs import narrowed, problem

if TYPE_CHECKING:
    from bot.domain.project import Person
    from bot.rules.access import Offer
    from storage.transaction import Transaction


def last_used(tx: Transaction, person: Person, offer: Offer) -> dict[str, Any]:
    """Return the inputs as far as they still fit. A file was for that run alone, so it is left out."""
    found = tx.history.last_inputs(person, offer.project.project_id, offer.job.key)
    opened = tx.secrets.open(found)
    return {
        each.name: found[each.name]
        for each in narrowed(offer.job, opened).inputs
        if each.name in opened and not is_file(opened[each.name]) and problem(each, opened[each.name]) is None
    }
