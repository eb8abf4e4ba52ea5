"""Files that people give to jobs: sealed, and kept until their time has passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from bot.domain.kept_file import FileRow
from storage.tables import files

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.project import Person
    from storage.secrets import Secrets

_KNOWN = select(
    files.c.file_id, files.c.person_id, files.c.name, files.c.trouble, files.c.content.is_not(None)
)


class Files:
    def __init__(self, connection: Connection, secrets: Secrets) -> None:
        self._connection = connection
        self._secrets = secrets

    def expect(
        self, person: Person, file_id: str, name: str, size: int, *, at: datetime, until: datetime
    ) -> None:
        """Write that a file of the person's is to come. It is forgotten after `until`."""
        self._connection.execute(
            files.insert().values(
                file_id=file_id,
                workspace_id=person.workspace_id,
                person_id=person.person_id,
                name=name,
                size=size,
                created_at=at,
                expires_at=until,
            )
        )

    def keep(self, file_id: str, content: bytes) -> None:
        """Write the content, sealed. Raises Rejected if there is no key."""
        self._set(file_id, content=self._secrets.seal_bytes(content), size=len(content))

    def give_up(self, file_id: str, why: str) -> None:
        """Write why the file did not come, as a sentence."""
        self._set(file_id, trouble=why)

    def keep_until(self, file_ids: Collection[str], until: datetime) -> None:
        """Keep the files at least until then."""
        self._connection.execute(
            update(files)
            .where(files.c.file_id.in_(file_ids), files.c.expires_at < until)
            .values(expires_at=until)
        )

    def known(self, workspace_id: str, file_ids: Collection[str], now: datetime) -> dict[str, FileRow]:
        """Return what is known of these files, by id, without those whose time has passed."""
        rows = self._connection.execute(
            _KNOWN.where(
                files.c.file_id.in_(file_ids), files.c.workspace_id == workspace_id, files.c.expires_at > now
            )
        )
        return {
            file_id: FileRow(file_id, person_id, name, has_arrived, trouble)
            for file_id, person_id, name, trouble, has_arrived in rows
        }

    def content(self, file_id: str, now: datetime) -> bytes | None:
        """Return the file's content. None if it has none, its time has passed, or no key opens it."""
        row = self._connection.execute(
            select(files.c.content).where(files.c.file_id == file_id, files.c.expires_at > now)
        ).first()
        return None if row is None or row.content is None else self._secrets.open_bytes(row.content)

    def bytes_kept(self) -> int:
        """Return the size of all files together."""
        kept = self._connection.execute(select(func.sum(files.c.size))).scalar_one()
        return int(kept or 0)

    def _set(self, file_id: str, **changes: Any) -> None:
        self._connection.execute(update(files).where(files.c.file_id == file_id).values(**changes))
