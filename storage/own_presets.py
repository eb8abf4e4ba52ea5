"""Presets that people keep for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, exists, select, true

from bot.domain.job import JobKey
from bot.domain.preset import Preset
from storage.few import few_of
from storage.tables import audit, own_presets, people
from storage.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from bot.domain.project import Person


class OwnPresets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, person: Person) -> dict[tuple[int, JobKey], tuple[Preset, ...]]:
        """Return all presets that the person keeps, by project and job, each list in the order of names."""
        rows = self._connection.execute(
            select(own_presets)
            .where(
                own_presets.c.workspace_id == person.workspace_id,
                own_presets.c.person_id == person.person_id,
            )
            .order_by(own_presets.c.folded)
        )
        found: dict[tuple[int, JobKey], tuple[Preset, ...]] = {}
        for row in rows:
            place = row.project_id, JobKey(row.deployment, row.dag_id)
            found[place] = (*found.get(place, ()), Preset(row.name, row.inputs, is_own=True))
        return found

    def keep(self, person: Person, project_id: int, key: JobKey, preset: Preset) -> None:
        """Write the preset, in place of the person's own one of that name."""
        row = _key(person, project_id, key, preset)
        kept = {"name": preset.name, "inputs": dict(preset.inputs)}
        upsert(self._connection, own_presets, [{**row, **kept}])

    def remove(self, person: Person, project_id: int, key: JobKey, preset: Preset) -> None:
        """Delete the person's own preset of that name. Does nothing if there is none."""
        row = _key(person, project_id, key, preset)
        self._connection.execute(
            delete(own_presets).where(*(own_presets.c[name] == value for name, value in row.items()))
        )


def _key(person: Person, project_id: int, key: JobKey, preset: Preset) -> dict[str, Any]:
    return {
        "workspace_id": person.workspace_id,
        "person_id": person.person_id,
        "project_id": project_id,
        "deployment": key.deployment,
        "dag_id": key.dag_id,
        "folded": preset.folded,
    }


class ForgettingPresets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def own_presets(self, *, before: datetime) -> int:
        """Delete the presets of people who have left Slack and did nothing since then."""
        has_left = exists().where(
            people.c.workspace_id == own_presets.c.workspace_id,
            people.c.person_id == own_presets.c.person_id,
            people.c.is_deactivated == true(),
        )
        did_something = exists().where(
            audit.c.at >= before,
            audit.c.workspace_id == own_presets.c.workspace_id,
            audit.c.person_id == own_presets.c.person_id,
        )
        few = few_of(own_presets, and_(has_left, ~did_something))
        return self._connection.execute(delete(own_presets).where(few)).rowcount
