"""Watches in which order real statements lock rows: schedule, firing, run, incident, storm, notice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from storage.database import Database

ORDER = ("schedules", "firings", "runs", "incidents", "storms", "notices")
_WAITS = re.compile(r"FOR (?:NO KEY )?UPDATE(?! .*SKIP LOCKED)", re.DOTALL)
_SKIPS = re.compile(r"FOR (?:NO KEY )?UPDATE.* SKIP LOCKED", re.DOTALL)
_SELECTED = re.compile(r"\bFROM (\w+)")
_CHANGED = re.compile(r"^(?:UPDATE|DELETE FROM) (\w+)")
_AN_ID = re.compile(r"^[0-9a-f]{24}$")


@dataclass
class _Held:
    """`highest`: place in the order of what is locked. `ids`: of locked rows. `claimed`: tables of rows that
    were taken by SKIP LOCKED, whose ids no statement names."""

    highest: int = -1
    ids: set[str] = field(default_factory=set)
    claimed: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)


class LockOrder:
    """`broken`: what each transaction did that took a lock after one that comes later in the order.

    An INSERT waits for nobody, and SKIP LOCKED neither; what is locked already is changed without waiting.
    """

    def __init__(self, database: Database) -> None:
        self.broken: list[str] = []
        self.seen = 0
        self._held: dict[int, _Held] = {}
        engine = database._engine
        event.listen(engine, "before_cursor_execute", self._executes)
        for ending in ("commit", "rollback"):
            event.listen(engine, ending, self._ends)

    def _ends(self, connection: Any) -> None:
        self._held.pop(id(connection), None)

    def _executes(self, connection: Any, _: Any, statement: str, given: Any, *__: Any) -> None:
        if statement.startswith("DELETE") and "WHERE" not in statement:
            return  # a whole table, as only a test's clean-up does
        skips = bool(_SKIPS.search(statement))
        found = _CHANGED.match(statement)
        if found is None and (skips or _WAITS.search(statement)):
            found = _SELECTED.search(statement)
        if found is None or found[1] not in ORDER:
            return
        place = ORDER.index(found[1])
        held = self._held.setdefault(id(connection), _Held())
        held.said.append(" ".join(statement.split())[:160])
        self.seen += 1
        ids = set(_ids(given))
        if skips:
            held.claimed.add(place)
        elif place < held.highest and place not in held.claimed and not (ids and ids <= held.ids):
            self.broken.append("\n".join(held.said))
        held.ids |= ids
        held.highest = max(held.highest, place)


def _ids(given: Any) -> list[str]:
    rows = given if isinstance(given, list) else [given]
    values = (value for row in rows for value in (row.values() if isinstance(row, dict) else row))
    return [each for each in values if isinstance(each, str) and _AN_ID.match(each)]
