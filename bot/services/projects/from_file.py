"""Projects, people, channels and shares from a reviewed file, and back into one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.errors import Conflict, UserError
from bot.domain.job import JobKey
from bot.domain.project import Person
from bot.domain.project_setup import Names
from bot.language.projects_file import jobs_named_in, read_projects_file
from bot.language.projects_text import write_projects_file
from bot.rules.access import Asker
from bot.rules.file_names import Facts, resolve
from bot.rules.mirroring import mirror_groups, mirror_people
from bot.rules.project_consequences import apply_consequences
from bot.rules.project_diff import changes
from bot.rules.published import FRESH_FOR
from bot.rules.suspending import rightful
from bot.services.once_more import once_more
from bot.services.projects.managing import ONE_AT_A_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.job import Input, Job
    from bot.domain.ports import Airflow, Slack, UserGroup
    from bot.domain.project_setup import ChannelFacts, KeptProject, WantedSetups
    from bot.domain.schedule import Schedule
    from bot.rules.project_diff import Change
    from storage.database import Database
    from storage.transaction import Transaction

FILE = "file"
"""The author in the audit, if no operator is named."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a file would change, and the facts from which that was worked out."""

    wanted: WantedSetups
    changes: Sequence[Change]
    facts: Facts


class Administration:
    """Projects by file.

    `settings_admins` are the admins of the settings, whatever a file says; `pagers` are the names of
    PagerDuty's routing keys there.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        workspace_id: str,
        deployment: str,
        settings_admins: Sequence[str] = (),
        pagers: Sequence[str] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._workspace_id = workspace_id
        self._deployment = deployment
        self._settings_admins = frozenset(settings_admins)
        self._pagers = frozenset(pagers)

    def refresh(self, slack: Slack, airflow: Airflow, text: str) -> Mapping[str, ChannelFacts]:
        """Bring people, user groups, jobs, and the inputs that the file names, up to date.

        Return the channels by id, because no table lists them. Raises Fault if Slack or Airflow does not
        answer.
        """
        asked_at = self._clock.now()
        people, groups = slack.people(), slack.user_groups()
        channels = {each.channel_id: each for each in slack.channels()}
        jobs = airflow.jobs()
        described = (airflow.job(dag_id) for dag_id in jobs_named_in(text))
        inputs = {job.key: job.inputs for job in described if job is not None}
        self._keep(people, groups, jobs, inputs, asked_at)
        return channels

    @once_more
    def _keep(
        self,
        people: Sequence[Person],
        groups: Sequence[UserGroup],
        jobs: Sequence[Job],
        inputs: Mapping[JobKey, Sequence[Input]],
        asked_at: datetime,
    ) -> None:
        now = self._clock.now()
        with self._database.transaction() as tx:
            mirror_people(tx, people, now=now)
            mirror_groups(tx, self._workspace_id, groups, asked_at=asked_at, now=now)
            tx.jobs.keep(self._deployment, jobs, at=now)
            tx.jobs.keep_inputs(inputs)

    def plan(self, text: str, channels: Mapping[str, ChannelFacts], *, by_file: bool = True) -> Planned:
        """Return what the file would change. `by_file` says that it owns its projects from then on.

        Raises WrongFile with every problem, or UserError for what is no single line's fault.
        """
        file = read_projects_file(text)
        with self._database.reading() as tx:
            facts = self._facts(tx, channels, jobs_named_in(text))
            wanted = replace(resolve(file, facts), by_file=by_file)
            self._check_admins(wanted)
            return Planned(wanted, self._changes(tx, wanted, facts), facts)

    @once_more
    def apply(self, planned: Planned, *, by: str = FILE) -> list[Schedule]:
        """Write the whole plan or nothing; return the schedules that were suspended by it.

        Raises Conflict if something has changed since it was planned.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            tx.leases.take(ONE_AT_A_TIME, FILE, now=now, until=now)  # the second of two waits here
            facts = self._facts(tx, planned.facts.channels)
            if self._changes(tx, planned.wanted, facts) != planned.changes:
                raise Conflict("Something has changed since this plan was made. Look at the new one.")
            touched = {each.project for each in planned.changes if each.project}
            owned = rightful(tx, [each.project_id for each in facts.kept.values() if each.name in touched])
            self._write(tx, planned.wanted, touched, facts.kept, now)
            return apply_consequences(tx, planned.changes, Asker(self._author(by)), owned, now=now)

    def export(self, *, everything: bool = False) -> str:
        """Return the projects that a file owns, as that file. `everything` adds all others."""
        with self._database.reading() as tx:
            facts = self._facts(tx, {})
            roles = tx.project_setups.workspace_roles(self._workspace_id)
            named = {dag_id for each in facts.kept.values() for dag_id in each.setup.jobs}
            described = tx.jobs.all(JobKey(self._deployment, each) for each in named)
        shown = {
            each.name: each.setup
            for each in facts.kept.values()
            if not each.is_archived and (each.is_managed or everything)
        }
        return write_projects_file(
            shown, roles, _names(facts), {key.dag_id: job for key, job in described.items()}
        )

    def _write(
        self,
        tx: Transaction,
        wanted: WantedSetups,
        touched: set[str],
        kept: Mapping[str, KeptProject],
        now: datetime,
    ) -> None:
        """Write the plan. What is given up comes first, because a channel may change its project."""
        for name in touched & kept.keys():
            if name in wanted.projects:
                tx.project_setups.release_channels(kept[name].project_id, set(wanted.projects[name].channels))
            else:
                tx.project_setups.archive(kept[name].project_id, at=now)
        for name in sorted(touched & wanted.projects.keys()):
            tx.project_setups.put(
                self._workspace_id, name, wanted.projects[name], self._deployment,
                at=now, by_file=wanted.by_file,
            )  # fmt: skip
        before = tx.project_setups.workspace_roles(self._workspace_id)
        for role, people in self._wanted_roles(wanted).items():
            for person_id in sorted(before[role] - people):
                tx.project_setups.take_workspace_role(self._workspace_id, person_id, role)
            for person_id in sorted(people - before[role]):
                tx.directory.give_workspace_role(self._workspace_id, person_id, role)

    def _changes(self, tx: Transaction, wanted: WantedSetups, facts: Facts) -> list[Change]:
        roles = tx.project_setups.workspace_roles(self._workspace_id)
        roles["admin"] |= self._settings_admins
        whole = replace(wanted, workspace_roles=self._wanted_roles(wanted))
        return changes(facts.kept, roles, whole, _names(facts))

    def _wanted_roles(self, wanted: WantedSetups) -> dict[str, frozenset[str]]:
        return {
            role: people | (self._settings_admins if role == "admin" else frozenset())
            for role, people in wanted.workspace_roles.items()
        }

    def _check_admins(self, wanted: WantedSetups) -> None:
        if self._wanted_roles(wanted).get("admin") == frozenset():
            raise UserError("There must be at least one admin: name one in `admins` or in RUNBELL_ADMINS.")

    def _facts(
        self, tx: Transaction, channels: Mapping[str, ChannelFacts], dag_ids: Iterable[str] = ()
    ) -> Facts:
        described = tx.jobs.all(JobKey(self._deployment, each) for each in dag_ids)
        since = self._clock.now() - FRESH_FOR
        published = tx.published.by_job(self._deployment, [key.dag_id for key in described])
        return Facts(
            published={name: each for name, each in published.items() if each.published_at >= since},
            described={key.dag_id: job for key, job in described.items()},
            people={each.person_id: each for each in tx.directory.people(self._workspace_id)},
            groups=tx.directory.group_handles(self._workspace_id),
            channels=channels,
            jobs=tx.jobs.titles(self._deployment),
            tags=tx.jobs.tags(self._deployment),
            pagers=self._pagers,
            kept=tx.project_setups.all(self._workspace_id, self._deployment),
        )

    def _author(self, by: str) -> Person:
        return Person(self._workspace_id, by, by, ZoneInfo("UTC"))


def _names(facts: Facts) -> Names:
    mapped = {
        channel_id: each.name
        for kept in facts.kept.values()
        for channel_id, each in kept.setup.channels.items()
    }
    listed = {channel_id: each.name for channel_id, each in facts.channels.items()}
    return Names(
        people={person_id: each.name for person_id, each in facts.people.items()},
        groups=facts.groups,
        channels=mapped | listed,
        jobs=facts.jobs,
    )
