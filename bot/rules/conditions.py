"""Conditions that open and close: told once in each place, and put right there when they are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.condition import Condition
from bot.domain.identity import new_id
from bot.domain.late import LateWords
from bot.domain.notice import NoticeKind
from bot.rules.late import redraw_groups, tell_late

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
    at: Mapping[Place, tuple[Hearing, Announcement | None]],
    *,
    since: datetime,
    now: datetime,
) -> None:
    """Note that something is wrong, and tell each place that does not know.

    `at` is when and by which rule each place hears of it, and what; None tells nobody yet.
    """
    late: dict[Place, tuple[str, Hearing, LateWords]] = {}
    for place in sorted(at, key=lambda each: (each.workspace_id, each.channel_id)):
        heard, told = at[place]
        condition = Condition(new_id(), kind, subject, place, since)
        if not tx.conditions.add(condition, at=now) or told is None:
            continue
        if isinstance(told, LateWords):
            late[place] = (condition.condition_id, heard, told)
        else:
            tx.outbox.put_question(
                place, told, subject=condition.condition_id, send_at=heard.at, rule=heard.rule
            )
    tell_late(tx, NoticeKind.QUESTION, late, now)


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
    below: dict[Place, str] = {}
    for each in ended:
        told = tell(each)
        if told is not None:
            below |= tx.outbox.close_question(each.condition_id, told, send_at=now)
    redraw_groups(tx, below, now)
    return ended
