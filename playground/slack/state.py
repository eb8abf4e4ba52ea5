"""The workspace's people, conversations and messages, kept in the store as they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.changes import Change
from playground.slack.description import PersonDescription
from playground.slack.ids import new_id
from playground.slack.manifest import BOT_USER
from playground.slack.records import Conversation, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.changes import Changes
    from playground.slack.clock import Clock
    from playground.slack.description import ChannelDescription, WorkspaceDescription
    from playground.slack.store import Store

SLACKBOT = "USLACKBOT"


class State:
    def __init__(
        self, description: WorkspaceDescription, bot_name: str, store: Store, changes: Changes, clock: Clock
    ) -> None:
        self.team = description.team
        self.groups = list(description.groups)
        self.people = {each.id: each for each in description.people}
        self.people[BOT_USER] = PersonDescription(BOT_USER, bot_name, bot=True)
        self.conversations: dict[str, Conversation] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._read: dict[tuple[str, str], str] = {}
        self._store, self._changes, self._clock = store, changes, clock
        self._last = 0
        self._load(description.channels)

    def _load(self, channels: tuple[ChannelDescription, ...]) -> None:
        for _, row in self._store.all("conversation"):
            self.conversations[row["id"]] = Conversation(**row)
        for each in channels:
            if each.id not in self.conversations:
                self.keep(_conversation(each))
        for _, row in self._store.all("message"):
            self._messages.setdefault(row["channel"], {})[row["ts"]] = Message(**row)
            self._last = max(self._last, _micros(row["ts"]))
        for key, ts in self._store.all("read"):
            person, _, channel = key.partition("/")
            self._read[person, channel] = ts

    # Moments

    def new_ts(self) -> str:
        """A message's timestamp: the time now, and unlike any before it."""
        self._last = max(self._last + 1, int(self._clock.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    # Conversations

    def keep(self, conversation: Conversation) -> None:
        self.conversations[conversation.id] = conversation
        self._store.keep("conversation", conversation.id, conversation.to_row())
        self._changes.publish(Change("sidebar"))

    def direct(self, one: str, other: str) -> Conversation:
        """The direct messages between two, opened when they have none yet."""
        for each in self.conversations.values():
            if each.kind == "im" and set(each.members) == {one, other}:
                return each
        opened = Conversation(new_id("D"), "", "im", [one, other])
        self.keep(opened)
        return opened

    def group_direct(self, members: list[str]) -> Conversation:
        """The direct messages among these, opened when they have none yet."""
        for each in self.conversations.values():
            if each.kind == "mpim" and set(each.members) == set(members):
                return each
        handles = "--".join(self.people[each].name.lower().replace(" ", ".") for each in members)
        opened = Conversation(new_id("G"), f"mpdm-{handles}-1", "mpim", members)
        self.keep(opened)
        return opened

    def of_person(self, person: str) -> Iterator[Conversation]:
        """Every conversation they can open: theirs, and the public ones unless they are a guest."""
        guest = self.people[person].guest
        for each in self.conversations.values():
            if person in each.members or (each.kind == "channel" and not guest):
                yield each

    def sees(self, person: str, channel: str) -> bool:
        return any(each.id == channel for each in self.of_person(person))

    # Messages

    def post(self, message: Message) -> Message:
        self._messages.setdefault(message.channel, {})[message.ts] = message
        return self.changed(message)

    def changed(self, message: Message) -> Message:
        if not message.ephemeral:
            self._store.keep("message", f"{message.channel}/{message.ts}", message.to_row())
        self._changes.publish(Change("message", message.visible_to, message.channel, message.ts))
        if message.thread_ts and message.thread_ts != message.ts:
            self._changes.publish(Change("message", None, message.channel, message.thread_ts))
        self._changes.publish(Change("sidebar", message.visible_to))
        return message

    def delete(self, message: Message) -> None:
        self._messages[message.channel].pop(message.ts, None)
        self._store.drop("message", f"{message.channel}/{message.ts}")
        self._changes.publish(Change("gone", message.visible_to, message.channel, message.ts))
        if message.thread_ts and message.thread_ts != message.ts:
            self._changes.publish(Change("message", None, message.channel, message.thread_ts))

    def message(self, channel: str, ts: str) -> Message | None:
        return self._messages.get(channel, {}).get(ts)

    def messages(self, channel: str) -> list[Message]:
        """Oldest first, ephemeral ones of everybody included."""
        found = self._messages.get(channel, {})
        return [found[ts] for ts in sorted(found, key=_micros)]

    def history(self, channel: str) -> list[Message]:
        return [each for each in self.messages(channel) if not each.ephemeral]

    def replies(self, channel: str, ts: str) -> list[Message]:
        return [each for each in self.history(channel) if each.thread_ts == ts and each.ts != ts]

    # What somebody has read

    def mark_read(self, person: str, channel: str) -> None:
        messages = self.messages(channel)
        ts = messages[-1].ts if messages else "0"
        if self._read.get((person, channel)) != ts:
            self._read[person, channel] = ts
            self._store.keep("read", f"{person}/{channel}", ts)
            self._changes.publish(Change("sidebar", person))

    def unread(self, person: str, channel: str) -> list[Message]:
        """Messages of others they have not seen. An edit is not news: it keeps its ts."""
        since = _micros(self._read.get((person, channel), "0.0"))
        return [
            each
            for each in self.messages(channel)
            if _micros(each.ts) > since
            and each.user != person
            and each.in_main_view
            and each.visible_to in {None, person}
        ]


def _conversation(channel: ChannelDescription) -> Conversation:
    members = list(channel.members) + ([BOT_USER] if channel.app else [])
    kind = "private" if channel.private else "channel"
    return Conversation(
        channel.id,
        channel.name,
        kind,
        members,
        channel.archived,
        channel.topic,
        channel.shared_with_other_teams,
        posting=channel.posting,
    )


def _micros(ts: str) -> int:
    seconds, _, rest = ts.partition(".")
    return int(seconds or 0) * 1_000_000 + int((rest or "0").ljust(6, "0")[:6])
