"""views.*: opening, pushing, updating and publishing, with Slack's refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.block_kit.surfaces import check_view, too_large
from playground.slack.triggers import TriggerError
from playground.slack.views import ViewError
from playground.slack.web_api.call import ApiError, Call, method

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.slack.records import Json
    from playground.slack.triggers import Trigger
    from playground.slack.views import View

LONGEST_NAME = 255


@method("views.open", 4, required=("trigger_id", "view"))
def open_(call: Call) -> Json:
    content = _content(call, "modal")
    trigger = _trigger(call)
    return _run(call, lambda: call.workspace.views.open(trigger.person, content, trigger.channel))


@method("views.push", 4, required=("trigger_id", "view"))
def push(call: Call) -> Json:
    content = _content(call, "modal")
    trigger = _trigger(call)
    if not trigger.from_modal:
        raise ApiError("invalid_trigger_id")
    return _run(call, lambda: call.workspace.views.push(trigger.person, content))


@method("views.update", 4, required=("view",))
def update(call: Call) -> Json:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not (view_id or external_id) or len(external_id) > LONGEST_NAME:
        raise ApiError("invalid_arguments")
    view = call.workspace.views.find(view_id=view_id or None, external_id=external_id or None)
    if view is None:
        raise ApiError("not_found")
    content = _content(call, view.content["type"])
    return _run(call, lambda: call.workspace.views.update(view, content, call.text("hash") or None))


@method("views.publish", 4, required=("user_id", "view"))
def publish(call: Call) -> Json:
    if not call.workspace.manifest.home_tab:
        raise ApiError("not_enabled")
    user = call.text("user_id")
    if user not in call.state.people:
        raise ApiError("user_not_found")
    content = _content(call, "home")
    return _run(call, lambda: call.workspace.views.publish(user, content, call.text("hash") or None))


def _content(call: Call, kind: str) -> Json:
    content = call.structure("view")
    if too_large(content):
        raise ApiError("view_too_large")
    found = check_view(content, kind)
    if found:
        said = [str(each) for each in found]
        raise ApiError("invalid_arguments", response_metadata={"messages": said})
    checked: Json = content
    return checked


def _trigger(call: Call) -> Trigger:
    try:
        return call.workspace.triggers.spend(call.text("trigger_id"))
    except TriggerError as refused:
        raise ApiError(str(refused)) from refused


def _run(call: Call, change: Callable[[], View]) -> Json:
    try:
        view = change()
    except ViewError as refused:
        raise ApiError(str(refused)) from refused
    return {"view": view.to_wire(call.state.team.id)}
