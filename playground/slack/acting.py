"""Where a person's click lands: the element, what surrounds it, and whether they may see it at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.slack.payloads import message_place, message_state, view_place
from playground.slack.values import find_element

if TYPE_CHECKING:
    from playground.slack.description import PersonDescription
    from playground.slack.records import Conversation, Json, Message
    from playground.slack.views import View
    from playground.slack.workspace import Workspace


class NotPossibleError(Exception):
    """A person could not have done that; the text says why."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An element in a message, a modal or the Home. `surface`: the message's ts or the view's id."""

    person: PersonDescription
    block: Json
    element: Json
    held: dict[tuple[str, str], Any]
    surface: str
    message: Message | None = None
    conversation: Conversation | None = None
    view: View | None = None

    @property
    def name(self) -> tuple[str, str]:
        return self.block["block_id"], self.element["action_id"]

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.person.id, self.surface, *self.name

    def place(self, workspace: Workspace) -> Json:
        """Container and surroundings, as interactive payloads carry them, with the state as it is now."""
        if self.view is not None:
            return view_place(workspace.state.team, self.view)
        assert self.message is not None
        assert self.conversation is not None
        return {
            **message_place(self.conversation, self.message),
            "state": message_state(self.message, self.held),
        }


def acting(workspace: Workspace, person: str) -> PersonDescription:
    who = workspace.state.people.get(person)
    if who is None or who.bot:
        raise NotPossibleError(f"nobody here is {person!r}")
    if who.deactivated:
        raise NotPossibleError(f"{who.name} is deactivated and cannot sign in")
    return who


def visible_message(workspace: Workspace, person: str, channel: str, ts: str) -> Message:
    message = workspace.state.message(channel, ts)
    if (
        message is None
        or not workspace.state.sees(person, channel)
        or message.visible_to not in {None, person}
    ):
        raise NotPossibleError("that message is not there any more")
    return message


def visible_view(workspace: Workspace, person: str, view_id: str) -> View:
    view = workspace.views.find(view_id=view_id)
    if view is None or view.person != person:
        raise NotPossibleError("that window is closed")
    stack = workspace.views.stack(person)
    if view.content["type"] == "modal" and (not stack or stack[-1] is not view):
        raise NotPossibleError("another window lies above it")
    return view


def find_spot(workspace: Workspace, person: str, where: Json, block_id: str, action_id: str) -> Spot:
    """`where`: {"view": id} or {"channel": id, "ts": ts}."""
    who = acting(workspace, person)
    if "view" in where:
        view = visible_view(workspace, person, where["view"])
        block, element = _found(view.blocks, block_id, action_id)
        return Spot(who, block, element, view.held, view.id, view=view)
    message = visible_message(workspace, person, where.get("channel", ""), where.get("ts", ""))
    block, element = _found(message.blocks, block_id, action_id)
    held = workspace.held.setdefault((person, message.channel, message.ts), {})
    conversation = workspace.state.conversations[message.channel]
    return Spot(who, block, element, held, message.ts, message=message, conversation=conversation)


def _found(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    found = find_element(blocks, block_id, action_id)
    if found is None:
        raise NotPossibleError("that is not there any more")
    return found
