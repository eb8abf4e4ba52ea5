"""The audit, read: who did what, from where, before and after; and who was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    PlainTextObject,
    StaticSelectElement,
    UserSelectElement,
)

from bot.blocks.admin.audit_sentence import sentence
from bot.blocks.admin.frame import page
from bot.blocks.ids import Admin
from bot.blocks.parts import actions, button, context, option, section
from bot.domain.form_field import FormField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import Block

    from bot.blocks.admin.frame import Where
    from bot.domain.entry import Entry, EntryNames

ANY = "Everything"


def audit(
    where: Where,
    name: str,
    entries: Sequence[Entry],
    names: EntryNames,
    *,
    kinds: Sequence[str],
    has_more: bool,
    is_first: bool,
    notice: str = "",
) -> dict[str, Any]:
    """Return the page. `name` is the project's, or says that it is everything; `kinds` can be chosen."""
    blocks: list[Block | None] = [
        section("*Audit*"),
        _filters(where, kinds),
        None if entries else section("_Nothing to show._"),
        *(context(sentence(each, names)) for each in entries),
        _moves(has_more=has_more, is_first=is_first),
        actions(button(Admin.EXPORT, "Export as CSV", "export")) if entries else None,
    ]
    return page(name, where, blocks, notice=notice)


def _filters(where: Where, kinds: Sequence[str]) -> Block:
    options = [option(each, each) for each in (ANY, *kinds)]
    chosen = next((each for each in options if each.value == where.kind), options[0])
    return ActionsBlock(
        block_id=FormField.FILTERS,
        elements=[
            UserSelectElement(
                action_id=Admin.AUDIT_WHO,
                placeholder=PlainTextObject(text="By anybody"),
                initial_user=where.who or None,
            ),
            StaticSelectElement(action_id=Admin.AUDIT_KIND, options=options, initial_option=chosen),
        ],
    )


def _moves(*, has_more: bool, is_first: bool) -> Block | None:
    newest = None if is_first else button(Admin.PREVIOUS, "← Newest", "newest")
    return actions(newest, button(Admin.NEXT, "Older →", "older") if has_more else None)
