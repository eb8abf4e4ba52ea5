"""What a menu offers as a person types into it: its own options, the app's, people, conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.acting import NotPossibleError, find_spot
from playground.slack.block_kit.elements import check_options_answer
from playground.slack.conversation_filter import passes
from playground.slack.delivery import NoAnswerError, NotDeliveredError, Parcel
from playground.slack.emoji import with_emoji
from playground.slack.names import conversation_title
from playground.slack.payloads import block_suggestion

if TYPE_CHECKING:
    from playground.slack.acting import Spot
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

MIN_QUERY = 3
FAILED = "Something went wrong while loading these options."


async def suggest(
    workspace: Workspace, person: str, *, where: Json, block_id: str, action_id: str, query: str
) -> Json:
    """{"groups": [{"label", "options": [{"value", "text", "description"}]}], "said": a word where empty}."""
    spot = find_spot(workspace, person, where, block_id, action_id)
    kind = spot.element["type"].removeprefix("multi_")
    if kind == "external_select":
        return await _external(workspace, spot, query)
    offers = {
        "static_select": _static,
        "users_select": _people,
        "conversations_select": _conversations,
        "channels_select": _channels,
    }
    if kind not in offers:
        raise NotPossibleError(f"a {kind} offers nothing to choose from")
    groups = offers[kind](workspace, spot)
    return _filtered(groups, query)


async def _external(workspace: Workspace, spot: Spot, query: str) -> Json:
    least = spot.element.get("min_query_length", MIN_QUERY)
    if len(query) < least:
        letters = "character" if least == 1 else "characters"
        return {"groups": [], "said": f"Type at least {least} {letters} to see options."}
    payload = block_suggestion(workspace.state.team, spot.person, spot.place(workspace), spot.name, query)
    payload.pop("state", None)
    try:
        answer = await workspace.deliver(Parcel("interactive", payload, answerable=True))
    except (NoAnswerError, NotDeliveredError):
        return {"groups": [], "said": FAILED}
    if check_options_answer(answer):
        return {"groups": [], "said": FAILED}
    raw = answer.get("option_groups") or [{"label": None, "options": answer.get("options") or []}]
    shown = {option["value"]: option for group in raw for option in group["options"]}
    workspace.offered.setdefault(spot.key, {}).update(shown)
    groups = [_group(group.get("label"), group["options"]) for group in raw]
    empty = not any(group["options"] for group in groups)
    return {"groups": groups, "said": "No results" if empty else ""}


def _static(workspace: Workspace, spot: Spot) -> list[Json]:
    del workspace
    raw = spot.element.get("option_groups") or [{"options": spot.element.get("options", [])}]
    return [_group(group.get("label"), group["options"]) for group in raw]


def _people(workspace: Workspace, spot: Spot) -> list[Json]:
    del spot
    people = [each for each in workspace.state.people.values() if not each.deactivated]
    return [_plain((each.id, each.name) for each in people)]


def _channels(workspace: Workspace, spot: Spot) -> list[Json]:
    own = workspace.state.of_person(spot.person.id)
    open_ones = [each for each in own if each.kind == "channel" and not each.archived]
    return [_plain((each.id, f"#{each.name}") for each in open_ones)]


def _conversations(workspace: Workspace, spot: Spot) -> list[Json]:
    wanted = spot.element.get("filter", {})
    found = [
        each for each in workspace.state.of_person(spot.person.id) if passes(workspace.state, each, wanted)
    ]
    return [_plain((each.id, conversation_title(workspace.state, each, spot.person.id)) for each in found)]


def _plain(pairs: Any) -> Json:
    return {"label": "", "options": [{"value": value, "text": text} for value, text in pairs]}


def _group(label: Json | None, options: list[Json]) -> Json:
    return {
        "label": with_emoji(label["text"]) if label else "",
        "options": [
            {
                "value": each["value"],
                "text": with_emoji(each["text"]["text"]),
                "description": with_emoji(each.get("description", {}).get("text", "")),
            }
            for each in options
        ],
    }


def _filtered(groups: list[Json], query: str) -> Json:
    wanted = query.strip().lower()
    kept = [
        {**group, "options": [each for each in group["options"] if wanted in each["text"].lower()]}
        for group in groups
    ]
    kept = [group for group in kept if group["options"]]
    return {"groups": kept, "said": "" if kept else "No results"}
