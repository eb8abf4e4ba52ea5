"""The first page: the projects that one manages; the forms for a new one and for the workspace's roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ExternalDataSelectElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    UserMultiSelectElement,
)

from bot.blocks.admin.frame import ROWS, form, go, page, paging, shown_of
from bot.blocks.ids import VALUE, Admin, AdminPage, View
from bot.blocks.parts import actions, bold, button, context, divider, escape, message, option, section
from bot.domain.form_field import FormField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slack_sdk.models.blocks import Block

    from bot.blocks.admin.frame import Where
    from bot.domain.notice import Message
    from bot.domain.project import Project


def desk(
    where: Where,
    projects: Sequence[Project],
    count: int,
    *,
    is_admin: bool,
    reads_audit: bool,
    backlog: Sequence[str] = (),
    notice: str = "",
) -> dict[str, Any]:
    """Return the first page. `projects` are those that the person manages.

    `backlog` says what an admin should know of messages that wait for Slack.
    """
    blocks: list[Block | None] = [
        section("*Your projects*" if count else "*No project yet*"),
        None if count or not is_admin else context("Make one, give it a channel and people, share jobs."),
        *(_project(each) for each in projects),
        context(shown_of(where, count, "Projects")),
        paging(where, count),
        _find(count),
        divider() if is_admin or reads_audit else None,
        *(context(f":warning: {escape(each)}.") for each in backlog),
        actions(
            button(Admin.NEW_PROJECT, "New project…", "new", style="primary") if is_admin else None,
            button(Admin.ROLES, "Admins and auditors…", "roles") if is_admin else None,
            go(AdminPage.AUDIT, "Audit") if reads_audit else None,
        ),
    ]
    return page("Administration", where, blocks, notice=notice)


def offer() -> Message:
    """Return the button that opens the administration, as an answer to a written message."""
    return message(
        "Open the administration.",
        section("Projects, channels, people and shares are managed in a window of their own."),
        actions(button(Admin.OPEN, "Open the administration", "admin", style="primary")),
    )


def new_project(where: Where, tz: str) -> dict[str, Any]:
    """Return the form of a new project."""
    blocks = [name_field(""), zone_field(tz)]
    return form("New project", where, View.ADMIN_NEW, blocks, submit="Make it")


def roles(where: Where, people: Mapping[str, Iterable[str]], in_settings: Iterable[str]) -> dict[str, Any]:
    """Return the form of admins and auditors.

    `people` has both; `in_settings` are the admins of the settings.
    """
    fixed = ", ".join(f"<@{each}>" for each in sorted(in_settings))
    blocks = [
        _people("admins", "Admins", people["admin"], "They manage every project, and see everything."),
        _people("auditors", "Auditors", people["auditor"], "They see everything, and change nothing."),
        context(f"Always admins, because the settings name them: {fixed}." if fixed else ""),
        context("To run or schedule jobs, admins need a role in a project like everyone."),
    ]
    return form("Admins and auditors", where, View.ADMIN_ROLES, blocks)


def name_field(name: str) -> InputBlock:
    """Return the field for a project's name."""
    return InputBlock(
        block_id=FormField.NAME,
        label=PlainTextObject(text="Name"),
        element=PlainTextInputElement(action_id=VALUE, initial_value=name or None, max_length=80),
    )


def zone_field(tz: str) -> InputBlock:
    """Return the field for a time zone, which is found by typing."""
    return InputBlock(
        block_id=FormField.TIME_ZONE,
        label=PlainTextObject(text="Time zone"),
        hint=PlainTextObject(text="Previews also show times in this zone, when it is not the reader's own."),
        element=ExternalDataSelectElement(
            action_id=Admin.ZONES,
            placeholder=PlainTextObject(text="Type a city"),
            min_query_length=0,
            initial_option=option(tz, tz),
        ),
    )


def _people(block_id: str, label: str, people: Iterable[str], hint: str) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=label),
        hint=PlainTextObject(text=hint),
        optional=True,
        element=UserMultiSelectElement(action_id=VALUE, initial_users=sorted(people) or None),
    )


def _project(project: Project) -> Block:
    by_file = " · managed by file" if project.is_managed else ""
    state = " · archived" if project.is_archived else ""
    return section(
        f"{bold(project.name)}{by_file}{state}",
        accessory=button(
            Admin.PROJECT, "Open", str(project.project_id), label=f"Open the project {project.name}"
        ),
    )


def _find(count: int) -> Block | None:
    """Return the field that finds a project by a few letters, if they do not fit on one page."""
    if count <= ROWS:
        return None
    return ActionsBlock(
        block_id=FormField.FIND,
        elements=[
            ExternalDataSelectElement(
                action_id=Admin.PROJECT,
                placeholder=PlainTextObject(text="Find a project"),
                min_query_length=0,
            )
        ],
    )
