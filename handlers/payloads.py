"""Slack's JSON, read once into small frozen types. Nothing in them is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Origin:
    """Who, and from where: `channel_id` is "" inside modals."""

    workspace_id: str
    person_id: str
    channel_id: str
    trigger_id: str


@dataclass(frozen=True, slots=True)
class Command:
    origin: Origin
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A direct message to the bot. `request_id`: the event's, which may come twice."""

    origin: Origin
    text: str
    request_id: str


@dataclass(frozen=True, slots=True)
class ViewState:
    """`values`: by block id, what the person filled in, as text, list of texts, number or None."""

    view_id: str
    root_id: str
    """The view at the bottom of the stack."""
    view_hash: str
    metadata: str
    values: Mapping[str, Any]
    blocks: tuple[str, ...]
    """The block ids it shows."""


@dataclass(frozen=True, slots=True)
class Press:
    """Of a button, or a choice in a select. `door`: its action id.

    `view`: the modal it stands in, and `block_id`: where in it.
    """

    origin: Origin
    door: str
    value: str
    view: ViewState | None
    block_id: str = ""
    message_ts: str = ""
    """Of the message that it stands in; "" inside modals."""


@dataclass(frozen=True, slots=True)
class Submission:
    """`door`: the view's callback id."""

    origin: Origin
    door: str
    view: ViewState


@dataclass(frozen=True, slots=True)
class Typing:
    """In a type-ahead."""

    origin: Origin
    text: str
    metadata: str
    block_id: str = ""


def workspace_of(body: Mapping[str, Any]) -> str:
    """Ours: what somebody of another company does in a shared channel names their own beside it."""
    installed_in = (body.get("view") or {}).get("app_installed_team_id")
    around = installed_in or body.get("context_team_id") or (body.get("team") or {}).get("id")
    return str(around or body.get("team_id") or body["user"]["team_id"])


def read_command(body: Mapping[str, Any]) -> Command:
    origin = Origin(workspace_of(body), body["user_id"], body["channel_id"], body.get("trigger_id", ""))
    return Command(origin, body.get("text") or "")


def read_written(body: Mapping[str, Any]) -> Written:
    event = body["event"]
    origin = Origin(workspace_of(body), event["user"], event["channel"], "")
    return Written(origin, event.get("text") or "", body.get("event_id", ""))


def read_press(body: Mapping[str, Any]) -> Press:
    view = body.get("view")
    action = body["actions"][0]
    return Press(
        origin=_origin(body),
        door=str(action.get("action_id", "")),
        value=str(_chosen(action) or ""),
        view=_view(view) if view else None,
        block_id=action.get("block_id", ""),
        message_ts=str((body.get("container") or {}).get("message_ts") or ""),
    )


def read_submission(body: Mapping[str, Any]) -> Submission:
    return Submission(_origin(body), str(body["view"].get("callback_id", "")), _view(body["view"]))


def read_typing(body: Mapping[str, Any]) -> Typing:
    return Typing(
        _origin(body),
        body.get("value") or "",
        (body.get("view") or {}).get("private_metadata", ""),
        block_id=body.get("block_id", ""),
    )


def _origin(body: Mapping[str, Any]) -> Origin:
    channel = body.get("channel") or body.get("container") or {}
    return Origin(
        workspace_id=workspace_of(body),
        person_id=body["user"]["id"],
        channel_id=channel.get("id") or channel.get("channel_id") or "",
        trigger_id=body.get("trigger_id", ""),
    )


def _view(view: Mapping[str, Any]) -> ViewState:
    state = (view.get("state") or {}).get("values") or {}
    return ViewState(
        view_id=view["id"],
        root_id=view.get("root_view_id") or view["id"],
        view_hash=view.get("hash", ""),
        metadata=view.get("private_metadata", ""),
        values={
            block_id: _chosen(next(iter(fields.values()))) for block_id, fields in state.items() if fields
        },
        blocks=tuple(block["block_id"] for block in view.get("blocks", ())),
    )


def _chosen(field: Mapping[str, Any]) -> Any:
    """One element's value, whatever its kind calls it."""
    if "selected_options" in field:
        return [option["value"] for option in field["selected_options"] or ()]
    if "selected_users" in field:
        return list(field["selected_users"] or ())
    if "selected_option" in field:
        return (field["selected_option"] or {}).get("value")
    names = (
        "selected_date", "selected_time", "selected_date_time", "selected_conversation", "selected_user",
        "value",
    )  # fmt: skip
    return next((field[name] for name in names if field.get(name) is not None), None)
