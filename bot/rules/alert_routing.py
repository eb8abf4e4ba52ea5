"""Where an event is heard, and how: the one place that asks the alert rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.alert_rule import (
    EVERY_PROJECT,
    AlertEvent,
    AlertRule,
    Happening,
    Hearing,
    Standing,
    by_default,
    decide,
)
from bot.domain.incident import AIRFLOWS_OWN
from bot.domain.project import Place
from bot.rules.absences import may_see, reached, who_see
from bot.rules.run_card import project_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.alert_rule import Route
    from bot.domain.firing import Firing
    from bot.domain.incident import Incident
    from bot.domain.job import JobKey
    from bot.domain.project import Person, Project
    from storage.transaction import Transaction


class Routing:
    """The alert rules as they are in this transaction, each place's read once."""

    def __init__(self, tx: Transaction, now: datetime) -> None:
        self._tx = tx
        self._now = now
        self._rules: dict[Place, list[AlertRule]] = {}
        self._others: dict[tuple[str, int, JobKey], list[Place]] = {}
        self._tags: dict[JobKey, frozenset[str]] = {}
        self._seeing: set[tuple[Place, int, JobKey]] = set()

    def routes(self, happening: Happening) -> dict[Place, Route]:
        """Return how each place hears of it, in the order in which places are locked.

        Places that hear of it in a sum only are left out.
        """
        here = [] if happening.reports_to is None else [happening.reports_to]
        others = self._with_rules(happening.workspace_id, happening.project_id, happening.key)
        places = {*here, *happening.owners, *happening.managers, *others}
        self._read_ahead(happening, {each for each in others if each.is_direct})
        found = {}
        for place in sorted(places, key=lambda each: (each.workspace_id, each.channel_id)):
            route = self.route(happening, place)
            if route is not None:
                found[place] = route
        return found

    def hearings(self, happening: Happening) -> dict[Place, Hearing]:
        """Return when and by which rule each place hears of it: now, or when its quiet hours end."""
        return {
            place: Hearing(route.held_until or self._now, route.rule.reference)
            for place, route in self.routes(happening).items()
            if not route.is_muted
        }

    def route(self, happening: Happening, place: Place) -> Route | None:
        """Return how the place hears of it. None if not at all, or only in a sum."""
        rules = self.rules_of(place)
        if any(each.standing is None for each in rules) and not self.may_hear(place, happening):
            rules = [each for each in rules if each.standing is not None]
        tags = self.tags_of(happening.key) if any(each.tag for each in rules) else frozenset()
        return decide(rules, happening, tags, self._now)

    def rules_of(self, place: Place) -> list[AlertRule]:
        """Return the place's rules: the standing ones as they are there, and those that were made."""
        if place not in self._rules:
            self._rules[place] = rules_of(self._tx, place)
        return self._rules[place]

    def shows_card(self, firing: Firing) -> bool:
        """Return whether the place where the firing reports shows a card of its run while that goes well.

        What somebody started by hand always has its card, because they wait for it.
        """
        if firing.schedule_id is None:
            return True
        place = firing.place
        owners = (place,) if place.channel_id == firing.person_id else ()
        happening = Happening(
            AlertEvent.SUCCESS, place.workspace_id, firing.project_id, firing.key, place, owners
        )
        route = self.route(happening, place)
        return route is not None and route.speaks

    def of_incident(self, event: AlertEvent, incident: Incident) -> Route | None:
        """Return how the incident's place hears of it now."""
        return self.route(happening_of(self._tx, event, incident, self._now), incident.of.place)

    def _with_rules(self, workspace_id: str, project_id: int, key: JobKey) -> list[Place]:
        about = (workspace_id, project_id, key)
        if about not in self._others:
            self._others[about] = self._tx.alert_rules.concerning(*about)
        return self._others[about]

    def _read_ahead(self, happening: Happening, readers: set[Place]) -> None:
        """Read the rules of these people, and who of them sees the job, in as few statements as for one."""
        new = {each for each in readers if each not in self._rules}
        if not new:
            return
        people = self._tx.directory.known(happening.workspace_id, {each.channel_id for each in new})
        made = self._tx.alert_rules.of_places(new)
        for place in new:
            reader = people.get(place.channel_id)
            self._rules[place] = _standing_first(place, EVERY_PROJECT, _zone_of(reader), made.get(place, []))
        seeing = who_see(self._tx, people.values(), happening.project_id, happening.key)
        by_id = {each.channel_id: each for each in new}
        self._seeing |= {(by_id[each], happening.project_id, happening.key) for each in seeing}

    def tags_of(self, key: JobKey) -> frozenset[str]:
        """Return the job's tags in Airflow."""
        if key not in self._tags:
            job = self._tx.jobs.get(key)
            self._tags[key] = frozenset() if job is None else job.tags
        return self._tags[key]

    def may_hear(self, place: Place, happening: Happening) -> bool:
        """Return whether a rule that somebody made may tell the place of this job.

        People hear of what they may see, channels of what is shared with everybody in their project.
        """
        if (place, happening.project_id, happening.key) in self._seeing:
            return True
        if place.is_direct:
            reader = self._tx.directory.person(place.workspace_id, place.channel_id)
            seen = reader is not None and reader.counts
            return seen and may_see(self._tx, reader, happening.project_id, happening.key)  # type: ignore[arg-type]  # seen
        shared = {project.project_id for project, _ in self._tx.shares.projects_with(happening.key)}
        return happening.project_id in shared


def rules_of(tx: Transaction, place: Place) -> list[AlertRule]:
    """Return the rules of a place: first the standing ones, as they are there, then those that were made."""
    project_id = EVERY_PROJECT if place.is_direct else project_at(tx, place)
    if project_id is None:  # a channel of no project still hears of what reports there
        project_id = EVERY_PROJECT
    made = [
        each for each in tx.alert_rules.of_place(place) if place.is_direct or each.project_id == project_id
    ]
    return _standing_first(place, project_id, _zone(tx, place, project_id), made)


def _standing_first(
    place: Place, project_id: int, tz: ZoneInfo, made: Sequence[AlertRule]
) -> list[AlertRule]:
    """Return the place's standing rules, as `made` has changed them, then the others of `made`."""
    changed = {each.reference: each for each in made if each.standing is not None}
    usual = by_default(place, project_id, tz)
    standing = [changed.get(each.reference, each) for each in usual]
    return [*standing, *(each for each in made if each.standing is None)]


def rule_named(tx: Transaction, place: Place, reference: str) -> AlertRule | None:
    """Return the place's rule with this reference. None if it is gone."""
    return next((each for each in rules_of(tx, place) if each.reference == reference), None)


def find_rule(tx: Transaction, workspace_id: str, reference: str) -> AlertRule | None:
    """Return the rule with this reference, of any place of the workspace. None if there is none."""
    standing, _, place_id = reference.partition(".")
    if standing in set(Standing) and place_id:
        return rule_named(tx, Place(workspace_id, place_id), reference)
    kept = tx.alert_rules.get(reference)
    is_here = kept is not None and kept.place.workspace_id == workspace_id
    return rule_named(tx, kept.place, kept.reference) if kept is not None and is_here else None


def happening_of(tx: Transaction, event: AlertEvent, incident: Incident, now: datetime) -> Happening:
    """Return what happened to an incident's job, as the rules of its place are asked about it."""
    of = incident.of
    if of.source == AIRFLOWS_OWN:
        reports_to = next(
            (
                place
                for project, place in tx.shares.projects_with(of.key)
                if project.project_id == of.project_id
            ),
            None,
        )
        return Happening(event, of.place.workspace_id, of.project_id, of.key, reports_to, is_elsewhere=True)
    run = tx.runs.get(incident.first_run)
    firing = None if run is None or run.firing_id is None else tx.firings.get(run.firing_id)
    if firing is None:  # forgotten: it was told there as what reports there
        return Happening(event, of.place.workspace_id, of.project_id, of.key, of.place, (of.place,))
    return of_firing(tx, event, firing, now)


def of_airflow(event: AlertEvent, project: Project, key: JobKey, place: Place | None) -> Happening:
    """Return what happened to a job that Airflow runs by itself, for one project that has it."""
    return Happening(event, project.workspace_id, project.project_id, key, place, is_elsewhere=True)


def of_firing(tx: Transaction, event: AlertEvent, firing: Firing, now: datetime) -> Happening:
    """Return what happened to a firing. Only what a schedule starts concerns its owner, too.

    What suspends the schedule needs the project's managers, as well.
    """
    owners: Iterable[Place] = ()
    if firing.schedule_id is not None:
        owner = Place(firing.place.workspace_id, firing.person_id)
        owners = reached(tx, owner, firing.project_id, firing.key, now)
    workspace_id = firing.place.workspace_id
    found = Happening(event, workspace_id, firing.project_id, firing.key, firing.place, tuple(owners))
    if event is AlertEvent.SUSPENDED:
        return replace(found, managers=managers_of(tx, workspace_id, firing.project_id))
    return found


def managers_of(tx: Transaction, workspace_id: str, project_id: int) -> tuple[Place, ...]:
    """Return where the project's managers read."""
    return tuple(Place(workspace_id, each) for each in tx.projects.managers(project_id))


def _zone(tx: Transaction, place: Place, project_id: int) -> ZoneInfo:
    if place.is_direct:
        return _zone_of(tx.directory.person(place.workspace_id, place.channel_id))
    project = tx.projects.get(project_id)
    return ZoneInfo("UTC") if project is None else project.tz


def _zone_of(reader: Person | None) -> ZoneInfo:
    return ZoneInfo("UTC") if reader is None else reader.tz
