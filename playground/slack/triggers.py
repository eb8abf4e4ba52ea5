"""Trigger ids: they live three seconds and work once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.clock import Clock, Timing


class TriggerError(Exception):
    """Its text is Slack's error code."""


@dataclass(slots=True)
class Trigger:
    """`from_modal`: given to an interaction inside a modal, which alone may push a view."""

    person: str
    made_at: float
    from_modal: bool
    channel: str | None = None
    spent: bool = False


class Triggers:
    def __init__(self, clock: Clock, timing: Timing) -> None:
        self._clock, self._timing = clock, timing
        self._made: dict[str, Trigger] = {}

    def new(self, person: str, *, from_modal: bool = False, channel: str | None = None) -> str:
        now = self._clock.now()
        for key in [key for key, each in self._made.items() if each.made_at < now - 600]:
            del self._made[key]
        name = f"{int(now * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._made[name] = Trigger(person, now, from_modal, channel)
        return name

    def spend(self, name: str) -> Trigger:
        trigger = self._made.get(name)
        if trigger is None:
            raise TriggerError("invalid_trigger_id")
        if trigger.spent:
            raise TriggerError("exchanged_trigger_id")
        if self._clock.now() - trigger.made_at > self._timing.trigger:
            raise TriggerError("expired_trigger_id")
        trigger.spent = True
        return trigger
