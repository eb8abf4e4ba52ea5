"""Why somebody gets an alert: the rules by which it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.alerts_shown import Why
from bot.domain.errors import Attempt, NotFound
from bot.domain.rights import Action
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.alert_places import may_change, place_of, titles_of
from bot.rules.alert_routing import find_rule, rule_named, rules_of

if TYPE_CHECKING:
    from bot.rules.access import Asker
    from storage.database import Database


class Explaining:
    """Raises NotFound for what the asker may not know of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def why_rule(self, asker: Asker, reference: str) -> Why:
        """Return the rule by which a message came. Raises NotFound for places that the asker may not know."""
        with self._database.reading() as tx:
            rule = find_rule(tx, asker.person.workspace_id, reference)
            if rule is None:
                return Why((), {}, may_change=False)
            if rule.place.is_direct and rule.place.channel_id != asker.person.person_id:
                raise NotFound(NO_SUCH_THING)
            place = place_of(tx, asker, rule.place.channel_id)
            return Why([rule], titles_of(tx, asker, [rule]), may_change(tx, asker, place))

    def why_storm(self, asker: Asker, storm_id: str) -> Why:
        """Return by which rules the incidents of a storm are told, as far as the asker may see their jobs.

        Raises NotFound if the asker may see none of their jobs.
        """
        with self._database.transaction() as tx:
            access = Access(tx, asker.person)
            seen = [
                each
                for each in tx.incidents.in_storm(storm_id)
                if each.of.place.workspace_id == asker.person.workspace_id
                and Action.SEE in access.actions(each.of.project_id, each.of.key)
            ]
            if not seen:
                raise NotFound(NO_SUCH_THING)
            place = seen[0].of.place
            references = {each.rule for each in seen}
            rules = [each for each in rules_of(tx, place) if each.reference in references]
            return Why(rules, titles_of(tx, asker, rules), may_change(tx, asker, place))

    def why(self, asker: Asker, incident_id: str) -> Why:
        """Return by which rule an incident is told in its place. Raises NotFound."""
        with self._database.reading() as tx:
            incident = tx.incidents.get(incident_id)
            of = None if incident is None else incident.of
            if of is None or of.place.workspace_id != asker.person.workspace_id:
                raise NotFound(NO_SUCH_THING)
            if Action.SEE not in Access(tx, asker.person).actions(of.project_id, of.key):
                raise NotFound(NO_SUCH_THING, attempt=Attempt(Action.SEE, of.key.dag_id, of.project_id))
            assert incident is not None
            if not incident.rule:
                return Why((), {}, may_change=False, is_escalated=True)
            rule = rule_named(tx, of.place, incident.rule)
            rules = [] if rule is None else [rule]
            return Why(rules, titles_of(tx, asker, rules), may_change(tx, asker, of.place))
