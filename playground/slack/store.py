"""What survives a restart: one SQLite file with a row per record; in memory when no folder is given."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE = "CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, json TEXT NOT NULL, PRIMARY KEY (kind, key))"


class Store:
    """Used from the server's own thread only."""

    def __init__(self, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        place = ":memory:" if folder is None else str(folder / "workspace.sqlite")
        self._file = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        if folder is not None:
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute(TABLE)

    def keep(self, kind: str, key: str, record: Any) -> None:
        self._file.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (kind, key, json.dumps(record)))

    def drop(self, kind: str, key: str) -> None:
        self._file.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def all(self, kind: str) -> Iterator[tuple[str, Any]]:
        rows = self._file.execute("SELECT key, json FROM record WHERE kind = ? ORDER BY key", (kind,))
        for key, text in rows.fetchall():
            yield key, json.loads(text)

    def close(self) -> None:
        self._file.close()
