"""A project's channels, each with a way to what it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks.admin.frame import ROWS, page, paging, shown_of
from bot.blocks.ids import Admin
from bot.blocks.parts import button, context, section

if TYPE_CHECKING:
    from slack_sdk.models.blocks import Block

    from bot.blocks.admin.frame import Where
    from bot.domain.project_setup import ChannelFacts, KeptProject


def alerts(where: Where, kept: KeptProject, *, notice: str = "") -> dict[str, Any]:
    """Return the page of what a project's channels hear."""
    found = sorted(kept.setup.channels.values(), key=lambda each: each.channel_id)
    none = "_No channel yet._ Give the project a channel, then choose here what it hears."
    blocks: list[Block | None] = [
        section("*Alerts*"),
        context("Which failures and other events each channel hears, and whom they mention."),
        None if found else section(none),
        *(_channel(each) for each in found[where.at : where.at + ROWS]),
        context(shown_of(where, len(found), "Channels")),
        paging(where, len(found)),
    ]
    return page(kept.name, where, blocks, notice=notice)


def _channel(facts: ChannelFacts) -> Block:
    called = f"the channel {facts.channel_id}" if facts.is_private else f"#{facts.name}"
    opens = button(Admin.HEARS, "Open", facts.channel_id, label=f"Open: what {called} hears")
    return section(f"<#{facts.channel_id}>", accessory=opens)
