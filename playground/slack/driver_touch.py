"""Touching the elements of one surface: pressing, choosing, filling in, by their labels."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.slack.driver_seen import NotSeenError, find_part, label_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.slack.driver_reach import Reach
    from playground.slack.records import Json

PICKERS = {"datepicker", "timepicker", "datetimepicker"}


@dataclass(frozen=True, slots=True)
class Touch:
    """`where` as the verbs take it; `blocks` gives the drawn blocks as they are now."""

    driver: Reach
    person: str
    where: Json
    blocks: Callable[[], list[Json]]

    def press(self, label: str, *, confirm: bool = True, beside: str = "") -> None:
        block, element = find_part(self.blocks(), label, {"button"}, beside)
        if "confirm" in element and not confirm:
            return
        self._act("press", block, element)

    def press_twice(self, label: str) -> None:
        block, element = find_part(self.blocks(), label, {"button"})
        names = {"block_id": block["block_id"], "action_id": element["action_id"]}
        self.driver.act_twice("press", self.person, where=self.where, **names)

    def fill(self, label: str, value: str, *, enter: bool = False, beside: str = "") -> None:
        """Text, number, a date (YYYY-MM-DD), a time (HH:MM), both (YYYY-MM-DDTHH:MM, in their zone)."""
        block, element = find_part(self.blocks(), label, None, beside)
        self._act("set", block, element, value=value, entered=enter)

    def choose(
        self, label: str, *options: str, query: str | None = None, confirm: bool = True, beside: str = ""
    ) -> None:
        """One option, or several where several may be chosen; `query` is typed into a menu first."""
        block, element = find_part(self.blocks(), label, None, beside)
        kind = element["type"]
        if "confirm" in element and not confirm:
            return
        if kind in PICKERS:
            self.fill(label, options[0], beside=beside)
            return
        if kind == "overflow":
            self._act("pick", block, element, value=self._written(element, options[0]))
            return
        values = [self._value(block, element, each, query) for each in options]
        many = kind.startswith("multi_") or kind == "checkboxes"
        self._act("set", block, element, value=values if many else values[0] if values else None)

    def attach(self, label: str, name: str, content: bytes) -> None:
        """Give a file to a form's file field."""
        block, element = find_part(self.blocks(), label, {"file_input"})
        self._act("attach", block, element, name=name, content=base64.b64encode(content).decode())

    def detach(self, label: str, name: str) -> None:
        """Take a file out of it again."""
        block, element = find_part(self.blocks(), label, {"file_input"})
        for each in element["chosen"]:
            if each["text"] == name:
                self._act("detach", block, element, file=each["value"])
                return
        raise NotSeenError(f"no {name!r} among {[each['text'] for each in element['chosen']]}")

    def offers(self, label: str, query: str = "") -> list[str]:
        """What the menu shows when this is typed into it."""
        block, element = find_part(self.blocks(), label)
        if element["type"] in {"radio_buttons", "checkboxes", "overflow"}:
            return [label_of(each["text"]) for each in element["options"]]
        answer = self._act("suggest", block, element, query=query)
        shown = [option["text"] for group in answer["groups"] for option in group["options"]]
        return shown or [answer["said"]]

    def value(self, label: str) -> str:
        """What the element shows now; several choices with commas."""
        _, element = find_part(self.blocks(), label)
        if "chosen" in element:
            return ", ".join(each["text"] for each in element["chosen"])
        return str(element.get("value", ""))

    def _value(self, block: Json, element: Json, option: str, query: str | None) -> str:
        if element["type"] in {"radio_buttons", "checkboxes"}:
            return self._written(element, option)
        answer = self._act("suggest", block, element, query=option if query is None else query)
        shown = [each for group in answer["groups"] for each in group["options"]]
        for each in shown:
            if each["text"] == option:
                return str(each["value"])
        raise NotSeenError(
            f"no {option!r} to choose; there is {[each['text'] for each in shown] or answer['said']}"
        )

    def _written(self, element: Json, option: str) -> str:
        for each in element["options"]:
            if label_of(each["text"]) == option:
                return str(each["value"])
        raise NotSeenError(f"no {option!r} in {[label_of(each['text']) for each in element['options']]}")

    def _act(self, verb: str, block: Json, element: Json, **more: Any) -> Any:
        names = {"block_id": block["block_id"], "action_id": element["action_id"]}
        return self.driver.act(verb, self.person, where=self.where, **names, **more)
