"""A Bolt app that looks up whose a press, a form or a type-ahead is.

Bolt asks its listeners one after the other. There are almost two hundred, and asking them took one or two
milliseconds of each acknowledgement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slack_bolt import App

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack

    Listener = Callable[..., None]
    Register = Callable[..., Callable[[Listener], object]]

ANY = re.compile("")
"""Fits every id."""


def _pressed(body: Mapping[str, Any]) -> str:
    """Return the id of what was pressed; "" for the older buttons, which have a name, and for dialogs."""
    pressed, *_ = body.get("actions") or [{}]
    return str(pressed.get("action_id", ""))


class AppById(App):
    """Looks up the listeners that were registered for one id; Bolt asks the others after them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.by_id: dict[str, dict[str, Listener]] = {"action": {}, "view": {}, "options": {}}
        """By kind and id. An id has one listener."""
        self._look_up("action", super().action, _pressed)
        self._look_up("view", super().view, lambda body: body["view"]["callback_id"])
        self._look_up("options", super().options, lambda body: body["action_id"])

    def action(self, constraints: Any, *more: Any, **settings: Any) -> Callable[..., Any]:
        """Register the listener of a button or a menu."""
        return self._register("action", super().action, constraints, *more, **settings)

    def view(self, constraints: Any, *more: Any, **settings: Any) -> Callable[..., Any]:
        """Register the listener of a form."""
        return self._register("view", super().view, constraints, *more, **settings)

    def options(self, constraints: Any, *more: Any, **settings: Any) -> Callable[..., Any]:
        """Register the listener of a type-ahead."""
        return self._register("options", super().options, constraints, *more, **settings)

    def _register(
        self, kind: str, with_bolt: Register, constraints: Any, *more: Any, **settings: Any
    ) -> Callable[..., Any]:
        if not isinstance(constraints, str) or more or settings:
            return with_bolt(constraints, *more, **settings)

        def keep(listener: Listener) -> Listener:
            if constraints in self.by_id[kind]:
                raise ValueError(f"the {kind} {constraints} has a listener already")
            self.by_id[kind][constraints] = listener
            return listener

        return keep

    def _look_up(self, kind: str, with_bolt: Register, id_of: Callable[[Mapping[str, Any]], str]) -> None:
        listeners = self.by_id[kind]

        def is_known(body: dict[str, Any]) -> bool:
            return id_of(body) in listeners

        def listen(ack: Ack, body: dict[str, Any]) -> None:
            listeners[id_of(body)](ack=ack, body=body)

        with_bolt(ANY, matchers=[is_known])(listen)
