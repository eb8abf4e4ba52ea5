"""Alert rules as people look at them and change them: of a channel, or of their own messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.alert_rule import (
    BY_FILE,
    CHANNEL,
    EVERY_PROJECT,
    HERE_NOW,
    MOST_MENTIONED,
    AlertEvent,
    AlertRule,
    Quiet,
    Standing,
    is_group,
)
from bot.domain.alerts_shown import Heard
from bot.domain.announcement import SampleAlert
from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.identity import new_id
from bot.domain.project_setup import Who
from bot.domain.rights import Role
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.alert_places import may_change, place_of, titles_of
from bot.rules.alert_routing import find_rule, rules_of
from bot.rules.alert_scope import scope_of, scopes
from bot.rules.project_edits import check_who
from bot.rules.quota import check_tests
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from datetime import datetime, time

    from bot.domain.alert_rule import How
    from bot.domain.clock import Clock
    from bot.domain.project import Place
    from bot.rules.access import Asker
    from bot.rules.alert_scope import Scope
    from storage.database import Database
    from storage.transaction import Transaction

MUTED_FOR = timedelta(hours=2)
MOST_RULES = 15
"""The most rules that a place may have; a list of them is still one message."""
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


class Alerting:
    """Alert rules. Raises NotFound for places and rules that the asker may not know of."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def heard(self, asker: Asker, place_id: str = "") -> Heard:
        """Return what the place hears: by default the channel asked from, elsewhere the asker's own messages.

        Raises NotUnderstood in a channel that belongs to no project.
        """
        with self._database.transaction() as tx:
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
            if sum(not each.is_over(now) for each in tx.alert_rules.of_place(place)) >= MOST_RULES:
                raise Conflict(f"A place has at most {MOST_RULES} rules. Remove one first.")
            usual = rules_of(tx, place)[0]
            blank = AlertRule(new_id(), place, usual.project_id, usual.tz, events=frozenset())
            rule = self._as_wanted(tx, asker, blank, wanted, now)
            tx.alert_rules.add(rule, at=now)
            self._audit(tx, asker, "alert.add", None, rule)
            return self._heard(tx, asker, place)

    @once_more
    def change(self, asker: Asker, reference: str, wanted: Wanted) -> Heard:
        """Change the rule; return what its place hears from now on."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            before = self._to_change(tx, asker, reference)
            after = self._as_wanted(tx, asker, before, wanted, now)
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
        """Remove the rule. A standing rule goes back to the default."""
        with self._database.transaction() as tx:
            before = self._to_change(tx, asker, reference)
            if not before.rule_id:
                raise Conflict(
                    "Every place has this rule. To hear nothing of it, edit it and choose no event."
                )
            tx.alert_rules.remove(before.rule_id)
            self._audit(tx, asker, "alert.remove", before, None)
            return self._heard(tx, asker, before.place)

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

    def _heard(self, tx: Transaction, asker: Asker, place: Place) -> Heard:
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
        return Heard(place, project, rules, titles_of(tx, asker, rules), changes, who_can, groups)

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
            raise NotFound(NO_SUCH_THING)
        place_of(tx, asker, rule.place.channel_id)
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

    def _as_wanted(
        self, tx: Transaction, asker: Asker, rule: AlertRule, wanted: Wanted, now: datetime
    ) -> AlertRule:
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
            before=None if before is None else before.facts,
            after=None if after is None else after.facts,
        )


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
