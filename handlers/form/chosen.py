"""The job that is chosen in a form, as the person who fills it in may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.form_field import FormField
from handlers import kept

if TYPE_CHECKING:
    from bot.rules.access import Asker, Offer
    from handlers.payloads import Press, ViewState
    from handlers.talk import Talk


@dataclass(frozen=True, slots=True)
class Chosen:
    """A form, who asks, and the offer that `reference` stands for in its fields' ids."""

    view: ViewState
    asker: Asker
    reference: str
    offer: Offer


def chosen_in(talk: Talk, press: Press) -> Chosen | None:
    """Return the job of the form in which something was pressed. None if no job is chosen there.

    Raises NotFound if the person may not see the job.
    """
    view = press.view
    reference = view.text(FormField.JOB) if view else ""
    if view is None or not reference:
        return None
    asker = kept.asker(talk, view.metadata)
    return Chosen(view, asker, reference, talk.services.catalog.offer(asker, reference))
