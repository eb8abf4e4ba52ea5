"""A person in a test: types, sees, presses, opens forms; by labels only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.slack.driver_form import Home, Modal
from playground.slack.driver_seen import NotSeenError, Seen
from playground.slack.driver_touch import Touch

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.slack.driver_reach import Reach
    from playground.slack.records import Json


@dataclass(frozen=True, slots=True)
class Person:
    driver: Reach
    id: str
    name: str

    # Conversations

    def channel_id(self, name: str) -> str:
        """By "#finance", "finance", or for direct messages "@Ada" or the app's name."""
        for row in self.driver.look(self.driver.screen(self.id).sidebar):
            if name in {row["title"], row["name"], row["channel"]} or (
                row["kind"] == "im" and name.removeprefix("@") == row["name"]
            ):
                return str(row["channel"])
        start = self.driver.look(self.driver.screen(self.id).start)
        for each in [start["app"], *start["people"]]:
            if each["name"] == name.removeprefix("@"):
                return str(self.driver.act("open_direct", self.id, other=each["id"])["channel"])
        raise NotSeenError(f"{self.name} sees no conversation called {name!r}")

    def channels(self) -> list[str]:
        return [row["title"] for row in self.driver.look(self.driver.screen(self.id).sidebar)]

    def unread(self, channel: str) -> int:
        wanted = self.channel_id(channel)
        rows = self.driver.look(self.driver.screen(self.id).sidebar)
        return next(int(row["unread"]) for row in rows if row["channel"] == wanted)

    def read(self, channel: str) -> None:
        self.driver.act("read", self.id, channel=self.channel_id(channel))

    def type(self, channel: str, text: str) -> None:
        """A message or a slash command; returns when Slack has taken it (a command: answered or given up)."""
        self.driver.act("type", self.id, channel=self.channel_id(channel), text=text)

    def reply(self, message: Seen, text: str, *, broadcast: bool = False) -> None:
        root = message.thread_ts or message.ts
        arguments = {"channel": message.channel, "text": text, "thread_ts": root, "broadcast": broadcast}
        self.driver.act("type", self.id, **arguments)

    def join(self, channel: str) -> None:
        self.driver.act("join", self.id, channel=self.channel_id(channel))

    # Seeing

    def messages(self, channel: str) -> list[Seen]:
        """What the channel shows, oldest first; replies only where they were broadcast."""
        return [each for each in self._all(self.channel_id(channel)) if each.drawn["in_main"]]

    def thread(self, message: Seen) -> list[Seen]:
        root = message.thread_ts or message.ts
        shown = self._all(message.channel)
        return [each for each in shown if root in {each.ts, each.thread_ts}]

    def see(
        self,
        channel: str,
        containing: str = "",
        *,
        thread: Seen | None = None,
        ephemeral: bool | None = None,
        after: Seen | None = None,
        timeout: float | None = None,
    ) -> Seen:
        """The newest visible message with these words, waited for. `after`: only newer than this one."""
        where = self.channel_id(channel)

        def look() -> Seen | None:
            shown = self._look(where)
            root = thread and (thread.thread_ts or thread.ts)
            for each in reversed(shown):
                here = root in {each.ts, each.thread_ts} if thread else each.drawn["in_main"]
                newer = after is None or each.ts > after.ts
                if here and newer and containing in each.text and ephemeral in {None, each.ephemeral}:
                    return each
            return None

        def otherwise() -> str:
            shown = "\n---\n".join(each.text for each in self._look(where)[-8:])
            return f"{self.name} sees no {containing!r} in {channel}; the last there is:\n{shown}"

        seen: Seen = self.driver.wait_for(look, timeout, otherwise)
        return seen

    def see_no(self, channel: str, containing: str) -> None:
        """Nothing with these words is there now."""
        found = [each.text for each in self.messages(channel) if containing in each.text]
        if found:
            raise NotSeenError(f"{self.name} sees in {channel}: {found}")

    def see_gone(self, message: Seen, *, timeout: float | None = None) -> None:
        """Wait until the message is not there any more."""

        def look() -> bool:
            return all(each.ts != message.ts for each in self._look(message.channel))

        self.driver.wait_for(look, timeout, lambda: f"{self.name} still sees: {message.text}")

    def again(self, message: Seen, containing: str = "", *, timeout: float | None = None) -> Seen:
        """The same message as it is now, once it has these words."""

        def look() -> Seen | None:
            for each in self._look(message.channel):
                if each.ts == message.ts and containing in each.text:
                    return each
            return None

        def otherwise() -> str:
            now = [each.text for each in self._look(message.channel) if each.ts == message.ts]
            return f"that message has no {containing!r}; it says {now}"

        seen: Seen = self.driver.wait_for(look, timeout, otherwise)
        return seen

    # Touching

    def press(self, label: str, *, in_: Seen | Home, confirm: bool = True, beside: str = "") -> None:
        """Returns when the app has acknowledged, or has not in time. `confirm` answers a question asked.

        `beside`: words in the same row, where several buttons are called alike.
        """
        self._touch(in_).press(label, confirm=confirm, beside=beside)

    def press_twice(self, label: str, *, in_: Seen | Home) -> None:
        """From two devices at one moment, so that the app gets both before either is answered."""
        self._touch(in_).press_twice(label)

    def choose(
        self, label: str, *options: str, in_: Seen | Home, confirm: bool = True, beside: str = ""
    ) -> None:
        """In any menu, an overflow menu included ("More actions"), picker or radio group."""
        self._touch(in_).choose(label, *options, confirm=confirm, beside=beside)

    def jump(self, to: str) -> None:
        """Put the workspace's clock forward, to YYYY-MM-DDTHH:MM on this person's own."""
        self.driver.act("jump", self.id, to=to)

    def react(self, name: str, *, to: Seen) -> None:
        """A second time takes it back."""
        self.driver.act("react", self.id, channel=to.channel, ts=to.ts, name=name)

    def edit(self, message: Seen, text: str) -> None:
        self.driver.act("edit", self.id, channel=message.channel, ts=message.ts, text=text)

    def delete(self, message: Seen) -> None:
        self.driver.act("delete", self.id, channel=message.channel, ts=message.ts)

    def dismiss(self, message: Seen) -> None:
        self.driver.act("dismiss", self.id, channel=message.channel, ts=message.ts)

    def shortcut(self, name: str, *, on: Seen | None = None) -> None:
        """A global shortcut, or one of the message `on`."""
        start = self.driver.look(self.driver.screen(self.id).start)
        kind = "message" if on else "global"
        for each in start["shortcuts"]:
            if each["name"] == name and each["kind"] == kind:
                where = {"channel": on.channel, "ts": on.ts} if on else {}
                self.driver.act("shortcut", self.id, callback_id=each["callback_id"], **where)
                return
        raise NotSeenError(f"there is no {kind} shortcut called {name!r}")

    # Forms and Home

    def open_modal(self, title: str | None = None, *, timeout: float | None = None) -> Modal:
        """The form on top, waited for."""

        def look() -> bool:
            drawn = self.driver.screen(self.id).modal()
            return drawn is not None and title in {None, drawn["title"]}

        self.driver.wait_for(look, timeout, lambda: f"{self.name} sees no form {title or ''} open")
        return Modal(self.driver, self.id)

    @property
    def modal(self) -> Modal | None:
        drawn = self.driver.look(self.driver.screen(self.id).modal)
        return Modal(self.driver, self.id) if drawn else None

    def home(self, containing: str = "", *, timeout: float | None = None) -> Home:
        """Visit the app's Home, and wait until it shows something (with these words)."""
        self.driver.act("open_app", self.id, tab="home")
        home = Home(self.driver, self.id)

        def look() -> bool:
            return bool(self.driver.screen(self.id).home()) and containing in home.words_now()

        self.driver.wait_for(look, timeout, lambda: f"{self.name}'s Home shows: {home.words_now()}")
        return home

    def _touch(self, place: Seen | Home) -> Touch:
        if isinstance(place, Home):
            return place.touch
        blocks = self._blocks_of(place)
        return Touch(self.driver, self.id, {"channel": place.channel, "ts": place.ts}, blocks)

    def _blocks_of(self, message: Seen) -> Callable[[], list[Json]]:
        """The message's blocks as they are now."""

        def look() -> list[Json]:
            drawn = self.driver.look(lambda: self.driver.screen(self.id).message(message.channel, message.ts))
            if drawn is None:
                raise NotSeenError("that message is not there any more")
            blocks: list[Json] = drawn["blocks"]
            return blocks

        return look

    def _all(self, channel: str) -> list[Seen]:
        return self.driver.look(lambda: self._look(channel))

    def _look(self, channel: str) -> list[Seen]:
        drawn = self.driver.screen(self.id).conversation(channel)
        return [Seen(each) for each in drawn["messages"]]
