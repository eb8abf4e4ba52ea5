"""Alert rules as people look at them and change them: of a channel, or of their own messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.alert_rule import (
    BY_FILE,
    EVERY_PROJECT,
    AlertRule,
    Standing,
)
from bot.domain.alerts_shown import Heard
from bot.domain.announcement import SampleAlert
from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.domain.identity import new_id
from bot.domain.rights import Role
from bot.rules.access import Access
from bot.rules.alert_places import may_change, place_of, titles_of
from bot.rules.alert_routing import find_rule, rules_of
from bot.rules.alert_scope import scopes
from bot.rules.alert_wanted import as_wanted
from bot.rules.bringing_back_alerts import bring_back
from bot.rules.not_found import NO_SUCH_RULE
from bot.rules.quota import check_tests
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.project import Place
    from bot.rules.access import Asker
    from bot.rules.alert_scope import Scope
    from bot.rules.alert_wanted import Wanted
    from storage.database import Database
    from storage.transaction import Transaction

MUTED_FOR = timedelta(hours=2)
MOST_RULES = 15
"""The most rules that a place may have; a list of them is still one message."""


class Alerting:
    """Alert rules. Raises NotFound for places and rules that the asker may not know of."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def heard(self, asker: Asker, place_id: str = "") -> Heard:
        """Return what the place hears: by default the channel asked from, elsewhere the asker's own messages.

        Raises NotUnderstood in a channel that belongs to no project.
        """
        with self._database.reading() as tx:
            place = place_of(tx, asker, place_id)
            return self._heard(tx, asker, place)

    @once_more
    def rule(self, asker: Asker, reference: str) -> tuple[AlertRule, Heard]:
        """Return the rule to change it. Raises NotAllowed if the asker may only look at it."""
        with self._database.transaction() as tx:
            rule = self._to_change(tx, asker, reference)
            return rule, self._heard(tx, asker, rule.place)

    def place_to_add(self, asker: Asker, place_id: str = "") -> Heard:
        """Return the place for which the asker may make a rule. Raises NotAllowed."""
        with self._database.transaction() as tx:
            place = place_of(tx, asker, place_id)
            self._must_change(tx, asker, place)
            return self._heard(tx, asker, place)

    def scopes(self, asker: Asker, place_id: str, words: str) -> list[Scope]:
        """Return what a rule of the place may be about, as far as all words stand in its name."""
        with self._database.reading() as tx:
            place = place_of(tx, asker, place_id)
            self._must_change(tx, asker, place)
            return scopes(tx, asker, place, words)

    @once_more
    def add(self, asker: Asker, place_id: str, wanted: Wanted) -> Heard:
        """Make a rule for the place; return what the place hears from now on."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            place = place_of(tx, asker, place_id)
            self._must_change(tx, asker, place)
            self._must_have_room(tx, place, now)
            usual = rules_of(tx, place)[0]
            blank = AlertRule(new_id(), place, usual.project_id, usual.tz, events=frozenset())
            rule = as_wanted(tx, asker, blank, wanted, now)
            tx.alert_rules.add(rule, at=now)
            self._audit(tx, asker, "alert.add", None, rule)
            return self._heard(tx, asker, place)

    @once_more
    def change(self, asker: Asker, reference: str, wanted: Wanted) -> Heard:
        """Change the rule; return what its place hears from now on."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            before = self._to_change(tx, asker, reference)
            after = as_wanted(tx, asker, before, wanted, now)
            self._keep(tx, asker, "alert.change", before, after)
            return self._heard(tx, asker, before.place)

    @once_more
    def mute(self, asker: Asker, reference: str) -> Heard:
        """Mute the rule for two hours. What fails then is told at the end, if it still does."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            before = self._to_change(tx, asker, reference, may_be_of_file=True)
            after = replace(before, muted_by=asker.person.person_id, muted_until=now + MUTED_FOR)
            self._keep(tx, asker, "alert.mute", before, after)
            return self._heard(tx, asker, before.place)

    @once_more
    def unmute(self, asker: Asker, reference: str) -> Heard:
        """End the rule's mute. Raises Conflict if it is not muted."""
        with self._database.transaction() as tx:
            before = self._to_change(tx, asker, reference, may_be_of_file=True)
            if not before.is_muted(self._clock.now()):
                raise Conflict("This is not muted.")
            self._keep(tx, asker, "alert.unmute", before, replace(before, muted_by=None, muted_until=None))
            return self._heard(tx, asker, before.place)

    @once_more
    def remove(self, asker: Asker, reference: str) -> Heard:
        """Remove the rule, for a day with a way back. A standing rule goes back to the default."""
        with self._database.transaction() as tx:
            before = self._to_change(tx, asker, reference)
            if not before.rule_id:
                raise Conflict(
                    "Every place has this rule. To hear nothing of it, edit it and choose no event."
                )
            tx.alert_rules.remove(before.rule_id)
            self._audit(tx, asker, "alert.remove", before, None)
            (entry, *_) = tx.audit.entries(
                asker.person.workspace_id, person_id=asker.person.person_id, kinds=["alert"], limit=1
            )
            heard = self._heard(tx, asker, before.place, also=before)
            return replace(heard, removed=before, undo=str(entry.audit_id))

    @once_more
    def bring_back(self, asker: Asker, reference: str) -> Heard:
        """Bring back the rule that this entry of the audit removed. Raises NotFound, NotAllowed, Conflict."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            rule = bring_back(tx, asker, reference, now)
            self._must_change(tx, asker, rule.place)
            self._must_have_room(tx, rule.place, now)
            if not tx.alert_rules.add(rule, at=now):
                raise Conflict("This rule is there again already, or another one is in its place.")
            self._audit(tx, asker, "alert.restore", None, rule)
            return self._heard(tx, asker, rule.place)

    @once_more
    def test(self, asker: Asker, place_id: str) -> Place:
        """Send a sample alert, marked as a test, to the place; return the place.

        Raises Conflict if it got many just now.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            place = place_of(tx, asker, place_id)
            self._must_change(tx, asker, place)
            check_tests(tx, place, now)
            told = SampleAlert(asker.person.person_id)
            tx.outbox.put_words(place, told, subject=new_id(), send_at=now)
            return place

    # --------------------------------------------------------------------------------------------------

    def _must_have_room(self, tx: Transaction, place: Place, now: datetime) -> None:
        if sum(not each.is_over(now) for each in tx.alert_rules.of_place(place)) >= MOST_RULES:
            raise Conflict(f"A place has at most {MOST_RULES} rules. Remove one first.")

    def _heard(self, tx: Transaction, asker: Asker, place: Place, *, also: AlertRule | None = None) -> Heard:
        """Return what the place hears. `also` is a rule that is named besides."""
        manages = not place.is_direct or any(
            role is Role.MANAGER for _, role in Access(tx, asker.person).memberships()
        )
        rules = [
            each
            for each in rules_of(tx, place)
            if not each.is_over(self._clock.now()) and (manages or each.standing is not Standing.MANAGED)
        ]
        changes = may_change(tx, asker, place)
        channel = tx.channels.get(place.workspace_id, place.channel_id)
        project = None if channel is None else tx.projects.get(channel.project_id)
        who_can = ""
        if project is not None and not changes:
            who_can = Access(tx, asker.person).who_can_allow(project.project_id, what="change these rules")
        groups = tx.directory.group_handles(place.workspace_id)
        named = rules if also is None else [*rules, also]
        return Heard(place, project, rules, titles_of(tx, asker, named), changes, who_can, groups)

    def _must_change(self, tx: Transaction, asker: Asker, place: Place) -> None:
        if not may_change(tx, asker, place):
            channel = tx.channels.get(place.workspace_id, place.channel_id)
            who = "" if channel is None else Access(tx, asker.person).who_can_allow(channel.project_id)
            raise NotAllowed(f"Only managers change what a channel hears. {who}".strip())

    def _to_change(
        self, tx: Transaction, asker: Asker, reference: str, *, may_be_of_file: bool = False
    ) -> AlertRule:
        """Return the rule, locked if it is stored."""
        rule = find_rule(tx, asker.person.workspace_id, reference)
        if rule is None or (rule.place.is_direct and rule.place.channel_id != asker.person.person_id):
            raise NotFound(NO_SUCH_RULE, example="alerts")
        try:
            place_of(tx, asker, rule.place.channel_id)
        except NotFound:
            raise NotFound(NO_SUCH_RULE, example="alerts") from None
        self._must_change(tx, asker, rule.place)
        if rule.made_by == BY_FILE and not may_be_of_file:
            raise Conflict("This rule stands in the projects file: change it there, and apply it.")
        locked = tx.alert_rules.lock(rule.rule_id) if rule.rule_id else rule
        if locked is None:
            raise Conflict("Somebody else has just removed this rule.")
        return locked

    def _keep(self, tx: Transaction, asker: Asker, action: str, before: AlertRule, after: AlertRule) -> None:
        """Write the rule; a standing one is stored from its first change on."""
        now = self._clock.now()
        if before.rule_id:
            tx.alert_rules.keep(after)
        elif not tx.alert_rules.add(replace(after, rule_id=new_id()), at=now):
            raise Conflict("Somebody else has just changed this rule. Open it again.")
        self._audit(tx, asker, action, before, after)

    def _audit(
        self, tx: Transaction, asker: Asker, action: str, before: AlertRule | None, after: AlertRule | None
    ) -> None:
        rule = after or before
        assert rule is not None
        tx.audit.add(
            asker.person,
            action,
            rule.place.channel_id,
            at=self._clock.now(),
            channel_id=asker.channel_id,
            project_id=None if rule.project_id == EVERY_PROJECT else rule.project_id,
            before=None
            if before is None
            else {**before.facts, **({} if after else tx.alert_rules.kept(before))},
            after=None if after is None else after.facts,
        )
