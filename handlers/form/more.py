"""More of a schedule, in the form: where it reports, its nickname, what happens when something goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import form_more as blocks
from bot.blocks.filled import Filled
from bot.blocks.form_when import LATER, NOW
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.schedule import Policies
from bot.services.catalog import reference_of
from handlers import kept
from handlers.form.chosen import chosen_in
from handlers.policies import read_policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.form.live import LiveForms
    from handlers.payloads import Press, ViewState
    from handlers.talk import Talk

    Content = Mapping[str, Any]


def unfold(live: LiveForms, talk: Talk, press: Press) -> None:
    """Show what is under More, where its button stood. All of it is as usual, or it would show already."""
    chosen = chosen_in(talk, press)
    if chosen is None:
        return
    view, asker, offer = chosen.view, chosen.asker, chosen.offer
    changes = kept.changes(view.metadata)
    drafting = talk.services.drafting
    places = drafting.places(asker, offer) if changes is None else drafting.to_edit(asker, changes).places
    filled = Filled(
        reference=reference_of(offer),
        doing=NOW if view.text(FormField.DOING) == NOW else LATER,
        places=[place for place, _ in places],
        place_names={place.channel_id: name for place, name in places},
        usual_grace=talk.services.adjusting.usual_grace,
        more_is_open=True,
    )
    fields = [each.to_dict() for each in blocks.more(filled)]

    def changed(content: Content) -> Content:
        before = {_id(each) for each in content.get("blocks", ())}
        shown = [each for each in fields if _id(each) not in before]
        parted = (shown if _id(each) == blocks.FOLDED else [each] for each in content.get("blocks", ()))
        return {**content, "blocks": [each for part in parted for each in part]}

    live.draw(talk, press, changed)


def is_open(content: Content) -> bool:
    """Return whether a form shows all that is under More."""
    return _says_where(content) and all(_id(each) != blocks.FOLDED for each in content.get("blocks", ()))


def with_policies_of(form: Content, shown: Content) -> dict[str, Any]:
    """Return a form whose nickname and policies are the fields of another one, which was shown."""
    found = {_id(each): each for each in shown.get("blocks", ()) if _id(each) in blocks.POLICY_FIELDS}
    return {**form, "blocks": [found.get(_id(each), each) for each in form.get("blocks", ())]}


def without_policies(content: Content) -> dict[str, Any]:
    """Return a form for a run now, which has none."""
    away = {*blocks.POLICY_FIELDS, *([blocks.FOLDED] if _says_where(content) else [])}
    return {**content, "blocks": [each for each in content.get("blocks", ()) if _id(each) not in away]}


def with_policies(content: Content, policies: Policies, talk: Talk) -> Content:
    """Return a form with the policies below where it reports, if that shows and they do not."""
    if not is_open(content):
        return content
    fields = blocks.of_policies(policies, talk.services.adjusting.usual_grace)
    return {**content, "blocks": [*without_policies(content)["blocks"], *(each.to_dict() for each in fields)]}


def given_policies(view: ViewState) -> Policies | None:
    """Return what stands under More. None if it is folded. Raises NotUnderstood."""
    return read_policies(view.text) if FormField.MISSED in view.blocks else None


def texts(view: ViewState) -> dict[str, str]:
    """Return the fields of the policies as a form keeps them while it shows none."""
    return {each: view.text(each) for each in blocks.POLICY_FIELDS if each in view.blocks}


def kept_policies(metadata: str) -> Policies:
    """Return the policies that a form has kept; the usual ones if it has none."""
    try:
        return read_policies(lambda field: kept.value(metadata, field) or "")
    except NotUnderstood:
        return Policies()


def _says_where(content: Content) -> bool:
    return any(blocks.is_reports_to(_id(each)) for each in content.get("blocks", ()))


def _id(block: Mapping[str, Any]) -> str:
    return str(block.get("block_id", ""))
