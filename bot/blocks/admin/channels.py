"""A project's channels, and the form that maps one more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ConversationFilter,
    ConversationSelectElement,
    InputBlock,
    PlainTextObject,
)

from bot.blocks.admin.frame import ROWS, form, page, paging, shown_of
from bot.blocks.admin.project import BY_FILE
from bot.blocks.ids import VALUE, Admin, View
from bot.blocks.parts import actions, button, confirmation, context, section
from bot.domain.form_field import FormField

if TYPE_CHECKING:
    from slack_sdk.models.blocks import Block

    from bot.blocks.admin.frame import Where
    from bot.domain.project_setup import ChannelFacts, KeptProject

WITH_OTHERS = "shared with another company: inputs and log text are left out there"


def channels(where: Where, kept: KeptProject, *, notice: str = "") -> dict[str, Any]:
    """Return the page of a project's channels."""
    found = sorted(kept.setup.channels.values(), key=lambda each: each.channel_id)
    changeable = kept.is_changeable
    none = "_No channel yet._ In a project's channel, people see only its jobs, and its runs report there."
    blocks: list[Block | None] = [
        section("*Channels*"),
        context(BY_FILE if kept.is_managed else "A channel belongs to at most one project."),
        None if found else section(none),
        *(_channel(each, kept, changeable=changeable) for each in found[where.at : where.at + ROWS]),
        context(shown_of(where, len(found), "Channels")),
        paging(where, len(found)),
        actions(button(Admin.MAP, "Map a channel…", "map", style="primary") if changeable else None),
    ]
    return page(kept.name, where, blocks, notice=notice)


def map_channel(where: Where) -> dict[str, Any]:
    """Return the form that gives the project a channel."""
    blocks = [
        InputBlock(
            block_id=FormField.CHANNEL,
            label=PlainTextObject(text="Channel"),
            hint=PlainTextObject(text="A private channel: /invite @Runbell there first."),
            element=ConversationSelectElement(
                action_id=VALUE,
                initial_conversation=where.channel_id if where.channel_id.startswith(("C", "G")) else None,
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            ),
        ),
        context("Runbell introduces itself there once, naming you."),
    ]
    return form("Map a channel", where, View.ADMIN_CHANNEL, blocks, submit="Map it")


def _channel(facts: ChannelFacts, kept: KeptProject, *, changeable: bool) -> Block:
    """Return the row of a channel by its mention: people outside of a private channel read no name there."""
    remarks = [
        "runs started in Airflow are reported here" if facts.channel_id == kept.setup.reports_to else "",
        WITH_OTHERS if facts.is_shared else "",
        "archived in Slack: until it is back, its schedules report to their owners"
        if facts.is_archived
        else "",
    ]
    text = "\n".join([f"<#{facts.channel_id}>", *(f"•  {each}" for each in remarks if each)])
    return section(text, accessory=_unmap(facts) if changeable else None)


def _unmap(facts: ChannelFacts) -> Any:
    text = "Schedules that report there will report to their owners instead. The owners are told."
    called = f"the channel {facts.channel_id}" if facts.is_private else f"#{facts.name}"
    return button(
        Admin.UNMAP,
        "Take away…",
        facts.channel_id,
        confirm=confirmation("Take this channel away?", text, "Take it away", destroys=True),
        label=f"Take away: {called}",
    )
