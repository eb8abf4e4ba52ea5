"""Messages, views and their blocks as one person sees them: texts as runs, elements with what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from playground.slack.dates import message_day, message_time, zone_of
from playground.slack.emoji import with_emoji
from playground.slack.manifest import BOT_USER
from playground.slack.mrkdwn import Reader, words
from playground.slack.names import conversation_title
from playground.slack.rich_text import bare_run, markdown_to_mrkdwn, rich_parts
from playground.slack.rich_writing import marked, rich_text
from playground.slack.state import SLACKBOT
from playground.slack.values import MANY_OPTIONS, PLACES, SINGLE_OPTION, TEXTS, initial

if TYPE_CHECKING:
    from playground.slack.records import Json, Message
    from playground.slack.views import View
    from playground.slack.workspace import Workspace

QUIET = {f"channel_{each}" for each in ("join", "leave", "name", "topic", "archive", "unarchive")}
PALETTE = ("#7c4dbe", "#1f7a8c", "#b3541e", "#2f7d4f", "#a83a5b", "#3d5a9e", "#8a6d1f", "#5f6b7a")


@dataclass(frozen=True, slots=True)
class Artist:
    workspace: Workspace
    viewer: str

    @property
    def reader(self) -> Reader:
        return Reader(self.workspace.state, self.viewer, self.workspace.clock.now())

    def author(self, user: str) -> Json:
        if user == SLACKBOT:
            return {"id": user, "name": "Slackbot", "initials": "S", "color": "#5f6b7a", "app": True}
        person = self.workspace.state.people[user]
        parts = person.name.split()
        colour = PALETTE[sum(map(ord, user)) % len(PALETTE)]
        return {
            "id": user,
            "name": person.name,
            "initials": "".join(part[0] for part in parts[:2]).upper(),
            "color": "#4a3aa8" if user == BOT_USER else colour,
            "app": person.bot,
            "title": person.title,
        }

    def message(self, message: Message) -> Json:
        zone = zone_of(self.workspace.state.people[self.viewer].tz)
        held = self.workspace.held.get((self.viewer, message.channel, message.ts), {})
        blocks = [self.block(each, held, message.ts) for each in message.blocks]
        return {
            "ts": message.ts,
            "channel": message.channel,
            "author": self.author(message.user),
            "time": message_time(message.ts, zone),
            "day": message_day(message.ts, zone, self.workspace.clock.now()),
            "text": self._text(message),
            "fallback": message.text if blocks else "",
            "blocks": blocks,
            "ephemeral": message.ephemeral,
            "source": self._source(message),
            "edited": message.edited_ts is not None and not message.ephemeral,
            "quiet": message.subtype in QUIET,
            "thread_ts": message.thread_ts,
            "in_main": message.in_main_view,
            "broadcast": message.broadcast,
            "thread": self._thread(message, zone),
            "files": message.files,
            "reactions": [
                {
                    "name": name,
                    "text": self.reader.plain(f":{name}:")[0]["s"],
                    "count": len(users),
                    "mine": self.viewer in users,
                }
                for name, users in message.reactions.items()
            ],
        }

    def view(self, view: View) -> Json:
        content = view.content
        return {
            "id": view.id,
            "type": content["type"],
            "title": self._plain(content.get("title")),
            "submit": self._plain(content.get("submit")),
            "close": self._plain(content.get("close")) or "Cancel",
            "blocks": [self.block(each, view.held, view.id, view.errors) for each in view.blocks],
            "errors": view.errors,
            "trouble": view.trouble,
            "busy": view.busy,
            "depth": len(self.workspace.views.stack(self.viewer)),
        }

    def block(
        self, block: Json, held: dict[Any, Any], surface: str, errors: dict[str, str] | None = None
    ) -> Json:
        drawn: Json = self._walk(block)
        if "child_blocks" in block:
            drawn["child_blocks"] = [self.block(each, held, surface) for each in block["child_blocks"]]
        if block["type"] == "markdown":
            drawn["runs"] = self.reader.mrkdwn(markdown_to_mrkdwn(block["text"]))
        error = (errors or {}).get(block["block_id"])
        if error:
            drawn["error"] = error
        for original, copy in _pairs(block, drawn):
            self._dress(original, copy, block["block_id"], held, surface)
        return drawn

    def _dress(self, element: Json, drawn: Json, block_id: str, held: dict[Any, Any], surface: str) -> None:
        """Add to an element what it holds, and a warning where the app did not answer."""
        if "action_id" not in element:
            return
        name = (block_id, element["action_id"])
        if (self.viewer, surface, *name) in self.workspace.troubles:
            drawn["trouble"] = "The app did not respond. Try again."
        kind = element["type"]
        if kind not in PLACES:
            return
        value = held.get(name, initial(element))
        if kind == "rich_text_input":
            drawn["value"] = "" if value is None else marked(value, self._name)
        elif kind in TEXTS or kind.endswith("picker"):
            drawn["value"] = "" if value is None else value
            if kind == "datetimepicker":
                drawn["local"] = self._wall_clock(value)
        else:
            chosen = value if isinstance(value, list) else [value] if value is not None else []
            drawn["chosen"] = [self._chosen(kind, each) for each in chosen]

    def _source(self, message: Message) -> str | None:
        """What this person once typed, to change it; None where it is not theirs to change."""
        own = message.user == self.viewer and not message.subtype
        return marked(rich_text(message.text), self._name) if own else None

    def _name(self, element: Json) -> str:
        """A person, channel or group as one would type it."""
        return words([bare_run(self.reader, element)])

    def _wall_clock(self, moment: int | None) -> str:
        zone = zone_of(self.workspace.state.people[self.viewer].tz)
        return "" if moment is None else f"{datetime.fromtimestamp(moment, zone):%Y-%m-%dT%H:%M}"

    def _chosen(self, kind: str, value: Any) -> Json:
        if kind in SINGLE_OPTION | MANY_OPTIONS:
            return {"value": value["value"], "text": with_emoji(value["text"]["text"])}
        if kind == "file_input":
            return {"value": value["id"], "text": value["name"]}
        state = self.workspace.state
        if "users" in kind:
            person = state.people.get(value)
            return {"value": value, "text": person.name if person else value}
        conversation = state.conversations.get(str(value))
        shown = conversation_title(state, conversation, self.viewer) if conversation else str(value)
        return {"value": value, "text": shown}

    def _walk(self, value: Any) -> Any:
        """The same structure, with every text object replaced by its runs."""
        if isinstance(value, list):
            return [self._walk(each) for each in value]
        if not isinstance(value, dict):
            return value
        if value.get("type") == "rich_text":
            named = {key: value[key] for key in ("type", "block_id") if key in value}
            return {**named, "parts": rich_parts(self.reader, value)}
        if value.get("type") in {"mrkdwn", "plain_text"} and isinstance(value.get("text"), str):
            read = self.reader.mrkdwn if value["type"] == "mrkdwn" else self.reader.plain
            return {"runs": read(value["text"])}
        return {key: self._walk(each) for key, each in value.items()}

    def _plain(self, text: Json | None) -> str:
        return "" if text is None else str(self.reader.plain(text["text"])[0]["s"])

    def _text(self, message: Message) -> list[Json]:
        if message.markdown:
            return self.reader.mrkdwn(markdown_to_mrkdwn(message.text))
        return self.reader.mrkdwn(message.text) if message.mrkdwn else self.reader.plain(message.text)

    def _thread(self, message: Message, zone: Any) -> Json | None:
        replies = self.workspace.state.replies(message.channel, message.ts)
        if not replies or message.ephemeral:
            return None
        authors = list(dict.fromkeys(each.user for each in replies))
        return {
            "count": len(replies),
            "last": message_time(replies[-1].ts, zone),
            "authors": [self.author(each) for each in authors[:4]],
        }


def _pairs(block: Json, drawn: Json) -> list[tuple[Json, Json]]:
    """Each interactive element beside its drawn copy."""
    pairs = [
        (block[place], drawn[place])
        for place in ("element", "accessory")
        if isinstance(block.get(place), dict)
    ]
    if block["type"] == "actions":
        pairs += list(zip(block["elements"], drawn["elements"], strict=True))
    return pairs
