"""What somebody with every right can press and send, found by pressing it: real payloads with real ids."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.blocks.ids import VALUE, Admin, Button, Shortcut, View
from tests.kept import Kept
from tests.world import FINANCE, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.project import Person
    from tests.house import House

COMMANDS = (
    "", "help", "list", "list all", "show #1", "jobs", "runs", "runs {job}", "admin", "away", "{job}",
    "run {job}", "{job} every day at 9am", "pause job {job}", "edit #1", "stop {job}", "take over #1",
    "pause #1", "resume #1", "skip #1", "delete #1", "rename #1 to Orders", "transfer #1 to <@U0MAYA>",
    "copy #1", "week", "retry {job}", "alerts", "back",
)  # fmt: skip
OPENS_HOME = {
    "type": "event_callback", "event_id": "EvHome",
    "event": {"type": "app_home_opened", "channel": "D0HOME", "tab": "home"},
}  # fmt: skip
ABOUT_A_MESSAGE = {
    "type": "message_action", "callback_id": Shortcut.RUN_ABOUT, "message_ts": "1.1",
    "message": {"type": "message", "ts": "1.1", "user": TOM.person_id, "text": "Please look at this"},
}  # fmt: skip
TEXT = "every day at 9am"
MOST_OPTIONS = 8
DATA = frozenset({VALUE, Admin.AUDIT_KIND, Admin.AUDIT_WHO})
"""Elements whose choices differ in what they are about alone: one choice stands for all."""
DEPTH = 5


@dataclass(frozen=True, slots=True)
class Surface:
    """A message or a view that has been shown."""

    blocks: tuple[dict[str, Any], ...]
    view: dict[str, Any] | None = None

    @property
    def shape(self) -> str:
        """Two that differ only in what they are about are looked at once."""
        names = sorted(f"{block.get('block_id')} {each.get('action_id')}" for block, each in elements(self))
        view = self.view or {}
        about = str(view.get("private_metadata") or "")
        page = json.loads(about).get("page") if about.startswith("{") else None
        callback_id = view.get("callback_id")
        if callback_id == View.TOLD:  # a window over a Home shows what a message would
            callback_id = None
        return f"{callback_id} {page} {names}"


def crawl(
    house: House, who: Person, *, where: str = FINANCE, job: str = "import orders"
) -> list[dict[str, Any]]:
    """Bodies that Slack would send. Whatever each does is undone before the next.

    `where` and `job`: the channel that commands are typed in, and the job that they name.
    """
    kept = Kept(house.world.database)
    sent: list[dict[str, Any]] = []
    seen: set[str] = set()
    level = posted(house)
    for each in COMMANDS:
        text = each.format(job=job)
        level += _shown(house, {"command": "/schedule", "text": text, "channel_id": where}, who)
        kept.restore()
    for body in (OPENS_HOME, {**ABOUT_A_MESSAGE, "channel": {"id": where}}):
        level += _shown(house, body, who)
        kept.restore()
    for _ in range(DEPTH):
        following: list[Surface] = []
        for surface in level:
            if surface.shape in seen:
                continue
            seen.add(surface.shape)
            for body in bodies(house, surface, who):
                sent.append(body)
                following += _shown(house, body, who)
                kept.restore()
        level = following
    return sent


def posted(house: House) -> list[Surface]:
    """What was said unprompted: cards, requests, suspensions."""
    for _ in range(3):
        house.world.clock.advance(house.world.timing.lead)
        house.world.notifier.step()
    return [Surface(_named(each.message.blocks)) for each in house.world.slack.posted]


def bodies(house: House, surface: Surface, who: Person) -> Iterator[dict[str, Any]]:
    """Every press, every choice, and the whole form sent."""
    for block, element in elements(surface):
        if block["type"] == "input" and not block.get("dispatch_action"):
            continue
        for value in _values(house, surface, block, element, who):
            named = {
                "type": element["type"],
                "action_id": element["action_id"],
                "block_id": block["block_id"],
            }
            yield {"type": "block_actions", "actions": [{**named, **value}], **_around(surface)}
    if surface.view is not None and surface.view.get("submit"):
        state = {
            block["block_id"]: {element["action_id"]: {"type": element["type"], **value}}
            for block, element in elements(surface)
            if block["type"] == "input"
            for value in list(_values(house, surface, block, element, who))[:1]
        }
        yield {"type": "view_submission", "view": {**surface.view, "state": {"values": state}}}


def elements(surface: Surface) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in surface.blocks:
        for each in [block.get("accessory"), block.get("element"), *block.get("elements", ())]:
            if each and "action_id" in each:
                yield block, each


def _values(
    house: House, surface: Surface, block: dict[str, Any], element: dict[str, Any], who: Person
) -> Iterator[dict[str, Any]]:
    """As the element's kind gives them."""
    match element["type"]:
        case "button":
            yield {"value": element.get("value", "")}
        case "static_select" | "overflow" | "radio_buttons":
            options = element.get("options") or element["option_groups"][0]["options"]
            most = 1 if element["action_id"] in DATA else MOST_OPTIONS
            yield from ({"selected_option": each} for each in options[:most])
        case "multi_static_select" | "checkboxes":
            yield {"selected_options": element["options"][:2]}
        case "external_select":
            yield from ({"selected_option": each} for each in _suggested(house, surface, block, element, who))
        case "multi_external_select":
            yield {"selected_options": _suggested(house, surface, block, element, who)}
        case "users_select":
            yield {"selected_user": TOM.person_id}
        case "multi_users_select":
            yield {"selected_users": [TOM.person_id]}
        case "conversations_select":
            yield {"selected_conversation": FINANCE}
        case _:
            yield {"value": element.get("initial_value") or TEXT}


def _suggested(
    house: House, surface: Surface, block: dict[str, Any], element: dict[str, Any], who: Person
) -> list[dict[str, Any]]:
    asked = {"action_id": element["action_id"], "block_id": block["block_id"], "value": ""}
    body = {"type": "block_suggestion", **asked, **_around(surface)}
    house.hear(body, who)
    answer = house.answers[-1]
    found = answer.get("options") or [
        each for group in answer.get("option_groups") or () for each in group["options"]
    ]
    return list(found[:3])


def _around(surface: Surface) -> dict[str, Any]:
    if surface.view is not None:
        return {"view": surface.view, "container": {"type": "view", "view_id": "V1"}}
    return {"channel": {"id": FINANCE}, "message": {"ts": "1.1", "blocks": list(surface.blocks)}}


def _shown(house: House, body: dict[str, Any], who: Person) -> list[Surface]:
    """The views and messages that it led to."""
    if any(each.get("action_id") == Button.ASK_FOR_ACCESS for each in body.get("actions", ())):
        return []
    house.hear(body, who)
    return [surface for each in house.answers for surface in _surfaces(each)]


def _surfaces(answer: dict[str, Any]) -> Iterator[Surface]:
    view = answer.get("view")
    if view:
        whole = {
            **view,
            "id": "V1",
            "hash": "h",
            "root_view_id": "V1",
            "blocks": list(_named(view["blocks"])),
        }
        yield Surface(_named(view["blocks"]), whole)
    elif answer.get("blocks"):
        yield Surface(_named(answer["blocks"]))


def _named(blocks: Any) -> tuple[dict[str, Any], ...]:
    """Slack gives a name to each block that has none."""
    return tuple({"block_id": f"b{place}", **block} for place, block in enumerate(blocks))


def of_nobody(body: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """The same with ids that nobody has."""
    found: dict[str, Any] = json.loads(renamed(json.dumps(body), ids))
    return found


def renamed(text: str, ids: dict[str, str]) -> str:
    """Ids stand in quotes, perhaps within JSON in JSON; numbers behind a key that says so."""
    numbers = "|".join(each for each in ids if each.isdigit())
    words = "|".join(re.escape(each) for each in sorted(ids, key=len, reverse=True) if not each.isdigit())
    if numbers:
        text = re.sub(
            rf'(project_id\\*": |"value\\*": \\*")({numbers})(?=\W)', lambda it: it[1] + ids[it[2]], text
        )
    return re.sub(rf"(?<![\w-])(?:{words})(?![\w-])", lambda it: ids[it[0]], text) if words else text
