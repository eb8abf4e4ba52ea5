"""A Slack in memory: what was posted and edited, where; and the faults that a test arranges.

Both this and the playground's Slack over the wire pass tests/contracts/test_slack.py.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.domain.errors import RateLimited, Rejected
from bot.domain.project_setup import ChannelFacts
from bot.gateways.slack_files import NOT_THEIRS, TOO_LARGE
from bot.gateways.slack_rows import read_person
from playground.slack.block_kit.surfaces import check_message, check_view
from playground.slack.web_api.chat import LONGEST_BLOCKS, LONGEST_UPDATE, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.kept_file import FetchedFile
    from bot.domain.notice import Message
    from bot.domain.ports import UserGroup
    from bot.domain.project import Person
    from bot.domain.run import ResultFile
    from playground.slack.rate_limits import RateLimits


@dataclass(slots=True)
class Posted:
    channel_id: str
    ts: str
    message: Message
    thread_ts: str | None = None
    broadcast: bool = False
    edits: list[Message] = field(default_factory=list)

    @property
    def text(self) -> str:
        return (self.edits or [self.message])[-1].text


class FakeSlack:
    def __init__(
        self,
        workspace_id: str,
        channels: Sequence[str],
        people: Sequence[Person] = (),
        *,
        before_call: Callable[[], None] | None = None,
    ) -> None:
        self.posted: list[Posted] = []
        self.faults: deque[Exception] = deque()
        self.no_replies = ""
        """Why no thread takes a reply; "" where they do."""
        self.known_people = {person.person_id: person for person in people}
        self.known_groups: list[UserGroup] = []
        self.known_channels = [ChannelFacts(each, each.removeprefix("C0").lower()) for each in channels]
        self.in_channels: dict[str, set[str]] = {}
        self.answers: list[tuple[str, Mapping[str, Any]]] = []
        self.whispered: list[tuple[str, str, Message, str]] = []
        self.views: list[tuple[str, Mapping[str, Any]]] = []
        """Each view, and the trigger or the view's id that it was shown by."""
        self.homes: dict[str, list[Mapping[str, Any]]] = {}
        """Each person's Home, as it was published, oldest first."""
        self.files: list[tuple[str, str, str, str]] = []
        self.given_files: dict[str, tuple[str, FetchedFile]] = {}
        """What people have given in forms: whose it is, and the file."""
        self.uploads: list[tuple[str, str | None, ResultFile]] = []
        self.limits: RateLimits | None = None
        """None: it takes whatever comes."""
        self.refused: list[str] = []
        self.clock_says: datetime | None = None
        self._workspace_id = workspace_id
        self._is_known = False
        self._channels = set(channels)
        self._before_call = before_call or (lambda: None)
        self._lock = threading.Lock()
        self._numbers = count(1000)

    def add_channels(self, *channels: ChannelFacts) -> None:
        self.known_channels = [*self.known_channels, *channels]
        self._channels |= {each.channel_id for each in channels}

    def fail_next(self, *faults: Exception) -> None:
        """The next calls raise these, one each, and do nothing."""
        self.faults.extend(faults)

    def texts(self, channel_id: str) -> list[str]:
        """What its messages say now, oldest first; a person's id is their direct messages."""
        return [each.text for each in self.posted if each.channel_id in {channel_id, f"D{channel_id}"}]

    def delete(self, posted: Posted) -> None:
        """As somebody may whom the workspace allows it."""
        self.posted.remove(posted)

    # The port

    def check(self) -> datetime | None:
        self._call()
        return self.clock_says

    def workspace_id(self) -> str:
        """Return it; only the first time asks Slack, as in the gateway."""
        if not self._is_known:
            self._call()
            self._is_known = True
        return self._workspace_id

    def answer(self, response_url: str, said: Mapping[str, Any]) -> None:
        self._call()
        self.answers.append((response_url, said))

    def whisper(self, channel_id: str, person_id: str, message: Message, *, thread_ts: str) -> None:
        self._call()
        self._check(message)
        self.whispered.append((channel_id, person_id, message, thread_ts))

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        self._call()
        self.views.append((trigger_id, view))

    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        self.open_view(trigger_id, view)

    def update_view(self, view_id: str, view: Mapping[str, Any], *, view_hash: str | None = None) -> str:  # noqa: ARG002  the port's
        self.open_view(view_id, view)
        return f"{next(self._numbers)}.hash"

    def post(
        self, channel_id: str, message: Message, *, thread_ts: str | None = None, broadcast: bool = False
    ) -> tuple[str, str]:
        self._call()
        self._check(message)
        with self._lock:
            channel = self._channel(channel_id)
            self._limited("chat.postMessage", self.limits.check_posting(channel) if self.limits else None)
            if thread_ts is not None and self.no_replies:
                raise Rejected("Slack", self.no_replies, self.no_replies)
            if thread_ts is not None and not self._is_there(channel, thread_ts):
                raise Rejected("Slack", "cannot_reply_to_message", "cannot_reply_to_message")
            posted = Posted(channel, f"{next(self._numbers)}.000100", message, thread_ts, broadcast)
            self.posted.append(posted)
        return channel, posted.ts

    def update(self, channel_id: str, ts: str, message: Message) -> None:
        self._call()
        self._limited("chat.update", self.limits.check_method("chat.update", 3) if self.limits else None)
        if len(message.text) > LONGEST_UPDATE:
            raise Rejected("Slack", "msg_too_long", "msg_too_long")
        self._check(message)
        self._find(channel_id, ts).edits.append(message)

    def publish_home(self, person_id: str, view: Mapping[str, Any]) -> None:
        self._call()
        self._limited("views.publish", self.limits.check_method("views.publish", 4) if self.limits else None)
        if check_view(dict(view), "home"):
            raise Rejected("Slack", str(check_view(dict(view), "home")), "invalid_arguments")
        with self._lock:
            self.homes.setdefault(person_id, []).append(view)

    def person(self, person_id: str) -> Person | None:
        self._call()
        return self.known_people.get(person_id)

    def described(self, user: Mapping[str, Any], workspace_id: str) -> Person:
        return read_person(user, workspace_id)

    def people(self) -> list[Person]:
        self._call()
        return list(self.known_people.values())

    def user_groups(self) -> list[UserGroup]:
        self._call()
        return list(self.known_groups)

    def channels(self) -> list[ChannelFacts]:
        self._call()
        return list(self.known_channels)

    def channel(self, channel_id: str) -> ChannelFacts | None:
        self._call()
        return next((each for each in self.known_channels if each.channel_id == channel_id), None)

    def is_in_channel(self, channel_id: str, person_id: str) -> bool:
        self._call()
        return person_id in self.in_channels.get(channel_id, set())

    def upload(self, channel_id: str, file: ResultFile, *, thread_ts: str | None) -> None:
        self._call()
        self.uploads.append((self._channel(channel_id), thread_ts, file))

    def fetch_file(self, slack_id: str, *, owner: str, most: int) -> FetchedFile:
        self._call()
        if slack_id not in self.given_files:
            raise Rejected("Slack", "file_not_found", "file_not_found")
        whose, file = self.given_files[slack_id]
        if whose != owner:
            raise Rejected("Slack", "the file is another person's", NOT_THEIRS)
        if len(file.content) > most:
            raise Rejected("Slack", "the file is too large", TOO_LARGE)
        return file

    def send_file(self, person_id: str, name: str, content: str, message: str) -> None:
        self._call()
        self.files.append((person_id, name, content, message))

    def _call(self) -> None:
        self._before_call()
        if self.faults:
            raise self.faults.popleft()

    def _limited(self, method: str, wait: int | None) -> None:
        if wait:
            self.refused.append(method)
            raise RateLimited("Slack", "ratelimited", wait)

    def _check(self, message: Message) -> None:
        """What the playground does not take, this does not either, in neither form."""
        for blocks in (list(message.newer), list(message.blocks)):
            if check_message(blocks):
                raise Rejected("Slack", str(check_message(blocks)), "invalid_blocks")
            if size_of(blocks) > LONGEST_BLOCKS:
                raise Rejected("Slack", "msg_blocks_too_long", "msg_blocks_too_long")

    def _channel(self, channel_id: str) -> str:
        if channel_id in self.known_people:
            return f"D{channel_id}"
        if channel_id not in self._channels and not channel_id.startswith("D"):
            raise Rejected("Slack", "channel_not_found", "channel_not_found")
        return channel_id

    def _is_there(self, channel_id: str, ts: str) -> bool:
        return any((each.channel_id, each.ts) == (channel_id, ts) for each in self.posted)

    def _find(self, channel_id: str, ts: str) -> Posted:
        for each in self.posted:
            if (each.channel_id, each.ts) == (channel_id, ts):
                return each
        raise Rejected("Slack", "message_not_found", "message_not_found")
