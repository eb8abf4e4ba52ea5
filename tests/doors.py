"""Every door of a Bolt app, found by itself, and payloads that carry a real id wherever one could stand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltRequest

from bot.blocks import ids
from bot.language.command import Verb
from handlers.by_id import AppById

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KINDS = ("command", "action", "view", "options", "event", "shortcut")
"""How a listener may be registered; any other way is not counted here, and a test notices."""
KEYS = (
    "channel",
    "id",
    "project",
    "project_id",
    "schedule",
    "draft",
    "job",
    "share",
    "person",
    "group",
    "run",
)
"""Under which a modal may keep what it is about."""
FIELDS = [each.value for kind in vars(ids).values() if isinstance(kind, type) and issubclass(kind, StrEnum)
          for each in kind]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    """One registered listener: what it listens to."""

    kind: str
    constraints: Any

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def name(self) -> str:
        """A callback id, action id, event type or command that it answers to."""
        wanted = self.constraints
        if isinstance(wanted, dict):
            wanted = next(
                wanted[key] for key in ("action_id", "callback_id", "type", "block_id") if key in wanted
            )
        return _matching(wanted) if isinstance(wanted, re.Pattern) else str(wanted)

    @property
    def block_id(self) -> str:
        """Where in its message or modal it must stand."""
        wanted = self.constraints.get("block_id", "b") if isinstance(self.constraints, dict) else "b"
        return _matching(wanted) if isinstance(wanted, re.Pattern) else str(wanted)


class RecordingApp(AppById):
    """Remembers what is registered, by whom it does not matter."""

    def __init__(self, **settings: Any) -> None:
        self.doors: list[Door] = []
        super().__init__(**settings)

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in KINDS:
            return found

        def register(constraints: Any, *more: Any, **settings: Any) -> Callable[..., Any]:
            self.doors.append(Door(name, constraints))
            registered: Callable[..., Any] = found(constraints, *more, **settings)
            return registered

        return register

    def send(self, body: dict[str, Any]) -> str:
        """What the listener answered Slack with, once all that it does is done."""
        answer = self.dispatch(BoltRequest(body=json.dumps(body), mode="socket_mode"))
        return f"{answer.status} {answer.body}"


def payloads(door: Door, value: str, known: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Bodies that this door answers to, with `value` in every place that could carry an id.

    `known`: by block id, a value that fits there, for the other fields of a form.
    """
    match door.kind:
        case "command":
            yield from ({"command": door.name, "text": text, "channel_id": ""} for text in _texts(value))
        case "action":
            yield from _actions(door, value, known)
        case "view":
            yield from (_submission(door, metadata, fields) for metadata, fields in _forms(value, known))
        case "options":
            block_id = door.block_id
            for metadata in _metadata(value):
                view = {"id": "V1", "private_metadata": metadata}
                yield {
                    "type": "block_suggestion", "action_id": door.name, "block_id": block_id,
                    "value": "", "view": view,
                }  # fmt: skip
        case "event":
            yield from _events(door, value)
        case "shortcut":
            yield {"type": "shortcut", "callback_id": door.name}


def _texts(value: str) -> Iterator[str]:
    yield value
    for verb in Verb:
        yield f"{verb} {value}"
    yield from (f"{verb} job {value}" for verb in (Verb.PAUSE, Verb.RESUME))
    yield f"take over {value}"
    yield f"{value} every day at 9am"


def _actions(door: Door, value: str, known: dict[str, str]) -> Iterator[dict[str, Any]]:
    """A button in a message, a choice in a message, a button in a modal."""
    block_id = door.block_id
    named = {"action_id": door.name, "block_id": block_id}
    button = {**named, "type": "button", "value": value}
    choice = {**named, "type": "static_select", "selected_option": {"value": value}}
    for action in (button, choice):
        yield {
            "type": "block_actions", "actions": [action], "channel": {"id": "C0GENERAL"},
            "message": {"ts": "1.1", "metadata": {"event_payload": {"id": value}}},
            "state": {"values": _state(dict.fromkeys(FIELDS, value))},
        }  # fmt: skip
    for about, fields in _forms(value, known):
        view = _submission(door, about, fields)["view"]
        yield {"type": "block_actions", "actions": [button], "view": view, "container": {"type": "view"}}


def _forms(value: str, known: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """A real id as what the modal is about, beside fields that are filled in well; then in them, too."""
    yield value, known
    for about in _metadata(value):
        yield about, {**known, **dict.fromkeys((*FIELDS, *known), value)}


def _metadata(value: str) -> Iterator[str]:
    yield json.dumps(dict.fromkeys(KEYS, int(value) if value.isdigit() else value))


def _submission(door: Door, metadata: str, fields: dict[str, str]) -> dict[str, Any]:
    view = {
        "id": "V1", "hash": "h", "type": "modal", "callback_id": door.name, "private_metadata": metadata,
        "blocks": [{"block_id": block_id} for block_id in fields], "state": {"values": _state(fields)},
    }  # fmt: skip
    return {"type": "view_submission", "view": view}


def _state(fields: dict[str, str]) -> dict[str, Any]:
    """As text, as a choice, as a person, as a channel: whichever the form reads."""
    return {
        block_id: {
            "value": {
                "type": "plain_text_input", "value": value, "selected_option": {"value": value},
                "selected_user": value, "selected_conversation": value, "selected_channel": value,
            }
        }
        for block_id, value in fields.items()
    }  # fmt: skip


def _events(door: Door, value: str) -> Iterator[dict[str, Any]]:
    """What is written goes the way of a command: a few texts will do."""
    for text in (value, f"show {value}", f"delete {value}", f"run {value}"):
        event = {
            "type": door.name, "channel": "D0STRANGER", "channel_type": "im", "ts": "1.1", "text": text,
            "tab": "home", "subteam_id": value, "subteam": {"id": value}, "name": value,
        }  # fmt: skip
        yield {"type": "event_callback", "event": event, "event_id": f"Ev{abs(hash(text))}"}
        if door.name not in {"message", "app_mention"}:
            return


def _matching(pattern: re.Pattern[str]) -> str:
    """A text that the pattern fits, for the few kinds of patterns that action ids have."""
    text = re.sub(r"\\d[+*]?", "0", pattern.pattern.strip("^$"))
    text = re.sub(r"(?:\\w|\[[^\]]*\]|(?<!\\)\.)[+*]", "x", text)
    text = re.sub(r"\\(.)", r"\1", text)
    assert pattern.fullmatch(text), f"teach this test a text that {pattern.pattern} fits"
    return text
