"""A project's people and user groups: the page, the form to add some, what taking one away does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ExternalDataMultiSelectElement,
    InputBlock,
    PlainTextObject,
    RadioButtonsElement,
    UserMultiSelectElement,
    UserSelectElement,
)

from bot.blocks.admin.frame import ROWS, form, mention, page, paging, row, shown_of
from bot.blocks.admin.project import BY_FILE
from bot.blocks.ids import VALUE, Admin, View
from bot.blocks.parts import actions, button, context, option, section
from bot.domain.form_field import FormField
from bot.domain.rights import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import Block

    from bot.blocks.admin.frame import Where
    from bot.domain.project_setup import KeptProject, Who

ROLES = {
    Role.VIEWER: "can look",
    Role.RUNNER: "can run and schedule",
    Role.MANAGER: "can manage",
}
_DOES = {
    Role.VIEWER: "Sees jobs, schedules and runs",
    Role.RUNNER: "Also runs, schedules, retries, and stops what they started",
    Role.MANAGER: "Also stops and pauses anything, and manages the project",
}
REMOVE = "remove"


def people(where: Where, kept: KeptProject, *, notice: str = "") -> dict[str, Any]:
    """Return the page of a project's people, managers first."""
    found = sorted(kept.setup.members.items(), key=lambda each: (-each[1].rank, each[0]))
    changeable = kept.is_changeable
    blocks: list[Block | None] = [
        section("*People and user groups*"),
        context(
            BY_FILE
            if kept.is_managed
            else "Guests and people of other companies get no role through a user group: add them by name."
        ),
        None if found else section("_Nobody yet._ Nobody sees the project's jobs until you add people."),
        *(_member(*each, changeable=changeable) for each in found[where.at : where.at + ROWS]),
        context(shown_of(where, len(found), "People")),
        paging(where, len(found)),
        actions(button(Admin.ADD_PEOPLE, "Add people…", "add", style="primary") if changeable else None),
        _find() if changeable and len(found) > ROWS else None,
    ]
    return page(kept.name, where, blocks, notice=notice)


def add_people(where: Where, *, chosen: str = "", role: Role = Role.RUNNER) -> dict[str, Any]:
    """Return the form that adds people. `chosen` is filled in."""
    options = [option(words.capitalize(), each, description=_DOES[each]) for each, words in ROLES.items()]
    blocks = [
        InputBlock(
            block_id=FormField.PEOPLE,
            label=PlainTextObject(text="People"),
            optional=True,
            element=UserMultiSelectElement(action_id=VALUE, initial_users=[chosen] if chosen else None),
        ),
        groups_field(()),
        InputBlock(
            block_id=FormField.ROLE,
            label=PlainTextObject(text="What they can do"),
            element=RadioButtonsElement(
                action_id=VALUE,
                options=options,
                initial_option=next(each for each in options if each.value == role),
            ),
        ),
        context("People who are in the project already get this role instead of theirs."),
    ]
    return form("Add people", where, View.ADMIN_PEOPLE, blocks, submit="Add them")


def groups_field(chosen: Sequence[tuple[str, str]], *, label: str = "User groups") -> InputBlock:
    """Return the field for user groups. `chosen` is (id, handle)."""
    return InputBlock(
        block_id=FormField.GROUPS,
        label=PlainTextObject(text=label),
        optional=True,
        element=ExternalDataMultiSelectElement(
            action_id=Admin.GROUPS,
            placeholder=PlainTextObject(text="Type a few letters"),
            min_query_length=0,
            initial_options=[option(f"@{handle}", group_id) for group_id, handle in chosen] or None,
        ),
    )


def _member(who: Who, role: Role, *, changeable: bool) -> Block:
    others = {each.value: words.capitalize() for each, words in ROLES.items() if each is not role}
    menu = {**others, REMOVE: "Take away…"} if changeable else {}
    return row(who.slack_id, f"{mention(who)} {ROLES[role]}", menu, action=Admin.MEMBER)


def _find() -> Block:
    return ActionsBlock(
        block_id=FormField.FIND,
        elements=[
            UserSelectElement(
                action_id=Admin.FIND_PERSON,
                placeholder=PlainTextObject(text="Find a person, to change their role"),
            )
        ],
    )
