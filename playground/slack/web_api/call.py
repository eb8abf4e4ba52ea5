"""One call of a Web API method: its arguments read, its errors named, the register of methods."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.slack.manifest import BOT_USER

if TYPE_CHECKING:
    from playground.slack.records import Conversation, Json
    from playground.slack.state import State
    from playground.slack.workspace import Workspace

YES = {True, "1", "true", "True"}


class ApiError(Exception):
    """Its text is Slack's error code; `more` joins the body."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.more = more


@dataclass(frozen=True, slots=True)
class Call:
    workspace: Workspace
    method: str
    arguments: Json

    @property
    def state(self) -> State:
        return self.workspace.state

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        return self.arguments.get(name) in YES

    def whole(self, name: str, default: int) -> int:
        value = self.arguments.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise ApiError("invalid_arguments") from None

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """JSON, or a string that holds JSON, as form bodies carry it."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None

    def require_scope(self, *any_of: str) -> None:
        if any_of and not self.workspace.manifest.scopes & set(any_of):
            provided = ",".join(sorted(self.workspace.manifest.scopes))
            raise ApiError("missing_scope", needed=any_of[0], provided=provided)

    def conversation(self, name: str = "channel", *, by_name: bool = False) -> Conversation:
        """By id; posting takes a "#name", too. One the app cannot see does not exist for it."""
        wanted = self.text(name)
        for each in self.state.conversations.values():
            if each.id == wanted or (by_name and each.name and wanted.lstrip("#") == each.name):
                if self.app_sees(each):
                    return each
                break
        raise ApiError("channel_not_found")

    def app_sees(self, conversation: Conversation) -> bool:
        return conversation.kind == "channel" or BOT_USER in conversation.members


Handler = Callable[[Call], "Json"]


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: any of them suffices; `app_token`: whether it wants an xapp- token."""

    run: Handler
    tier: int
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    app_token: bool = False
    no_token: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str,
    tier: int,
    *scopes: str,
    required: tuple[str, ...] = (),
    app_token: bool = False,
    no_token: bool = False,
) -> Callable[[Handler], Handler]:
    """Register what answers `name`."""

    def register(run: Handler) -> Handler:
        METHODS[name] = Method(run, tier, scopes, required, app_token, no_token)
        return run

    return register


def page_of(
    call: Call, rows: list[Any], default: int, most: int = 1000, *, refusal: str = "invalid_arguments"
) -> tuple[list[Any], Json]:
    """One page by cursor, and its response_metadata; `next_cursor` "" ends."""
    limit = call.whole("limit", default) or default
    if limit < 1 or limit > most:
        raise ApiError(refusal)
    cursor = call.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdigit():
        raise ApiError("invalid_cursor")
    start = int(cursor.removeprefix("next:")) if cursor else 0
    rest = start + limit < len(rows)
    return rows[start : start + limit], {"next_cursor": f"next:{start + limit}" if rest else ""}
