"""An alert rule as a form asks for it, each field checked where it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.alert_rule import CHANNEL, HERE_NOW, MOST_MENTIONED, Quiet, is_group
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.project_setup import Who
from bot.rules.alert_scope import scope_of
from bot.rules.project_edits import check_who

if TYPE_CHECKING:
    from datetime import datetime, time

    from bot.domain.alert_rule import AlertEvent, AlertRule, How
    from bot.rules.access import Asker
    from storage.transaction import Transaction

MOST_IN_A_ROW = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks of a rule. `about` is None where the rule keeps what it is about."""

    about: str | None
    events: frozenset[AlertEvent]
    how: How
    after: int
    at: time | None
    weekday: int
    mentions: tuple[str, ...]
    quiet: tuple[time | None, time | None]
    says_nothing_happened: bool
    until: datetime | None


def as_wanted(tx: Transaction, asker: Asker, rule: AlertRule, wanted: Wanted, now: datetime) -> AlertRule:
    """Return the rule as the form asks. Raises NotUnderstood at the field that does not fit."""
    scope = None if wanted.about is None else scope_of(tx, asker, rule.place, wanted.about)
    if scope is not None:
        rule = replace(rule, project_id=scope.project_id, key=scope.key, tag=scope.tag)
    if rule.standing is None and not wanted.events:
        raise NotUnderstood("Choose at least one event.", field=FormField.EVENTS)
    if wanted.how.is_sum and wanted.at is None:
        raise NotUnderstood("Choose the time of day at which it comes.", field=FormField.AT)
    if not 1 <= wanted.after <= MOST_IN_A_ROW:
        raise NotUnderstood(f"Give a number from 1 to {MOST_IN_A_ROW}.", field=FormField.AFTER)
    if wanted.until is not None and wanted.until <= now:
        raise NotUnderstood("Choose a day that is still to come.", field=FormField.UNTIL)
    _check_mentions(tx, rule, wanted.mentions)
    return replace(
        rule,
        events=wanted.events,
        how=wanted.how,
        after=wanted.after,
        at=wanted.at,
        weekday=wanted.weekday,
        mentions=wanted.mentions,
        quiet=_quiet(*wanted.quiet),
        says_nothing_happened=wanted.says_nothing_happened,
        until=wanted.until,
        made_by=asker.person.person_id,
    ).planned(now)


def _check_mentions(tx: Transaction, rule: AlertRule, mentions: tuple[str, ...]) -> None:
    """Raise NotUnderstood if the rule would mention too many, or somebody new whom Slack does not have."""
    if len(mentions) > MOST_MENTIONED:
        sentence = f"A rule mentions at most {MOST_MENTIONED}. Mention a user group instead."
        raise NotUnderstood(sentence, field=FormField.PEOPLE)
    for each in mentions:
        if each not in {*rule.mentions, CHANNEL, HERE_NOW}:
            field = FormField.GROUPS if is_group(each) else FormField.PEOPLE
            check_who(tx, rule.place.workspace_id, Who(each, is_group=is_group(each)), field=field)


def _quiet(begins: time | None, ends: time | None) -> Quiet | None:
    if begins is None and ends is None:
        return None
    if begins is None or ends is None or begins == ends:
        raise NotUnderstood(
            "Say when quiet hours begin and when they end; not at the same time.",
            field=FormField.QUIET_BEGINS if begins is None else FormField.QUIET_ENDS,
        )
    return Quiet(begins, ends)
