"""Buttons pressed and menus chosen: the value is held, and the app hears of it where Slack would tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.acting import NotPossibleError, find_spot
from playground.slack.changes import Change
from playground.slack.dates import zone_of
from playground.slack.delivery import NoAnswerError, NotDeliveredError, Parcel
from playground.slack.payloads import block_actions
from playground.slack.reading import NotOfferedError, read_value
from playground.slack.rich_writing import rich_text
from playground.slack.typing_text import written
from playground.slack.values import PLACES, TEXTS

if TYPE_CHECKING:
    from playground.slack.acting import Spot
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace


async def press(workspace: Workspace, person: str, *, where: Json, block_id: str, action_id: str) -> None:
    spot = find_spot(workspace, person, where, block_id, action_id)
    if spot.element["type"] != "button":
        raise NotPossibleError("only a button can be pressed")
    element = spot.element
    told: Json = {key: element[key] for key in ("text", "value", "style", "url", "confirm") if key in element}
    await _tell(workspace, spot, told)


async def pick(
    workspace: Workspace, person: str, *, where: Json, block_id: str, action_id: str, value: str
) -> None:
    """One entry of an overflow menu."""
    spot = find_spot(workspace, person, where, block_id, action_id)
    for option in spot.element.get("options", ()):
        if option["value"] == value and spot.element["type"] == "overflow":
            await _tell(workspace, spot, {"selected_option": option})
            return
    raise NotPossibleError("the menu has no such entry")


async def set_value(
    workspace: Workspace,
    person: str,
    *,
    where: Json,
    block_id: str,
    action_id: str,
    value: Any,
    entered: bool = False,
) -> None:
    """`value`: text, a date, an option's value, or a list of them; `entered`: Enter was pressed in a text."""
    spot = find_spot(workspace, person, where, block_id, action_id)
    if spot.element["type"] == "rich_text_input" and value:
        value = rich_text(written(workspace, person, str(value)))
    try:
        given = read_value(spot.element, value, _choosable(workspace, spot), zone_of(spot.person.tz))
    except NotOfferedError as refused:
        raise NotPossibleError(str(refused)) from refused
    changed = spot.held.get(spot.name) != given
    spot.held[spot.name] = given
    if changed:
        _redraw(workspace, spot)
    if _dispatches(spot, changed=changed, entered=entered):
        await _tell(workspace, spot, _chosen(spot.element, given))


def _choosable(workspace: Workspace, spot: Spot) -> list[Json]:
    """Beyond what is written in the element: what its menu has shown, and what is chosen already."""
    chosen = spot.held.get(spot.name)
    held = chosen if isinstance(chosen, list) else [chosen]
    return [
        *workspace.offered.get(spot.key, {}).values(),
        *(each for each in held if isinstance(each, dict) and "value" in each),
    ]


def _redraw(workspace: Workspace, spot: Spot) -> None:
    if spot.view is not None:
        spot.view.errors.pop(spot.block["block_id"], None)
        workspace.views.redraw(spot.view)
    elif spot.message is not None:
        workspace.changes.publish(Change("message", spot.person.id, spot.message.channel, spot.message.ts))


def _dispatches(spot: Spot, *, changed: bool, entered: bool) -> bool:
    """Inside an input block only with `dispatch_action`; a text then on Enter, or at each character."""
    if spot.block["type"] == "input" and not spot.block.get("dispatch_action"):
        return False
    if spot.element["type"] not in {*TEXTS, "rich_text_input"}:
        return changed
    config = spot.element.get("dispatch_action_config", {})
    when = config.get("trigger_actions_on", ["on_enter_pressed"])
    return (entered and "on_enter_pressed" in when) or (changed and "on_character_entered" in when)


def _chosen(element: Json, given: Any) -> Json:
    key, initial_key, _ = PLACES[element["type"]]
    told: Json = {key: given}
    for more in ("placeholder", initial_key, "timezone", "confirm"):
        if more in element:
            told[more] = element[more]
    return told


async def _tell(workspace: Workspace, spot: Spot, told: Json) -> None:
    state = workspace.state
    if spot.view is not None:
        workspace.views.touch(spot.view)
    action = {
        "type": spot.element["type"],
        "block_id": spot.block["block_id"],
        "action_id": spot.element["action_id"],
        **told,
        "action_ts": state.new_ts(),
    }
    in_modal = spot.view is not None and spot.view.content["type"] == "modal"
    channel = spot.conversation.id if spot.conversation else (spot.view.opened_in if spot.view else None)
    trigger = workspace.triggers.new(spot.person.id, from_modal=in_modal, channel=channel)
    payload = block_actions(state.team, spot.person, spot.place(workspace), action, trigger_id=trigger)
    if spot.message is not None:
        payload["response_url"] = workspace.response_urls.new(
            spot.message.channel, spot.person.id, spot.message.ts, spot.message.thread_ts
        )
    workspace.trouble(spot.key, on=False)
    try:
        await workspace.deliver(Parcel("interactive", payload))
    except (NoAnswerError, NotDeliveredError):
        workspace.trouble(spot.key, on=True)
