"""The workspace: its parts, put together. Everything here lives on the server's event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playground.slack.changes import Change, Changes
from playground.slack.clock import SystemClock, Timing
from playground.slack.event_limits import EventLimits
from playground.slack.faults import Faults
from playground.slack.http_delivery import HttpDelivery
from playground.slack.journal import Journal
from playground.slack.manifest import read_manifest
from playground.slack.rate_limits import RateLimits
from playground.slack.records import Message
from playground.slack.response_urls import ResponseUrls
from playground.slack.socket_mode import SocketMode
from playground.slack.state import SLACKBOT, State
from playground.slack.store import Store
from playground.slack.tokens import Tokens
from playground.slack.triggers import Triggers
from playground.slack.uploads import Uploads
from playground.slack.views import Views

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from pathlib import Path

    from playground.slack.clock import Clock
    from playground.slack.delivery import Delivery, Parcel
    from playground.slack.description import WorkspaceDescription
    from playground.slack.records import Json, Scheduled


class Workspace:
    def __init__(
        self,
        description: WorkspaceDescription,
        manifest: Mapping[str, Any],
        *,
        folder: Path | None = None,
        clock: Clock | None = None,
        timing: Timing | None = None,
        clock_note: str = "",
    ) -> None:
        self.clock = clock or SystemClock()
        self.timing = timing or Timing()
        self.clock_note = clock_note
        self.manifest = read_manifest(manifest)
        self.store = Store(folder)
        self.changes = Changes()
        self.journal = Journal(self.clock, self.changes)
        self.faults = Faults()
        self.rate_limits = RateLimits(self.clock)
        self.triggers = Triggers(self.clock, self.timing)
        self.response_urls = ResponseUrls(self.clock, self.timing)
        self.state = State(description, self.manifest.bot_name, self.store, self.changes, self.clock)
        self.views = Views(self.store, self.clock, self.changes, self.state)
        self.uploads = Uploads(self.store, self.clock)
        self.scheduled: dict[str, Scheduled] = {}
        self.held: dict[tuple[str, str, str], dict[tuple[str, str], Any]] = {}
        """(person, channel, ts) -> what this person chose in that message's menus."""
        self.offered: dict[tuple[str, str, str, str], dict[str, Json]] = {}
        """(person, view id or ts, block id, action id) -> by value, what an external select has shown."""
        self.troubles: set[tuple[str, str, str, str]] = set()
        """(person, view id or ts, block id, action id) of elements that wear a warning sign."""
        self.tokens = Tokens(self.store, self.clock, rotates=self.manifest.token_rotation)
        self.bot_token, self.app_token = self.tokens.bot, self.tokens.app
        self.signing_secret = self.tokens.signing_secret
        self.event_limits = EventLimits(self.clock, self.timing)
        self.socket = SocketMode(self.timing, self.journal, self.faults)
        self.http = HttpDelivery(self.manifest, self.signing_secret, self.clock, self.timing)
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def delivery(self) -> Delivery:
        """Socket Mode on means nothing over HTTP."""
        return self.socket if self.manifest.socket_mode else self.http

    async def deliver(self, parcel: Parcel) -> Any:
        """Hand it to the app, with an entry in the journal whatever comes of it."""
        payload = parcel.payload
        name = str(payload.get("command") or payload.get("event", {}).get("type") or payload.get("type"))
        entry = self.journal.open("Slack → app", name, payload)
        try:
            answer = await self.delivery.deliver(parcel)
        except Exception as failure:
            broke = str(failure) or f"not acknowledged within {self.timing.ack:g} s"
            self.journal.close(entry, None, broke)
            raise
        self.journal.close(entry, answer)
        return answer

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def note(self, person: str, channel: str, text: str, thread_ts: str | None = None) -> None:
        """Slackbot tells this one person something, there and then."""
        self.state.post(
            Message(self.state.new_ts(), channel, SLACKBOT, text, visible_to=person, thread_ts=thread_ts)
        )

    def trouble(self, key: tuple[str, str, str, str], *, on: bool) -> None:
        (self.troubles.add if on else self.troubles.discard)(key)
        self.changes.publish(Change("trouble", key[0], ts=key[1]))

    async def close_connections(self) -> None:
        for each in list(self._tasks):
            each.cancel()
        await self.socket.close()
