"""An alert rule that was removed a moment ago, brought back as the audit has it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.alert_rule import Standing
from bot.domain.errors import Conflict, NotFound
from bot.domain.whole_number import whole_number
from bot.rules.access import NO_SUCH_THING
from bot.rules.alert_places import place_of
from bot.rules.bringing_back import UNDO_FOR

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.alert_rule import AlertRule
    from bot.domain.entry import Entry
    from bot.rules.access import Asker
    from storage.transaction import Transaction

REMOVED = "alert.remove"
MOST_SINCE = 500
"""The newest changes of a project's rules among which those of this one are looked for."""


def bring_back(tx: Transaction, asker: Asker, reference: str, now: datetime) -> AlertRule:
    """Return the rule that the asker removed, with its next sum planned; nothing is written.

    `reference` is the number of the entry. Whether they may still change the place's rules the caller asks.
    Raises NotFound, and Conflict where it is too late, or the rule would mean something else by now.
    """
    audit_id = whole_number(reference)
    entry = None if audit_id is None else tx.audit.entry(asker.person.workspace_id, audit_id)
    if entry is None or entry.person_id != asker.person.person_id or entry.action != REMOVED:
        raise NotFound(NO_SUCH_THING)
    rule = tx.alert_rules.read(entry)
    if rule is None:
        raise NotFound(NO_SUCH_THING)
    place_of(tx, asker, rule.place.channel_id)
    if now - entry.at > UNDO_FOR:
        raise Conflict("That rule was removed over a day ago. Add it anew.")
    if rule.is_over(now):
        raise Conflict("That rule has ended meanwhile. Add it anew.")
    channel = tx.channels.get(rule.place.workspace_id, rule.place.channel_id)
    if channel is not None and channel.project_id != rule.project_id:
        raise Conflict("The channel belongs to another project now. Add the rule anew.")
    _check_is_the_last_word(tx, entry)
    return replace(rule.planned(now), summed_at=rule.summed_at)


def _check_is_the_last_word(tx: Transaction, entry: Entry) -> None:
    """Raise Conflict if somebody else has changed since then what a rule of every place says here."""
    if entry.project_id is None:  # a person's own, which nobody else changes
        return
    since = tx.audit.entries(
        entry.workspace_id, project_ids=[entry.project_id], kinds=["alert"], limit=MOST_SINCE
    )
    about = (entry.before or {}).get("about")
    if about in set(Standing) and any(
        each.allowed
        and each.audit_id > entry.audit_id
        and each.subject == entry.subject
        and each.person_id != entry.person_id
        and about in {(facts or {}).get("about") for facts in (each.before, each.after)}
        for each in since
    ):
        raise Conflict("Somebody else has changed this rule since. Look at it, and change it there.")
