"""A whole project is paused until a time: every schedule keeps its own state, and none of them runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict, NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.one_line import one_line
from bot.domain.project import ProjectPause
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.membership import require_manages
from bot.rules.project_pauses import end_now, move_end, take_back_ahead, tell_beginning, tell_end
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from bot.domain.clock import Clock
    from bot.domain.project import Project
    from bot.rules.access import Asker
    from storage.database import Database
    from storage.transaction import Transaction

LONGEST_REASON = 200


class PausingProjects:
    def __init__(self, database: Database, clock: Clock, *, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    @once_more
    def pause(self, asker: Asker, project_id: int, until: datetime, reason: str = "") -> Project:
        """Pause the project until then, or give the pause that lasts another end; return the project.

        What Airflow has been given ahead is taken back. Raises NotFound or NotAllowed for all but managers,
        NotUnderstood for a time that has passed or too long a reason.
        """
        now, because = self._clock.now(), one_line(reason).strip()
        if until <= now:
            raise NotUnderstood("That time has passed already.", field=FormField.UNTIL)
        if len(because) > LONGEST_REASON:
            raise NotUnderstood(f"A reason has at most {LONGEST_REASON} characters.", field=FormField.REASON)
        with self._database.transaction() as tx:
            project = self._locked(tx, asker, project_id)
            lasting = project.rests(now)
            if lasting is None and project.pause is not None:
                tell_end(tx, project, now)
            begins_at = now if lasting is None else lasting.begins_at
            wanted = ProjectPause(begins_at, until, asker.person.person_id, because)
            paused = replace(project, pause=wanted)
            take_back_ahead(tx, paused, now)  # first: it locks schedules, and the end of a pause notices
            if lasting is None:
                tx.project_pauses.keep(project_id, wanted)
            else:
                move_end(tx, project, wanted, now)
            tell_beginning(tx, paused, now)
            self._audit(tx, asker, paused, "project.pause", now, before=_facts(lasting), after=_facts(wanted))
        self._wake()
        return paused

    @once_more
    def resume(self, asker: Asker, project_id: int) -> Project:
        """Let the project's schedules go on now; return the project.

        What was due while it was paused stays undone. Raises NotFound or NotAllowed for all but managers,
        Conflict if the project is not paused.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            project = self._locked(tx, asker, project_id)
            lasting = project.rests(now)
            if lasting is None:
                raise Conflict(f"{project.name} is not paused.")
            end_now(tx, project, now)
            self._audit(tx, asker, project, "project.resume", now, before=_facts(lasting), after={})
        self._wake()
        return replace(project, pause=None)

    def meant(self, asker: Asker, name: str) -> list[Project]:
        """Return the projects that the asker may mean to pause: by name, else the channel's, else all theirs.

        Raises NotFound or NotAllowed if they manage none of these.
        """
        wanted = name.casefold().split()
        with self._database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            if access.channel is not None and not wanted:
                return [require_manages(access, access.channel.project_id)]
            everywhere = Access(tx, asker.person)
            managed = [each for each, role in everywhere.memberships() if everywhere.manages(each.project_id)]
            if everywhere.is_admin:
                managed = list(tx.projects.everything(asker.person.workspace_id, among=None, words=wanted))
            found = [each for each in managed if not each.is_archived and _is_called(each.name, wanted)]
        exactly = [each for each in found if each.name.casefold().split() == wanted]
        if not found:
            which = f"a project “{name}” that you manage" if wanted else "a project that you manage"
            raise NotFound(f"I can't find {which}: only its managers can pause a whole project.")
        return exactly or found

    def _locked(self, tx: Transaction, asker: Asker, project_id: int) -> Project:
        require_manages(Access(tx, asker.person), project_id)
        project = tx.project_pauses.lock(project_id)
        if project is None or project.is_archived:
            raise NotFound(NO_SUCH_THING)
        return project

    def _audit(
        self,
        tx: Transaction,
        asker: Asker,
        project: Project,
        action: str,
        now: datetime,
        *,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        tx.audit.add(
            asker.person,
            action,
            project.name,
            at=now,
            channel_id=asker.channel_id,
            project_id=project.project_id,
            before=before,
            after=after,
        )


def _is_called(name: str, words: Sequence[str]) -> bool:
    return all(word in name.casefold() for word in words)


def _facts(pause: ProjectPause | None) -> dict[str, Any]:
    """Return what the audit keeps of a pause."""
    if pause is None:
        return {}
    return {"until": pause.ends_at.isoformat(), "reason": pause.reason}
