"""A form sent off or closed: checked as Slack's client does, then answered by the app, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.acting import NotPossibleError, acting, visible_view
from playground.slack.block_kit.surfaces import check_view, too_large
from playground.slack.checks import problems
from playground.slack.delivery import NoAnswerError, NotDeliveredError, Parcel
from playground.slack.payloads import view_closed, view_submission
from playground.slack.values import elements
from playground.slack.views import ViewError

if TYPE_CHECKING:
    from playground.slack.records import Json
    from playground.slack.views import View
    from playground.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


class BadAnswerError(Exception):
    """The acknowledgement is not one that Slack takes."""


async def submit(workspace: Workspace, person: str, view: str) -> None:
    who = acting(workspace, person)
    shown = visible_view(workspace, person, view)
    if shown.content.get("submit") is None or shown.busy:
        raise NotPossibleError("this form cannot be sent")
    shown.trouble = ""
    shown.errors = problems(shown.blocks, shown.held)
    if shown.errors:
        workspace.views.redraw(shown)
        return
    payload = view_submission(
        workspace.state.team,
        who,
        shown,
        trigger_id=workspace.triggers.new(person, from_modal=True, channel=shown.opened_in),
        response_urls=_response_urls(workspace, shown),
    )
    shown.busy = True
    workspace.views.redraw(shown)
    try:
        answer = await workspace.deliver(Parcel("interactive", payload, answerable=True))
        shown.busy = False
        _obey(workspace, shown, answer)
    except (NoAnswerError, NotDeliveredError, BadAnswerError) as failure:
        shown.trouble = TROUBLE
        if isinstance(failure, BadAnswerError):
            entry = workspace.journal.open("Slack → app", "view_submission answer", {"answer": answer})
            workspace.journal.close(entry, None, str(failure))
    finally:
        shown.busy = False
        workspace.views.redraw(shown)


async def close(workspace: Workspace, person: str, *, view: str, everything: bool = False) -> None:
    """Cancel closes one view; the X (`everything`) closes them all and tells the root."""
    who = acting(workspace, person)
    shown = visible_view(workspace, person, view)
    stack = workspace.views.stack(person)
    everything = everything or bool(shown.content.get("clear_on_close"))
    told = stack[0] if everything else shown
    if everything:
        workspace.views.clear(person)
    else:
        workspace.views.pop(person)
    if told.content.get("notify_on_close"):
        payload = view_closed(workspace.state.team, who, told, is_cleared=everything)
        workspace.in_background(_tell(workspace, payload))


async def _tell(workspace: Workspace, payload: Json) -> None:
    try:
        await workspace.deliver(Parcel("interactive", payload))
    except (NoAnswerError, NotDeliveredError):
        return  # the window is gone; the journal has it


def _obey(workspace: Workspace, view: View, answer: Any) -> None:
    """Empty closes this view; anything else must be a response_action."""
    stack = workspace.views.stack(view.person)
    if view not in stack:
        return
    if answer in (None, "", {}):
        _close_one(workspace, view)
        return
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if action == "clear":
        workspace.views.clear(view.person)
    elif action == "errors":
        view.errors = _errors(view, answer.get("errors"))
    elif action in {"update", "push"}:
        _replace(workspace, view, action, answer.get("view"))
    else:
        raise BadAnswerError("neither empty nor a known response_action")


def _close_one(workspace: Workspace, view: View) -> None:
    if view.content.get("clear_on_close"):
        workspace.views.clear(view.person)
    else:
        workspace.views.pop(view.person)


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise BadAnswerError("errors must name input blocks of this view")
    return {str(key): str(text) for key, text in errors.items()}


def _replace(workspace: Workspace, view: View, action: str, content: Any) -> None:
    found: list[Any] = check_view(content, "modal") if isinstance(content, dict) else ["no view"]
    if not found and too_large(content):
        found = ["view_too_large"]
    if found:
        raise BadAnswerError(f"response_action {action} carries an invalid view: {found[0]}")
    try:
        if action == "push":
            workspace.views.push(view.person, content)
        else:
            workspace.views.update(view, content)
    except ViewError as refused:
        raise BadAnswerError(str(refused)) from refused


def _response_urls(workspace: Workspace, view: View) -> list[Json]:
    """One for each conversation menu that asked for it."""
    made = []
    for block, element in elements(view.blocks):
        if not element.get("response_url_enabled"):
            continue
        chosen = view.held.get((block["block_id"], element["action_id"]))
        if isinstance(chosen, str):
            made.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": chosen,
                    "response_url": workspace.response_urls.new(chosen, view.person),
                }
            )
    return made
