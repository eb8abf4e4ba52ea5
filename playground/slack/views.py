"""Modals and Home views: a stack of three per person, hashes, and what has been typed into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.slack.changes import Change
from playground.slack.conversation_filter import passes
from playground.slack.ids import new_hash, new_id, with_ids
from playground.slack.manifest import APP_ID, BOT_ID
from playground.slack.values import PLACES, elements, initial, state_values, still_offered

if TYPE_CHECKING:
    from playground.slack.changes import Changes
    from playground.slack.clock import Clock
    from playground.slack.records import Json
    from playground.slack.state import State
    from playground.slack.store import Store

DEEPEST = 3


class ViewError(Exception):
    """Its text is Slack's error code."""


@dataclass(slots=True)
class View:
    """`held`: what the person put into it, by (block id, action id). `trouble`: said at its foot."""

    id: str
    person: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    held: dict[tuple[str, str], Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    busy: bool = False
    opened_in: str | None = None

    def fill_in_conversation(self, state: State) -> None:
        """`default_to_current_conversation`: where the person was when the form opened.

        Assumed: not where the menu's own filter would not offer it.
        """
        here = state.conversations.get(self.opened_in or "")
        if here is None:
            return
        for block, element in elements(self.blocks):
            name = (block["block_id"], element.get("action_id", ""))
            if not element.get("default_to_current_conversation") or name in self.held:
                continue
            if passes(state, here, element.get("filter", {})):
                self.held[name] = [here.id] if PLACES[element["type"]][2] else here.id

    def keep_what_stood_there(self) -> None:
        """An initial value counts as typed from then on: an update of the same ids cannot change it."""
        if self.content["type"] != "modal":
            return
        for block, element in elements(self.blocks):
            if element["type"] in PLACES and initial(element) not in (None, "", []):
                self.held.setdefault((block["block_id"], element["action_id"]), initial(element))

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content["blocks"]
        return blocks

    def to_wire(self, team: str) -> Json:
        content = self.content
        return {
            "id": self.id,
            "team_id": team,
            "type": content["type"],
            "blocks": self.blocks,
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "state": {"values": state_values(self.blocks, self.held)},
            "hash": self.hash,
            "title": content.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
            "clear_on_close": content.get("clear_on_close", False),
            "notify_on_close": content.get("notify_on_close", False),
            "close": content.get("close"),
            "submit": content.get("submit"),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": APP_ID,
            "external_id": content.get("external_id", ""),
            "app_installed_team_id": team,
            "bot_id": BOT_ID,
        }


class Views:
    def __init__(self, store: Store, clock: Clock, changes: Changes, state: State) -> None:
        self._store, self._clock, self._changes, self._state = store, clock, changes, state
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        for person, row in store.all("home"):
            self._homes[person] = View(row["id"], person, row["content"], row["hash"], row["id"])

    def stack(self, person: str) -> list[View]:
        return self._stacks.setdefault(person, [])

    def home(self, person: str) -> View | None:
        return self._homes.get(person)

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """An open modal, or a Home, by one of its two names."""
        for view in [*(each for stack in self._stacks.values() for each in stack), *self._homes.values()]:
            if view_id is not None and view.id == view_id:
                return view
            if external_id and view.content.get("external_id") == external_id:
                return view
        return None

    def open(self, person: str, content: Json, opened_in: str | None = None) -> View:
        """The only stack of this person starts anew. Assumed: what was open before closes unannounced."""
        self._check_external_id(content, None)
        self._stacks[person] = []
        return self._put_on_top(person, content, opened_in)

    def push(self, person: str, content: Json) -> View:
        stack = self.stack(person)
        if not stack:
            raise ViewError("not_found")
        if len(stack) >= DEEPEST:
            raise ViewError("push_limit_reached")
        self._check_external_id(content, None)
        return self._put_on_top(person, content, stack[-1].opened_in)

    def update(self, view: View, content: Json, expected_hash: str | None = None) -> View:
        """What was typed stays where block id and action id stay; elsewhere the view starts fresh."""
        if expected_hash is not None and expected_hash != view.hash:
            raise ViewError("hash_conflict")
        self._check_external_id(content, view)
        view.keep_what_stood_there()
        before = dict(_stateful(view.blocks))
        view.content = {**content, "blocks": with_ids(content["blocks"])}
        after = dict(_stateful(view.blocks))
        view.held = {
            name: value
            for name, value in view.held.items()
            if name in after
            and after[name]["type"] == before.get(name, {}).get("type")
            and still_offered(after[name], value)
        }
        view.fill_in_conversation(self._state)
        view.errors, view.trouble = {}, ""
        self.touch(view)
        return view

    def publish(self, person: str, content: Json, expected_hash: str | None = None) -> View:
        home = self._homes.get(person)
        if home is None:
            self._check_external_id(content, None)
            home = View(new_id("V"), person, {"type": "home", "blocks": []}, "", "")
            home.root_id = home.id
            self._homes[person] = home
        self.update(home, content, expected_hash if home.hash else None)
        self._store.keep("home", person, {"id": home.id, "content": home.content, "hash": home.hash})
        return home

    def pop(self, person: str) -> View:
        view = self.stack(person).pop()
        self._announce(view)
        return view

    def clear(self, person: str) -> None:
        self._stacks[person] = []
        self._changes.publish(Change("modal", person))

    def touch(self, view: View) -> None:
        """A new hash, and the page hears of it."""
        view.hash = new_hash(self._clock.now())
        self._announce(view)

    def redraw(self, view: View) -> None:
        self._announce(view)

    def _put_on_top(self, person: str, content: Json, opened_in: str | None) -> View:
        stack = self.stack(person)
        view_id = new_id("V")
        view = View(
            id=view_id,
            person=person,
            content={**content, "blocks": with_ids(content["blocks"])},
            hash="",
            root_id=stack[0].id if stack else view_id,
            previous_id=stack[-1].id if stack else None,
            opened_in=opened_in,
        )
        view.fill_in_conversation(self._state)
        stack.append(view)
        self.touch(view)
        return view

    def _announce(self, view: View) -> None:
        self._changes.publish(Change("home" if view.content["type"] == "home" else "modal", view.person))

    def _check_external_id(self, content: Json, own: View | None) -> None:
        external_id = content.get("external_id")
        other = self.find(external_id=external_id) if external_id else None
        if other is not None and other is not own:
            raise ViewError("duplicate_external_id")


def _stateful(blocks: list[Json]) -> list[tuple[tuple[str, str], Json]]:
    return [
        ((block["block_id"], element["action_id"]), element)
        for block, element in elements(blocks)
        if element["type"] in PLACES
    ]
