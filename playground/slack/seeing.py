"""What a person's screen shows: the sidebar, a conversation, the open form, the app's Home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.slack.built_in import BUILT_IN
from playground.slack.clock_control import clock_face
from playground.slack.drawing import Artist
from playground.slack.manifest import BOT_USER
from playground.slack.names import conversation_title

if TYPE_CHECKING:
    from playground.slack.records import Conversation, Json, Message
    from playground.slack.workspace import Workspace

SHOWN = 300


@dataclass(frozen=True, slots=True)
class Screen:
    """One person's view of everything; as JSON, for the page and the driver alike."""

    workspace: Workspace
    person: str

    @property
    def artist(self) -> Artist:
        return Artist(self.workspace, self.person)

    def start(self) -> Json:
        """All that a page needs when it opens, or when somebody else takes its chair."""
        state, manifest = self.workspace.state, self.workspace.manifest
        return {
            "team": state.team.name,
            "me": {**self.artist.author(self.person), "guest": state.people[self.person].guest},
            "people": [
                {**self.artist.author(each.id), "guest": each.guest, "zone": each.tz}
                for each in state.people.values()
                if not each.bot and not each.deactivated
            ],
            "app": {
                **self.artist.author(BOT_USER),
                "description": manifest.description,
                "channel": state.direct(BOT_USER, self.person).id,
                "home": manifest.home_tab,
                "messages": manifest.messages_tab,
            },
            "commands": [
                {
                    "name": each.name,
                    "hint": each.hint,
                    "description": each.description,
                    "app": manifest.bot_name,
                }
                for each in manifest.commands
            ]
            + [
                {"name": name, "hint": hint, "description": said, "app": "Slack"}
                for name, (hint, said) in BUILT_IN.items()
            ],
            "shortcuts": [
                {
                    "name": each.name,
                    "callback_id": each.callback_id,
                    "kind": each.kind,
                    "description": each.description,
                }
                for each in manifest.shortcuts
            ],
            "clock": clock_face(self.workspace, self.person),
            "sidebar": self.sidebar(),
            "modal": self.modal(),
            "home": self.home(),
        }

    def sidebar(self) -> list[Json]:
        return [self._row(each) for each in self.workspace.state.of_person(self.person)]

    def conversation(self, channel: str) -> Json:
        """Its messages oldest first, replies among them, and this person's ephemeral ones."""
        state = self.workspace.state
        conversation = state.conversations[channel]
        if not state.sees(self.person, channel):
            return {"channel": channel, "title": "", "messages": []}
        shown = [each for each in state.messages(channel) if self._sees(each)]
        return {
            **self._row(conversation),
            "topic": conversation.topic,
            "members": [self.artist.author(each) for each in conversation.members],
            "messages": [self.artist.message(each) for each in shown[-SHOWN:]],
        }

    def message(self, channel: str, ts: str) -> Json | None:
        message = self.workspace.state.message(channel, ts)
        if message is None or not self._sees(message):
            return None
        return self.artist.message(message) if self.workspace.state.sees(self.person, channel) else None

    def modal(self) -> Json | None:
        stack = self.workspace.views.stack(self.person)
        return self.artist.view(stack[-1]) if stack else None

    def home(self) -> Json | None:
        view = self.workspace.views.home(self.person)
        return self.artist.view(view) if view else None

    def _sees(self, message: Message) -> bool:
        return message.visible_to in {None, self.person}

    def _row(self, conversation: Conversation) -> Json:
        state = self.workspace.state
        title = conversation_title(state, conversation, self.person)
        others = [each for each in conversation.members if each != self.person]
        unread = state.unread(self.person, conversation.id)
        mine = f"<@{self.person}>"
        return {
            "channel": conversation.id,
            "title": title,
            "name": title.removeprefix("#"),
            "kind": conversation.kind,
            "joined": self.person in conversation.members,
            "archived": conversation.archived,
            "count": len(conversation.members),
            "unread": len(unread) if self.person in conversation.members else 0,
            "mentions": sum(mine in each.text or conversation.direct for each in unread),
            "with": self.artist.author(others[0]) if conversation.direct and others else None,
        }
