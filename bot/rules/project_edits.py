"""Edits of a project's setup, each checked where it is made.

`Managing.edit` asks for the right to manage and applies them; what they raise is said at the form's field.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood
from bot.domain.escalation import LONGEST_MINUTES, SHORTEST_MINUTES, Escalation
from bot.domain.form_field import FormField
from bot.domain.job import LONGEST_RUN, JobSettings
from bot.domain.project_setup import ProjectSetup, Who
from bot.domain.rights import Action
from bot.domain.whole_number import whole_number
from bot.rules.access import NO_SUCH_THING, Access

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from bot.domain.job import Job
    from bot.domain.project_setup import ChannelFacts, Shared
    from bot.domain.rights import Role
    from bot.rules.access import Asker
    from storage.transaction import Transaction

    Edit = Callable[[Transaction, Asker, int, ProjectSetup], ProjectSetup]
    """Returns the setup that the asker wants, from the one that the project of this id has."""


LONGEST_TITLE = 150


def settings(
    *,
    tz: str,
    reports_to: str | None,
    asked: Iterable[str],
    tells_changes: bool,
    escalation: Escalation | None = None,
) -> Edit:
    """Return the edit of a project's settings. `reports_to` None means nowhere.

    `asked` names who hears that somebody asks for access; nobody named means every manager. The edit raises
    NotUnderstood for a channel or a person that does not fit, or an unknown zone.
    """
    wanted = frozenset(asked)

    def edit(tx: Transaction, asker: Asker, _project_id: int, setup: ProjectSetup) -> ProjectSetup:
        if reports_to is not None and reports_to not in setup.channels:
            raise NotUnderstood("It can report to its own channels only.", field=FormField.REPORTS_TO)
        for each in sorted(wanted):
            check_who(tx, asker.person.workspace_id, Who(each), field=FormField.ASKED)
        zone = checked_zone(tz)
        place_id = "" if escalation is None else escalation.place_id
        if place_id.startswith(("U", "W")):
            check_who(tx, asker.person.workspace_id, Who(place_id), field=FormField.ESCALATES_TO)
        elif place_id and place_id not in setup.channels:
            raise NotUnderstood("It can tell its own channels only.", field=FormField.ESCALATES_IN)
        return replace(
            setup,
            tz=zone,
            reports_to=reports_to,
            asked=wanted,
            tells_changes=tells_changes,
            escalation=escalation,
        )

    return edit


def put_members(people: Sequence[Who], role: Role) -> Edit:
    """Return the edit that gives the people this role, members or not. It raises NotUnderstood."""

    def edit(tx: Transaction, asker: Asker, _project_id: int, setup: ProjectSetup) -> ProjectSetup:
        for each in people:
            check_who(tx, asker.person.workspace_id, each, field=FormField.PEOPLE)
            setup = setup.with_member(each, role)
        return setup

    return edit


def remove_member(who: Who) -> Edit:
    """Return the edit that takes a person or user group out of the project."""
    return lambda _tx, _asker, _project_id, setup: setup.without_member(who)


def map_channel(facts: ChannelFacts) -> Edit:
    """Return the edit that gives the project a channel. It raises Conflict if another project has it.

    The other project is named only to people who may know it.
    """

    def edit(tx: Transaction, asker: Asker, project_id: int, setup: ProjectSetup) -> ProjectSetup:
        mapped = tx.channels.get(asker.person.workspace_id, facts.channel_id)
        if mapped is not None and mapped.project_id != project_id:
            raise Conflict(_taken(tx, asker, mapped.project_id), field=FormField.CHANNEL)
        return setup.with_channel(facts)

    return edit


def unmap_channel(channel_id: str) -> Edit:
    """Return the edit that frees a channel."""
    return lambda _tx, _asker, _project_id, setup: setup.without_channel(channel_id)


def share(shared: Shared, actions: frozenset[Action], *, instead_of: Shared | None = None) -> Edit:
    """Return the edit that shares a job or a tag, or changes the share `instead_of`.

    Raises NotUnderstood if nothing is allowed or nobody is named. The edit raises NotAllowed for a manager
    who gives more than the project has, Conflict if the share changed or exists.
    """
    if not actions:
        raise NotUnderstood("Choose at least one thing that people may do.", field=FormField.ACTIONS)
    if shared.only is not None and not shared.only:
        raise NotUnderstood(
            "Name at least one person or user group, or share it with all.", field=FormField.ONLY
        )

    def edit(tx: Transaction, asker: Asker, _project_id: int, setup: ProjectSetup) -> ProjectSetup:
        if not Access(tx, asker.person).is_admin:
            _check_grant(setup, shared, actions)
        for each in shared.only or ():
            check_who(tx, asker.person.workspace_id, each, field=FormField.ONLY)
        if instead_of is not None and instead_of not in setup.shares:
            raise Conflict("Somebody else has just changed this share. Open it again.")
        if shared != instead_of and shared in setup.shares:
            raise Conflict(
                "It is shared with the same people already: change that share.", field=FormField.WHAT
            )
        left = setup if instead_of is None else setup.without_share(instead_of)
        return left.with_share(shared, actions)

    return edit


def share_together(targets: Sequence[Shared], actions: frozenset[Action]) -> Edit:
    """Return the edit that shares all of them or none: one that is refused refuses the others."""
    parts = [share(each, actions) for each in targets]

    def edit(tx: Transaction, asker: Asker, project_id: int, setup: ProjectSetup) -> ProjectSetup:
        for part in parts:
            setup = part(tx, asker, project_id, setup)
        return setup

    return edit


def unshare(shared: Shared) -> Edit:
    """Return the edit that takes a share away."""
    return lambda _tx, _asker, _project_id, setup: setup.without_share(shared)


def set_job(job: Job, wanted: JobSettings) -> Edit:
    """Return the edit of how the project shows and limits one of its jobs. `job` is as Airflow has it.

    Raises NotUnderstood for settings that contradict each other. The edit raises NotFound if the project does
    not have the job.
    """
    check_settings(job, wanted)

    def edit(tx: Transaction, _asker: Asker, project_id: int, setup: ProjectSetup) -> ProjectSetup:
        if job.key not in tx.jobs.shared_with(project_id):
            raise NotFound(NO_SUCH_THING)
        return setup.with_job(job.key.dag_id, wanted)

    return edit


def checked_zone(tz: str) -> str:
    """Return the zone's name. Raises NotUnderstood if there is none of that name."""
    try:
        return ZoneInfo(tz).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        words = "Choose a time zone from the list, like Europe/Berlin."
        raise NotUnderstood(words, field=FormField.TIME_ZONE) from None


def check_settings(job: Job, wanted: JobSettings) -> None:
    """Raise NotUnderstood if the title is too long, or fixed, hidden and preset inputs contradict."""
    if len(wanted.title) > LONGEST_TITLE:
        raise NotUnderstood(f"A title has at most {LONGEST_TITLE} characters.", field=FormField.TITLE)
    for each in job.inputs:
        if each.name not in wanted.hidden:
            continue
        if each.name in wanted.fixed:
            raise NotUnderstood(
                f"“{each.title}” is fixed here, so it does not need to be hidden.", field=FormField.HIDDEN
            )
        if each.must_be_given:
            raise NotUnderstood(f"“{each.title}” has no default: fix it instead.", field=FormField.HIDDEN)
    titles = {each.name: each.title for each in job.inputs}
    for name, inputs in wanted.presets.items():
        taken = sorted(wanted.withheld & inputs.keys())
        if taken:
            title = titles.get(taken[0], taken[0])
            raise NotUnderstood(
                f"Preset “{name}” sets “{title}”, which is fixed or hidden here.", field=FormField.PRESETS
            )


def check_who(tx: Transaction, workspace_id: str, who: Who, *, field: str) -> None:
    """Raise NotUnderstood if Slack has no such person or group, or the person is a bot or has left."""
    if who.is_group:
        if who.slack_id not in tx.directory.group_handles(workspace_id):
            raise NotUnderstood("Slack has no such user group.", field=field)
        return
    person = tx.directory.person(workspace_id, who.slack_id)
    if person is None or not person.counts:
        name = person.name if person else who.slack_id
        raise NotUnderstood(f"{name} is a bot, or has left Slack.", field=field)


def _check_grant(setup: ProjectSetup, shared: Shared, actions: frozenset[Action]) -> None:
    """Raise NotAllowed if the project would get more than it has, which only admins may give."""
    alike = [(each, has) for each, has in setup.shares.items() if each.is_tag == shared.is_tag]
    had = frozenset().union(*(has for each, has in alike if each.name == shared.name))
    if not had:
        raise NotAllowed(
            "Only an admin of Runbell may share a job that the project does not have yet.",
            field=FormField.WHAT,
        )
    if more := sorted(actions - had - {Action.SEE}):
        raise NotAllowed(
            f"Only an admin of Runbell may allow the project more on this job: {', '.join(more)}.",
            field=FormField.ACTIONS,
        )


def _taken(tx: Transaction, asker: Asker, project_id: int) -> str:
    access = Access(tx, asker.person)
    if access.manages(project_id) or access.project(project_id) is not None:
        owner = tx.projects.get(project_id)
        if owner is not None:
            return f"It belongs to the project {owner.name}: take it away there first."
    return "It belongs to another project already. An admin of Runbell can change that."


def escalation_of(
    minutes: str, *, person_id: str, channel_id: str, pager: str, pagers: Collection[str]
) -> Escalation | None:
    """Return the escalation that a form says; None if all of it is empty. Raises NotUnderstood.

    `pagers` are the names of routing keys that may be chosen.
    """
    if not (minutes or person_id or channel_id or pager):
        return None
    if not minutes:
        raise NotUnderstood("After how many minutes?", field=FormField.ESCALATES_AFTER)
    after = whole_number(minutes)
    if after is None or not SHORTEST_MINUTES <= after <= LONGEST_MINUTES:
        words = f"Write whole minutes, {SHORTEST_MINUTES} to {LONGEST_MINUTES}, such as 15."
        raise NotUnderstood(words, field=FormField.ESCALATES_AFTER)
    if person_id and channel_id:
        raise NotUnderstood("Choose a channel or a person, not both.", field=FormField.ESCALATES_TO)
    if not (person_id or channel_id or pager):
        raise NotUnderstood("Choose who hears of it then.", field=FormField.ESCALATES_IN)
    if pager and pager not in pagers:
        raise NotUnderstood("Choose one of these.", field=FormField.PAGER)
    return Escalation(after, person_id or channel_id, pager)


def longest_minutes(text: str) -> int | None:
    """Return how long a job's runs may take, as a form says it. None for nothing. Raises NotUnderstood."""
    if not text:
        return None
    minutes = whole_number(text)
    if minutes is None or not 1 <= minutes <= LONGEST_RUN:
        words = f"Write whole minutes, 1 to {LONGEST_RUN}, such as 90."
        raise NotUnderstood(words, field=FormField.LONGEST)
    return minutes
