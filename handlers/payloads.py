"""Slack's JSON, read once into small frozen types. Nothing in them is trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.blocks.ids import View
from bot.domain.kept_file import ChosenFile
from handlers.odd_payloads import identifier, reads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.form_field import FormField

_HEARD = count(1)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who, and from where. `channel_id` is "" inside modals."""

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
    """A direct message to the bot, or a mention of it. `request_id` is the event's, which may come twice."""

    origin: Origin
    text: str
    request_id: str
    thread_ts: str = ""
    """The thread in which a mention is answered; "" for a direct message."""


@dataclass(frozen=True, slots=True)
class AtMessage:
    """A message at which somebody used a shortcut. `link` is "" if it cannot be told."""

    origin: Origin
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class ViewState:
    """A form as it was sent. `values` has text, a list of texts or files, or None, by block id."""

    view_id: str
    root_id: str
    """The view at the bottom of the stack."""
    view_hash: str
    metadata: str
    values: Mapping[str, Any]
    blocks: tuple[str, ...]
    """The ids of the blocks that it shows."""
    content: Mapping[str, Any] = field(default_factory=dict)
    """The view as Slack keeps it, to be sent back with some parts changed."""

    def text(self, name: FormField) -> str:
        """Return what was typed or chosen in a field, without space around it; "" if nothing was."""
        value = self.values.get(name)
        return "" if value is None else str(value).strip()

    def many(self, name: FormField) -> tuple[str, ...]:
        """Return all that was chosen in a field of several choices."""
        return tuple(self.values.get(name) or ())


@dataclass(frozen=True, slots=True)
class Press:
    """A press on a button, or a choice in a select. `door` is its action id.

    `view` is the modal in which it was, and `block_id` the block there.
    """

    origin: Origin
    door: str
    value: str
    view: ViewState | None
    block_id: str = ""
    message_ts: str = ""
    """The message with the button; "" inside modals."""
    in_home: bool = False
    """Whether it was in the person's Home, which is answered in a window over it."""
    in_window: bool = False
    """Whether it was in a window that shows an answer."""
    pressed_at: str = ""
    """Slack's time stamp: of two presses in one form, the later one has the greater."""
    heard: int = 0
    """Its place among all that this process heard, forms that were sent included."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent. `door` is the view's callback id."""

    origin: Origin
    door: str
    view: ViewState
    heard: int = 0
    """Its place among all that this process heard, presses included."""


@dataclass(frozen=True, slots=True)
class Typing:
    """What was typed into a type-ahead."""

    origin: Origin
    text: str
    metadata: str
    block_id: str = ""


def workspace_of(body: Mapping[str, Any]) -> str:
    """Return our workspace. In a shared channel, somebody of another company names their own beside it."""
    installed_in = (body.get("view") or {}).get("app_installed_team_id")
    around = installed_in or body.get("context_team_id") or (body.get("team") or {}).get("id")
    return str(around or body.get("team_id") or body["user"]["team_id"])


@reads
def read_command(body: Mapping[str, Any]) -> Command:
    """Return the slash command of a payload."""
    origin = Origin(
        workspace_of(body), identifier(body["user_id"]), body["channel_id"], body.get("trigger_id", "")
    )
    return Command(origin, body.get("text") or "")


@reads
def read_written(body: Mapping[str, Any]) -> Written:
    """Return the direct message of an event, or the mention, without the bot's own name."""
    event = body["event"]
    origin = Origin(workspace_of(body), identifier(event["user"]), identifier(event["channel"]), "")
    text, thread_ts = event.get("text") or "", ""
    if event["type"] == "app_mention":
        for each in body.get("authorizations") or ():
            text = text.replace(f"<@{each['user_id']}>", " ")
        thread_ts = str(event.get("thread_ts") or event["ts"])
    return Written(origin, text.strip(), identifier(body["event_id"]), thread_ts)


@reads
def read_shortcut(body: Mapping[str, Any]) -> Origin:
    """Return who used a shortcut of the app, wherever they were."""
    return Origin(workspace_of(body), identifier(body["user"]["id"]), "", identifier(body["trigger_id"]))


@reads
def read_at_message(body: Mapping[str, Any]) -> AtMessage:
    """Return the message of a shortcut, with the address at which Slack shows it."""
    message, channel_id = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
    domain, ts = (body.get("team") or {}).get("domain"), str(body.get("message_ts") or "")
    link = ""
    if domain and channel_id and ts:
        link = f"https://{domain}.slack.com/archives/{channel_id}/p{ts.replace('.', '')}"
        if message.get("thread_ts"):
            link += f"?thread_ts={message['thread_ts']}&cid={channel_id}"
    origin = Origin(
        workspace_of(body), identifier(body["user"]["id"]), channel_id, body.get("trigger_id", "")
    )
    return AtMessage(origin, str(message.get("text") or ""), link)


@reads
def read_opened(body: Mapping[str, Any]) -> Origin | None:
    """Return who opened their Home; None if they opened another tab."""
    event = body["event"]
    return (
        Origin(workspace_of(body), identifier(event["user"]), "", "") if event.get("tab") == "home" else None
    )


@reads
def read_channel(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return our workspace, and the channel of which something is told."""
    channel = body["event"]["channel"]
    return workspace_of(body), identifier(channel["id"] if isinstance(channel, dict) else channel)


@reads
def read_other_id(body: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return our workspace, a channel's id of before, and the one that it has now."""
    event = body["event"]
    return workspace_of(body), identifier(event["old_channel_id"]), identifier(event["new_channel_id"])


@reads
def read_person(body: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return our workspace, and Slack's description of the person of whom something is told."""
    user: Mapping[str, Any] = body["event"]["user"]
    identifier(user["id"])
    return workspace_of(body), user


@reads
def read_press(body: Mapping[str, Any]) -> Press:
    """Return the press of a payload, whatever kind of element it was."""
    view, in_home = body.get("view"), is_home(body)
    action = body["actions"][0]
    return Press(
        origin=_origin(body),
        door=str(action.get("action_id", "")),
        value=str(_chosen(action) or ""),
        view=_view(view) if view and not in_home else None,
        in_home=in_home,
        in_window=is_window(body),
        block_id=action.get("block_id", ""),
        message_ts=str((body.get("container") or {}).get("message_ts") or ""),
        pressed_at=str(action.get("action_ts") or ""),
        heard=next(_HEARD),
    )


def is_home(body: Mapping[str, Any]) -> bool:
    """Return whether something was pressed in somebody's Home."""
    return (body.get("view") or {}).get("type") == "home"


def is_window(body: Mapping[str, Any]) -> bool:
    """Return whether something was pressed in a window that shows an answer."""
    return (body.get("view") or {}).get("callback_id") == View.TOLD


@reads
def read_submission(body: Mapping[str, Any]) -> Submission:
    """Return the form that was sent."""
    callback_id = str(body["view"].get("callback_id", ""))
    return Submission(_origin(body), callback_id, _view(body["view"]), heard=next(_HEARD))


@reads
def read_typing(body: Mapping[str, Any]) -> Typing:
    """Return what was typed into a type-ahead."""
    return Typing(
        _origin(body),
        body.get("value") or "",
        str((body.get("view") or {}).get("private_metadata") or ""),
        block_id=body.get("block_id", ""),
    )


def _origin(body: Mapping[str, Any]) -> Origin:
    channel = body.get("channel") or body.get("container") or {}
    return Origin(
        workspace_id=workspace_of(body),
        person_id=identifier(body["user"]["id"]),
        channel_id=channel.get("id") or channel.get("channel_id") or "",
        trigger_id=body.get("trigger_id", ""),
    )


def _view(view: Mapping[str, Any]) -> ViewState:
    state = (view.get("state") or {}).get("values") or {}
    return ViewState(
        view_id=view["id"],
        root_id=view.get("root_view_id") or view["id"],
        view_hash=str(view.get("hash") or ""),
        metadata=str(view.get("private_metadata") or ""),
        values={
            block_id: _chosen(next(iter(fields.values()))) for block_id, fields in state.items() if fields
        },
        blocks=tuple(block["block_id"] for block in view.get("blocks", ())),
        content={name: view[name] for name in _SENT_BACK if view.get(name)},
    )


def _file(file: Mapping[str, Any]) -> ChosenFile:
    size = file.get("size")
    return ChosenFile(
        str(file.get("id") or ""),
        str(file.get("name") or ""),
        str(file.get("mimetype") or ""),
        size if isinstance(size, int) and size > 0 else 0,
    )


_SENT_BACK = (
    "type", "title", "blocks", "submit", "close", "private_metadata", "callback_id", "clear_on_close",
)  # fmt: skip
"""What a view is made of; the rest of what Slack tells of a view is its own."""


def _chosen(element: Mapping[str, Any]) -> Any:
    """Return an element's value, whatever its kind calls the value. None if nothing is chosen."""
    if element.get("type") == "file_input":
        given = element.get("files")
        return [_file(each) for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    if "selected_options" in element:
        return [option["value"] for option in element["selected_options"] or ()]
    if "selected_users" in element:
        return list(element["selected_users"] or ())
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    names = (
        "selected_date", "selected_time", "selected_date_time", "selected_conversation", "selected_user",
        "value",
    )  # fmt: skip
    return next((str(element[name]) for name in names if element.get(name) is not None), None)
