"""What every page and form of the administration has: where it is, a way back, rows, paging."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.blocks.ids import Admin, AdminPage
from bot.blocks.ids import View as Callback
from bot.blocks.parts import actions, button, cut, option, section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.project_setup import Who

ROWS = 10
"""The most rows on one page."""
LONGEST_TITLE = 24
LONGEST_ID = 255
MOST = 2**31 - 1
"""The greatest number that both databases keep as an integer."""


@dataclass(frozen=True, slots=True)
class Where:
    """The page that is shown, or lies beneath a form. It travels through Slack: nothing in it is trusted."""

    page: AdminPage = AdminPage.DESK
    project_id: int = 0
    at: int = 0
    """How many rows come before."""
    subject: str = ""
    """What a form is about: a person, a share, a job."""
    channel_id: str = ""
    """Where the command was typed."""
    who: str = ""
    kind: str = ""
    """The audit page shows only entries of this person, and of this kind."""
    job: str = ""
    """The DAG id of the job whose inputs the page shows."""

    def pack(self) -> str:
        """Return the place as a view's metadata, which Slack gives back. What can be no id is left out."""
        kept = asdict(self)
        made_up = {name for name, value in kept.items() if isinstance(value, str) and not _may_be_id(value)}
        return json.dumps({**kept, **dict.fromkeys(made_up, "")}, ensure_ascii=False)


def unpack(metadata: str) -> Where:
    """Return the place of a view's metadata; the first page if it cannot be read."""
    try:
        kept = json.loads(metadata)
        known = {each.name: kept[each.name] for each in fields(Where) if each.name in kept}
        return Where(
            page=AdminPage(known.get("page", AdminPage.DESK)),
            project_id=_number(known.get("project_id", 0)),
            at=_number(known.get("at", 0)),
            subject=str(known.get("subject", "")),
            channel_id=str(known.get("channel_id", "")),
            who=str(known.get("who", "")),
            kind=str(known.get("kind", "")),
            job=str(known.get("job", "")),
        )
    except (ValueError, TypeError, KeyError, OverflowError):
        return Where()


def _may_be_id(text: str) -> bool:
    """Return whether the text may name something: Slack keeps 3,000 characters with a view, not more."""
    return len(text) <= LONGEST_ID and text.isprintable()


def _number(value: Any) -> int:
    """Return the number, 0 if it is none that a table or a page can have. Raises ValueError and the like."""
    number = int(value)
    return number if 0 <= number <= MOST else 0


def page(title: str, where: Where, blocks: Sequence[Block | None], *, notice: str = "") -> dict[str, Any]:
    """Return a page. `notice` is what has just been done, or could not be, as mrkdwn."""
    shown: list[Block | None] = [section(notice) if notice else None, *blocks]
    if where.page is not AdminPage.DESK:
        shown.append(actions(_back(where)))
    return View(
        type="modal",
        callback_id=Callback.ADMIN_PAGE,
        title=PlainTextObject(text=cut(title, LONGEST_TITLE)),
        close=PlainTextObject(text="Close"),
        private_metadata=where.pack(),
        blocks=[each for each in shown if each is not None],
    ).to_dict()


def with_undo(page: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """Return the page with a button below its first block, which says what was taken away."""
    first, *rest = page["blocks"]
    row = ActionsBlock(elements=[button(Admin.UNDO, "Undo", reference)]).to_dict()
    return {**page, "blocks": [first, row, *rest]}


def form(
    title: str,
    where: Where,
    callback: Callback,
    blocks: Sequence[Block | None],
    *,
    submit: str = "Save",
) -> dict[str, Any]:
    """Return a form that is pushed on the page it belongs to; "Cancel" goes back there."""
    return View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=cut(title, LONGEST_TITLE)),
        submit=PlainTextObject(text=submit),
        close=PlainTextObject(text="Cancel"),
        private_metadata=where.pack(),
        blocks=[each for each in blocks if each is not None],
    ).to_dict()


def go(page: AdminPage, text: str, *, label: str | None = None) -> ButtonElement:
    """Return the button to another page of the same project."""
    return button(f"{Admin.GO}.{page}", text, page, label=label)


def paging(where: Where, total: int) -> ActionsBlock | None:
    """Return the buttons to the pages beside this one. None if everything fits on one page."""
    earlier = button(Admin.PREVIOUS, "← Previous", "previous") if where.at > 0 else None
    later = button(Admin.NEXT, "Next →", "next") if where.at + ROWS < total else None
    return actions(earlier, later)


def shown_of(where: Where, total: int, what: str) -> str:
    """Return "People 11 to 20 of 43"."""
    if total <= ROWS:
        return ""
    return f"{what} {where.at + 1} to {min(where.at + ROWS, total)} of {total}"


def row(subject: str, text: str, menu: Mapping[str, str], *, action: Admin) -> SectionBlock:
    """Return a row. `menu` has the words of each action by its value; the block's id contains `subject`."""
    if not menu:
        return section(text)
    options = [option(words, value) for value, words in menu.items()]
    found = section(text, accessory=OverflowMenuElement(action_id=action, options=options))
    found.block_id = row_block(subject)
    return found


def row_block(subject: str) -> str:
    """Return the id of the block that is about the subject."""
    return f"row.{subject}"


def subject_of(block_id: str) -> str:
    """Return the subject of a row's block."""
    return block_id.removeprefix("row.")


def mention(who: Who) -> str:
    """Return the person or user group as Slack's mrkdwn shows it."""
    return f"<!subteam^{who.slack_id}>" if who.is_group else f"<@{who.slack_id}>"


def _back(where: Where) -> ButtonElement:
    project_wide = where.project_id and where.page is not AdminPage.PROJECT
    back = AdminPage.PROJECT if project_wide else AdminPage.DESK
    back = AdminPage.JOBS if where.page in {AdminPage.SUGGESTIONS, AdminPage.INPUTS} else back
    return button(f"{Admin.GO}.{back}", "← Back", back)
