"""Presets as people save them: for themselves, or, as managers, for everybody in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.rights import Action
from bot.rules.access import Access
from bot.rules.preset_edits import add_preset, check_room, checked_preset, remove_preset
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.clock import Clock
    from bot.domain.job import Job
    from bot.domain.preset import Preset
    from bot.rules.access import Asker
    from bot.services.projects.managing import Managing
    from storage.database import Database


class Presets:
    def __init__(self, database: Database, clock: Clock, managing: Managing) -> None:
        self._database = database
        self._clock = clock
        self._managing = managing

    def save(
        self,
        asker: Asker,
        project_id: int,
        job: Job,
        name: str,
        inputs: Mapping[str, Any],
        *,
        is_own: bool,
        replaces: bool,
    ) -> Preset:
        """Keep inputs under a name, without secrets and files; return the preset.

        `is_own`: for the asker alone; otherwise for everybody who runs the job in the project. `replaces`
        lets it take the place of one of that name. Raises NotUnderstood at the name's field, NotFound, and
        NotAllowed for those who may neither run nor schedule the job, or not manage the project.
        """
        preset = checked_preset(job, name, inputs, is_own=is_own)
        if is_own:
            self._save_own(asker, project_id, job, preset, replaces=replaces)
        else:
            self._managing.edit(asker, project_id, add_preset(job, preset, replaces=replaces))
        return preset

    def may_delete_all(self, asker: Asker, project_id: int) -> bool:
        """Return whether the asker may delete presets that are for everybody in the project."""
        with self._database.reading() as tx:
            return Access(tx, asker.person).manages(project_id)

    def delete(self, asker: Asker, project_id: int, job: Job, preset: Preset) -> None:
        """Delete one's own preset, or as a manager one that is for everybody.

        Raises NotFound for those who do not manage the project, Conflict if a file owns it.
        """
        if preset.is_own:
            self._delete_own(asker, project_id, job, preset)
        else:
            self._managing.edit(asker, project_id, remove_preset(job, preset))

    @once_more
    def _delete_own(self, asker: Asker, project_id: int, job: Job, preset: Preset) -> None:
        with self._database.transaction() as tx:
            tx.own_presets.remove(asker.person, project_id, job.key, preset)
            tx.audit.add(
                asker.person, "preset.remove_own", job.key.dag_id, at=self._clock.now(),
                channel_id=asker.channel_id, project_id=project_id,
            )  # fmt: skip

    @once_more
    def _save_own(self, asker: Asker, project_id: int, job: Job, preset: Preset, *, replaces: bool) -> None:
        now = self._clock.now()
        with self._database.transaction() as tx:
            access = Access(tx, asker.person)
            if Action.SCHEDULE not in access.actions(project_id, job.key):
                access.require(Action.RUN, project_id, job.key)
            kept = tx.own_presets.of(asker.person).get((project_id, job.key), ())
            check_room(kept, preset, replaces=replaces)
            tx.own_presets.keep(asker.person, project_id, job.key, preset)
            # Neither its name nor its inputs: others read the audit.
            tx.audit.add(
                asker.person, "preset.keep_own", job.key.dag_id, at=now,
                channel_id=asker.channel_id, project_id=project_id,
            )  # fmt: skip
