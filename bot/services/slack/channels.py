"""Channels as Slack has them: looked at when one is mapped, followed when they change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.errors import NotUnderstood, Rejected
from bot.domain.form_field import FormField
from bot.domain.project import Person
from bot.rules.redirecting import redirect
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.clock import Clock
    from bot.domain.ports import Slack
    from bot.domain.project import Channel
    from bot.domain.project_setup import ChannelFacts
    from bot.rules.access import Asker
    from storage.database import Database
    from storage.transaction import Transaction

UNSEEN = (
    "I can't see that channel. Invite me there first with `/invite @Runbell`, then try again; "
    "and you have to be in it yourself."
)
BY_SLACK = "slack"
"""The author in the audit."""


class Channels:
    def __init__(self, database: Database, clock: Clock, slack: Slack) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack

    def look(self, asker: Asker, channel_id: str) -> ChannelFacts:
        """Return the channel's facts if the asker may map it; private channels only for their members.

        Raises NotUnderstood for all others, so that nobody learns of a private channel.
        """
        facts = self._slack.channel(channel_id)
        if facts is None or (facts.is_private and not self._is_in(channel_id, asker.person.person_id)):
            raise NotUnderstood(UNSEEN, field=FormField.CHANNEL)
        if facts.is_archived:
            raise NotUnderstood("That channel is archived in Slack.", field=FormField.CHANNEL)
        return facts

    def follow(self, workspace_id: str, channel_id: str) -> None:
        """Ask Slack about a mapped channel, because something happened to it.

        A channel that Slack no longer shows counts as archived.
        """
        with self._database.reading() as tx:
            kept = tx.channels.get(workspace_id, channel_id)
        if kept is None:
            return
        self._follow(workspace_id, channel_id, self._slack.channel(channel_id))

    def follow_all(self, workspace_id: str, found: Mapping[str, ChannelFacts]) -> None:
        """Write what Slack says about mapped channels, in case an event was lost.

        `found` holds all channels that Slack shows. Private ones may be missing there, so missing means
        nothing.
        """
        with self._database.reading() as tx:
            known = tx.channels.all(workspace_id)
        for kept in known:
            if kept.channel_id in found:
                self._follow(workspace_id, kept.channel_id, found[kept.channel_id])

    @once_more
    def _follow(self, workspace_id: str, channel_id: str, facts: ChannelFacts | None) -> None:
        """Write what Slack says about one channel, in a transaction of its own for its schedules' locks."""
        with self._database.transaction() as tx:
            kept = tx.channels.get(workspace_id, channel_id)
            if kept is not None:
                self._keep(tx, kept, facts)

    @once_more
    def change_id(self, workspace_id: str, old: str, new: str) -> None:
        """Replace the channel's id, which Slack changes when it is shared with another workspace."""
        with self._database.transaction() as tx:
            tx.channels.change_id(workspace_id, old, new)

    def _is_in(self, channel_id: str, person_id: str) -> bool:
        try:
            return self._slack.is_in_channel(channel_id, person_id)
        except Rejected:
            return False

    def _keep(self, tx: Transaction, kept: Channel, facts: ChannelFacts | None) -> None:
        seen = kept if facts is None else replace(kept, name=facts.name, is_shared=facts.is_shared)
        seen = replace(seen, is_archived=facts is None or facts.is_archived)
        if seen == kept:
            return
        now = self._clock.now()
        tx.channels.describe(seen)
        before, after = _said(kept), _said(seen)
        tx.audit.add(
            Person(kept.workspace_id, BY_SLACK, BY_SLACK, ZoneInfo("UTC")), "channel.follow",
            kept.channel_id, at=now, project_id=kept.project_id, before=before, after=after,
        )  # fmt: skip
        redirect(tx, [kept.project_id], now=now)


def _said(channel: Channel) -> dict[str, str | bool]:
    """Return what the audit keeps: no private channel's name, because others read the audit."""
    name = "a private channel" if channel.is_private else channel.name
    return {"name": name, "shared": channel.is_shared, "archived": channel.is_archived}
