"""What a schedule is called, and what happens when something goes wrong: what may be set."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.one_line import one_line
from bot.language.command import Verb

if TYPE_CHECKING:
    from bot.domain.schedule import Policies
    from storage.transaction import Transaction

MOST_FAILURES = 100
LEAST_GRACE, MOST_GRACE = timedelta(minutes=1), timedelta(hours=12)
LONGEST_NICKNAME = 60


def checked(policies: Policies) -> Policies:
    """Return the policies with the nickname on one line. Raises NotUnderstood for what does not fit."""
    most, grace = policies.most_failures, policies.grace
    if most is not None and not 1 <= most <= MOST_FAILURES:
        raise NotUnderstood(f"Choose between 1 and {MOST_FAILURES}.", field=FormField.FAILURES)
    if grace is not None and not LEAST_GRACE <= grace <= MOST_GRACE:
        raise NotUnderstood("Choose a time between a minute and 12 hours.", field=FormField.GRACE)
    return replace(policies, nickname=_checked(policies.nickname))


def put(tx: Transaction, schedule_id: str, policies: Policies) -> None:
    """Write the policies of a schedule."""
    tx.schedules.set_policies(
        schedule_id,
        missed=policies.missed,
        overlap=policies.overlap,
        grace=policies.grace,
        most_failures=policies.most_failures,
    )
    tx.schedules.set_nickname(schedule_id, policies.nickname)


def _checked(nickname: str) -> str:
    """Return the nickname on one line. Raises NotUnderstood if it reads as a number or a command."""
    name = one_line(nickname)
    if len(name) > LONGEST_NICKNAME:
        raise NotUnderstood(f"A nickname has at most {LONGEST_NICKNAME} letters.", field=FormField.NICKNAME)
    if name.lstrip("#").isdecimal():
        raise NotUnderstood(
            "A nickname needs a letter: a number alone means the schedule with that number.",
            field=FormField.NICKNAME,
        )
    if name.casefold() in set(Verb):
        raise NotUnderstood(f"“{name}” is a command. Choose another nickname.", field=FormField.NICKNAME)
    return name
