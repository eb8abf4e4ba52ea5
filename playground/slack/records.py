"""What the workspace remembers: people, conversations, messages; and how each looks on the wire."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Conversation:
    """`kind`: channel, private, im (exactly two members) or mpim (a group's direct messages).

    `posting`: everyone, read_only (no app posts) or threads_only (replies alone).
    """

    id: str
    name: str
    kind: str
    members: list[str]
    archived: bool = False
    topic: str = ""
    shared: bool = False
    created: int = 1_700_000_000
    posting: str = "everyone"

    @property
    def direct(self) -> bool:
        """Nobody joins or leaves, and it has no name of its own."""
        return self.kind in {"im", "mpim"}

    def to_row(self) -> Json:
        return asdict(self)


@dataclass(slots=True)
class Message:
    """`visible_to` names the one person an ephemeral message is for. `bot` is whether the app wrote it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    bot: bool = False
    thread_ts: str | None = None
    broadcast: bool = False
    edited_ts: str | None = None
    visible_to: str | None = None
    subtype: str | None = None
    files: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    markdown: bool = False
    mrkdwn: bool = True

    def to_row(self) -> Json:
        return asdict(self)

    def take_back(self, user: str, reaction: str) -> None:
        self.reactions[reaction].remove(user)
        if not self.reactions[reaction]:
            del self.reactions[reaction]

    @property
    def ephemeral(self) -> bool:
        return self.visible_to is not None

    @property
    def in_main_view(self) -> bool:
        return self.thread_ts is None or self.thread_ts == self.ts or self.broadcast


@dataclass(slots=True)
class Upload:
    """A file of the v2 upload, between its three calls and after them; or one that a person gave."""

    id: str
    name: str
    title: str
    size: int
    user: str
    created: int
    content: bytes = b""
    shared_in: list[str] = field(default_factory=list)
    arrived: bool = False
    done: bool = False


@dataclass(slots=True)
class Scheduled:
    """Kept in memory only: the playground forgets them when it stops."""

    id: str
    channel: str
    post_at: int
    text: str
    blocks: list[Any]
    thread_ts: str | None
