"""Projects as managers and admins change them in Slack, with everything that follows.

Every change takes the same path as a line of projects.yaml: from the setup before to the setup after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.backlog import LOOKS_BACK
from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.project_setup import Names, ProjectSetup, Who
from bot.language.projects_file import PROJECT_NAME, is_project_name
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.membership import administered_by, may_look_into, require_manages
from bot.rules.project_consequences import apply_consequences
from bot.rules.project_diff import Change, setup_changes
from bot.rules.project_edits import check_who, checked_zone
from bot.rules.suspending import rightful
from bot.services.once_more import once_more
from bot.services.projects.sharing import wanted_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.clock import Clock
    from bot.domain.project import Channel, Project
    from bot.domain.project_setup import KeptProject
    from bot.domain.schedule import Schedule
    from bot.rules.access import Asker
    from bot.rules.project_edits import Edit
    from storage.database import Database
    from storage.transaction import Transaction

ONE_AT_A_TIME = "administration"
"""The lease that makes changes of projects wait for each other, those of a file included."""
_NO_NAMES = Names({}, {}, {}, {})


@dataclass(frozen=True, slots=True)
class Desk:
    """What somebody may administer or audit.

    `projects` are a page of theirs by name, archived ones last; `count` is of all their projects.
    """

    projects: Sequence[Project]
    count: int
    is_admin: bool
    is_auditor: bool
    backlog: tuple[str, ...] = ()
    """What an admin should know of messages that wait for Slack, or that it takes nowhere."""


class Managing:
    """Projects as managers and admins change them in Slack.

    Raises NotFound for a project that the asker does not manage, whether it exists or not.
    """

    def __init__(
        self, database: Database, clock: Clock, *, deployment: str, settings_admins: Sequence[str] = ()
    ) -> None:
        """Keep the parts. `settings_admins` are admins by the settings, whatever is chosen in Slack."""
        self.settings_admins = frozenset(settings_admins)
        self._database = database
        self._clock = clock
        self._deployment = deployment

    # Looking ------------------------------------------------------------------------------------------

    def desk(self, asker: Asker, *, behind: int = 0, limit: int | None = None) -> Desk:
        """Return what the asker may administer or audit, of projects the next `limit` behind so many.

        Raises NotAllowed if that is nothing.
        """
        with self._database.reading() as tx:
            access = Access(tx, asker.person)
            mine, workspace_id = administered_by(access), asker.person.workspace_id
            return Desk(
                tx.projects.everything(workspace_id, among=mine, behind=behind, limit=limit),
                tx.projects.how_many(workspace_id, among=mine),
                access.is_admin,
                "auditor" in access.workspace_roles,
                self._backlog(tx) if access.is_admin else (),
            )

    def _backlog(self, tx: Transaction) -> tuple[str, ...]:
        now = self._clock.now()
        return tuple(tx.backlog.figures(now, given_up_since=now - LOOKS_BACK).worth_a_look(now))

    def found(self, asker: Asker, words: str, *, only_changeable: bool = False, limit: int) -> list[Project]:
        """Return projects that the asker may administer or audit and in whose names all words stand.

        `only_changeable` leaves out archived projects and those that a file owns. Raises NotAllowed if there
        is nothing to administer.
        """
        with self._database.reading() as tx:
            mine = administered_by(Access(tx, asker.person))
            found = tx.projects.everything(
                asker.person.workspace_id,
                among=mine,
                words=words.split(),
                only_changeable=only_changeable,
                limit=limit,
            )
        return [each for each in found if wanted_by(each.name, words)]

    def to_manage(self, asker: Asker, project_id: int) -> KeptProject:
        """Return the project for one of its managers, also if a file owns it or it is archived.

        Whether it may be changed is asked when it is.
        """
        with self._database.reading() as tx:
            return self._managed(tx, asker, project_id)

    def must_manage(self, asker: Asker, project_id: int) -> None:
        """Raise NotFound if the asker does not manage the project. What it holds is not read."""
        with self._database.reading() as tx:
            self._check(tx, asker, project_id)

    def administers(self, asker: Asker) -> bool:
        """Return whether there is anything that the asker may administer or audit."""
        try:
            self.must_administer(asker)
        except NotAllowed:
            return False
        return True

    def must_administer(self, asker: Asker) -> None:
        """Raise NotAllowed if there is nothing that the asker may administer or audit."""
        with self._database.reading() as tx:
            administered_by(Access(tx, asker.person))

    def project(self, asker: Asker, project_id: int) -> KeptProject:
        """Return the project to look at; its `may_change` says whether the asker manages it."""
        with self._database.reading() as tx:
            access = self._access(tx, asker, project_id)
            if not may_look_into(access, project_id):
                raise NotFound(NO_SUCH_THING)
            kept = self._kept(tx, project_id)
            lasts = kept.pause is not None and kept.pause.covers(self._clock.now())
            pause = kept.pause if lasts else None
            return replace(kept, may_change=access.manages(project_id), pause=pause)

    def to_pause(self, asker: Asker, project_id: int) -> KeptProject:
        """Return the project for the form that pauses it. Raises NotFound or NotAllowed."""
        with self._database.reading() as tx:
            require_manages(Access(tx, asker.person), project_id)
        return self.project(asker, project_id)

    def channels(self, asker: Asker, project_id: int) -> list[Channel]:
        """Return the project's channels by name."""
        with self._database.transaction() as tx:
            self._managed(tx, asker, project_id)
            return tx.channels.of_project(project_id)

    def is_admin(self, asker: Asker) -> bool:
        """Return whether the asker is an admin of Runbell."""
        with self._database.reading() as tx:
            return Access(tx, asker.person).is_admin

    # Changing -----------------------------------------------------------------------------------------

    @once_more
    def edit(self, asker: Asker, project_id: int, edit: Edit, *, name: str | None = None) -> list[Schedule]:
        """Apply the edit and its consequences. Return the schedules that were suspended by it.

        Raises Conflict if a file owns the project or it is archived, and whatever the edit raises.
        """
        with self._database.transaction() as tx:
            return self._edit(tx, asker, project_id, edit, name)

    def edit_within(self, tx: Transaction, asker: Asker, project_id: int, edit: Edit) -> list[Schedule]:
        """Apply the edit as a part of the caller's transaction. Returns and raises like `edit`."""
        return self._edit(tx, asker, project_id, edit, None)

    @once_more
    def would_suspend(self, asker: Asker, project_id: int, edit: Edit) -> list[Schedule]:
        """Return the schedules that the edit would suspend; nothing is saved."""
        with self._database.transaction() as tx, tx.rehearsal():
            return self._edit(tx, asker, project_id, edit, None)

    @once_more
    def create(self, asker: Asker, name: str, tz: str) -> int:
        """Create a project without anybody in it; return its id. Raises NotAllowed for all but admins."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            self._wait_for_others(tx, asker)
            self._only_admins(tx, asker)
            self._check_name(tx, asker, name)
            setup = ProjectSetup(checked_zone(tz))
            made = Change("+", name, name, "project.create", name, None, {"time_zone": tz})
            project_id = self._put(tx, asker, name, setup, None)
            apply_consequences(tx, [made], asker, {}, now=now)
            return project_id

    @once_more
    def archive(self, asker: Asker, project_id: int) -> list[Schedule]:
        """Archive the project: suspend its schedules and free its channels. Nothing is deleted.

        Return the schedules that were suspended.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            kept = self._to_change(tx, asker, project_id)
            self._only_admins(tx, asker)
            before = rightful(tx, [project_id])
            tx.project_setups.archive(project_id, at=now)
            return apply_consequences(tx, [_archived(kept.name, now=True)], asker, before, now=now)

    @once_more
    def restore(self, asker: Asker, project_id: int) -> None:
        """Bring an archived project back with its people and shares, without its former channels.

        Raises NotAllowed for all but admins, Conflict if it is not archived, or a file owns it.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            self._wait_for_others(tx, asker)
            self._only_admins(tx, asker)
            kept = self._managed(tx, asker, project_id)
            if not kept.is_archived or kept.is_managed:
                raise Conflict(f"{kept.name} is not archived, or a file owns it.")
            self._put(tx, asker, kept.name, kept.setup, None)
            apply_consequences(tx, [_archived(kept.name, now=False)], asker, {}, now=now)

    # The workspace's own roles ------------------------------------------------------------------------

    def workspace_roles(self, asker: Asker) -> Mapping[str, frozenset[str]]:
        """Return the ids of the people who were given each role. Raises NotAllowed for all but admins."""
        with self._database.reading() as tx:
            self._only_admins(tx, asker)
            return tx.project_setups.workspace_roles(asker.person.workspace_id)

    @once_more
    def set_workspace_roles(self, asker: Asker, wanted: Mapping[str, frozenset[str]]) -> None:
        """Make these the workspace's admins and auditors: `wanted` has both keys.

        Raises NotUnderstood if nobody would be an admin, or for people who are bots or have left.
        """
        now = self._clock.now()
        workspace_id = asker.person.workspace_id
        wanted = {**wanted, "admin": wanted["admin"] | self.settings_admins}
        with self._database.transaction() as tx:
            self._wait_for_others(tx, asker)
            self._only_admins(tx, asker)
            able = [tx.directory.person(workspace_id, each) for each in wanted["admin"]]
            if not any(each is not None and each.counts for each in able):
                raise NotUnderstood("There must be at least one admin.", field=FormField.ADMINS)
            before = tx.project_setups.workspace_roles(workspace_id)
            for role, people in wanted.items():
                for each in sorted(people - before[role] - self.settings_admins):
                    check_who(tx, workspace_id, Who(each), field=f"{role}s")
                for each in before[role] - people:
                    tx.project_setups.take_workspace_role(workspace_id, each, role)
                for each in people - before[role]:
                    tx.directory.give_workspace_role(workspace_id, each, role)
            apply_consequences(tx, list(_role_changes(before, wanted)), asker, {}, now=now)

    # --------------------------------------------------------------------------------------------------

    def _edit(
        self, tx: Transaction, asker: Asker, project_id: int, edit: Edit, name: str | None
    ) -> list[Schedule]:
        now = self._clock.now()
        kept = self._to_change(tx, asker, project_id)
        wanted = edit(tx, asker, project_id, kept.setup)
        called = name or kept.name
        found = list(setup_changes(called, kept.setup, wanted, _NO_NAMES))
        if called != kept.name:
            self._check_name(tx, asker, called)
            tx.project_setups.rename(project_id, called)
            names = {"name": kept.name}, {"name": called}
            found.insert(0, Change("~", called, called, "project.rename", called, *names))
        if not found:
            return []
        before = rightful(tx, [project_id])
        self._put(tx, asker, called, wanted, kept.setup)
        return apply_consequences(tx, found, asker, before, now=now)

    def _put(
        self, tx: Transaction, asker: Asker, name: str, wanted: ProjectSetup, before: ProjectSetup | None
    ) -> int:
        workspace_id, now = asker.person.workspace_id, self._clock.now()
        return tx.project_setups.put(
            workspace_id, name, wanted, self._deployment, at=now, by_file=False, before=before
        )

    def _managed(self, tx: Transaction, asker: Asker, project_id: int) -> KeptProject:
        self._check(tx, asker, project_id)
        return self._kept(tx, project_id)

    def _check(self, tx: Transaction, asker: Asker, project_id: int) -> None:
        if not self._access(tx, asker, project_id).manages(project_id):
            raise NotFound(NO_SUCH_THING)

    def _access(self, tx: Transaction, asker: Asker, project_id: int) -> Access:
        project = tx.projects.get(project_id)
        if project is None or project.workspace_id != asker.person.workspace_id:
            raise NotFound(NO_SUCH_THING)
        return Access(tx, asker.person)

    def _kept(self, tx: Transaction, project_id: int) -> KeptProject:
        kept = tx.project_setups.one(project_id, self._deployment)
        assert kept is not None
        return kept

    def _to_change(self, tx: Transaction, asker: Asker, project_id: int) -> KeptProject:
        self._wait_for_others(tx, asker)
        kept = self._managed(tx, asker, project_id)
        if kept.is_managed:
            raise Conflict(f"{kept.name} is managed by a file: change it there, and apply it.")
        if kept.is_archived:
            raise Conflict(f"{kept.name} is archived. An admin can take it out of the archive.")
        return kept

    def _wait_for_others(self, tx: Transaction, asker: Asker) -> None:
        """Lock what every change of projects and of admins locks first: the second one waits."""
        now = self._clock.now()
        tx.leases.take(ONE_AT_A_TIME, asker.person.person_id, now=now, until=now)

    def _only_admins(self, tx: Transaction, asker: Asker) -> None:
        if not Access(tx, asker.person).is_admin:
            raise NotAllowed("Only an admin of Runbell may do that.")

    def _check_name(self, tx: Transaction, asker: Asker, name: str) -> None:
        if not is_project_name(name):
            raise NotUnderstood(f"A project's name is {PROJECT_NAME}.", field=FormField.NAME)
        if tx.projects.named(asker.person.workspace_id, name) is not None:
            raise NotUnderstood("That name is taken, perhaps by an archived project.", field=FormField.NAME)


def _archived(name: str, *, now: bool) -> Change:
    action = "project.archive" if now else "project.restore"
    return Change("-" if now else "+", name, name, action, name, {"archived": not now}, {"archived": now})


def _role_changes(
    before: Mapping[str, frozenset[str]], wanted: Mapping[str, frozenset[str]]
) -> Iterable[Change]:
    for role, people in sorted(wanted.items()):
        facts = {"role": role}
        for each in sorted(before[role] - people):
            yield Change("-", each, "", "workspace_role.take", each, facts, None)
        for each in sorted(people - before[role]):
            yield Change("+", each, "", "workspace_role.give", each, None, facts)
