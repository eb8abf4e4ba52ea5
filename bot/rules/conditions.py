"""Conditions that open and close: told once in each place, and put right there when they are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.condition import Condition
from bot.domain.identity import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.alert_rule import Hearing
    from bot.domain.announcement import Announcement
    from bot.domain.condition import ConditionKind
    from bot.domain.project import Place
    from storage.transaction import Transaction


def open_condition(
    tx: Transaction,
    kind: ConditionKind,
    subject: str,
    at: Mapping[Place, Hearing],
    told: Announcement | None,
    *,
    since: datetime,
    now: datetime,
) -> None:
    """Note that something is wrong, and tell each place that does not know.

    `at` is when and by which rule each place hears of it. `told` None tells nobody yet.
    """
    for place in sorted(at, key=lambda each: (each.workspace_id, each.channel_id)):
        condition = Condition(new_id(), kind, subject, place, since)
        if tx.conditions.add(condition, at=now) and told is not None:
            heard = at[place]
            tx.outbox.put_question(
                place, told, subject=condition.condition_id, send_at=heard.at, rule=heard.rule
            )


def close_condition(
    tx: Transaction,
    kind: ConditionKind,
    subject: str,
    tell: Callable[[Condition], Announcement | None],
    now: datetime,
) -> list[Condition]:
    """Note that it is over, and put right what told of it. Where nobody had read of it, nobody does.

    `tell` says what replaces the message of one place; None leaves it as it is. Return the conditions that
    were open.
    """
    ended = tx.conditions.end(kind, subject, at=now)
    for each in ended:
        told = tell(each)
        if told is not None:
            tx.outbox.close_question(each.condition_id, told, send_at=now)
    return ended
