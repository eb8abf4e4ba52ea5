"""The database: one URL, one transaction with all the tables, one commit."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import local
from typing import IO, TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import Rejected, Unavailable
from storage.driver_errors import end_with_the_transaction, renamed_errors
from storage.engines import LONGEST_PATIENCE, PATIENCE, READS, postgresql_engine, sqlite_engine
from storage.secrets import Secrets, key_beside, seal_kept
from storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


NAMES_ONE = (
    "write sqlite:///folder/file.db, or postgresql+psycopg://user:password@host/name with a password whose "
    "special characters are percent-encoded"
)
GIVE_BACK = "stop Runbell, put the backup there, and start it again"
MIGRATING = 7_366_265
"""The number of PostgreSQL's advisory lock that a migration holds; any number that nobody else uses."""


class Database:
    """The database: SQLite for one process or PostgreSQL for several, by one URL.

    `secrets_keys` seal secret inputs, the newest first. For SQLite without any key, one is kept in a file
    beside the database.
    """

    def __init__(self, url: str, secrets_keys: Sequence[str] = ()) -> None:
        """Prepare the engine; nothing is connected to yet. Raises Rejected for an unusable address."""
        self._secrets_keys = secrets_keys
        try:
            self._url = make_url(url)
            self.is_sqlite = self._url.get_backend_name() == "sqlite"
            self._engine = sqlite_engine(url) if self.is_sqlite else postgresql_engine(url)
        except (ArgumentError, ImportError, ValueError) as error:
            raise Rejected("database", f"RUNBELL_DATABASE_URL names none: {NAMES_ONE}", "url") from error
        end_with_the_transaction(self._engine)
        self._file: tuple[int, int] | None = None  # device and inode of the file that SQLite opened first
        self._open = local()
        self._wake_sender: Callable[[], None] = lambda: None
        self._alone: IO[str] | None = None

    @cached_property
    def secrets(self) -> Secrets:
        """Seal and open secret inputs; for SQLite without configured keys, with the key beside its file."""
        path = self._path
        beside = [key_beside(path)] if path is not None and not self._secrets_keys else []
        return Secrets([*self._secrets_keys, *beside])

    @cached_property
    def _path(self) -> Path | None:
        """Return the path of SQLite's file; None on PostgreSQL and in memory."""
        name = self._url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    def seal_kept(self, deployment: str) -> int:
        """Seal the secrets that were written before there was a key. Return the number of rows changed."""
        if not self.secrets.can_seal:
            return 0
        with self.transaction() as tx:
            return seal_kept(tx.connection, tx.secrets, deployment)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction: commit when the block ends, roll back when it raises.

        Raises Unavailable when the database cannot be reached or gives up, Disturbed when it was undone to
        end a deadlock, Rejected when it refuses what is written, RuntimeError inside another transaction of
        this thread.
        """
        with self._opened({}) as tx:
            yield tx
        if tx.outbox.has_more:
            self._wake_sender()

    def wake_at_notices(self, wake: Callable[[], None]) -> None:
        """Let `wake` be called after each commit that queued a notice, by the thread that committed.

        Other processes are not woken: each looks by itself from time to time.
        """
        self._wake_sender = wake

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that only reads. On SQLite it waits for no writer and no writer for it.

        A write inside fails. Raises like `transaction`.
        """
        with self._opened({"postgresql_readonly": True, READS: True}) as tx:
            yield tx

    @contextmanager
    def _opened(self, options: dict[str, bool]) -> Iterator[Transaction]:
        if self.in_transaction:
            raise RuntimeError("a transaction inside a transaction; hand on the one that is open")
        self._check_file()  # before connecting, which would put an empty file where one was deleted
        with (
            renamed_errors(),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            # By thread: each may have one transaction, and none inside another.
            self._open.now = True
            try:
                if not options:
                    self._be_patient(connection)
                yield Transaction(connection, self.secrets)
            finally:
                self._open.now = False

    def _be_patient(self, connection: Connection) -> None:
        """Limit how long PostgreSQL waits for a lock to what this thread has patience for.

        What only reads waits for no row's lock, and each statement takes a person's time.
        """
        patience = PATIENCE.get()
        if not self.is_sqlite and patience < LONGEST_PATIENCE:
            connection.execute(text(f"SET LOCAL lock_timeout = {int(patience * 1000)}"))

    def _check_file(self) -> None:
        """Raise Unavailable if SQLite's file was deleted or replaced: what is written now is lost."""
        if self._path is None:
            return
        try:
            there = self._path.stat()
        except FileNotFoundError:
            if self._file is None:  # never opened: SQLite says why it cannot be
                return
            raise Unavailable("database", f"its file {self._url.database} was deleted: {GIVE_BACK}") from None
        found = (there.st_dev, there.st_ino)
        self._file = self._file or found
        if found != self._file:
            raise Unavailable("database", f"its file {self._url.database} was replaced: start Runbell again")

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside a transaction, where no network call may be made."""
        return getattr(self._open, "now", False)

    def check(self) -> None:
        """Make one round trip to the database. Raises Unavailable if that fails."""
        with self.transaction() as tx:
            tx.connection.execute(text("SELECT 1"))

    def clock(self) -> datetime | None:
        """Return the time by PostgreSQL's clock; None for SQLite, which has no clock of its own."""
        if self.is_sqlite:
            return None
        with self.transaction() as tx:
            told: datetime = tx.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return told

    def has_tables(self) -> bool:
        """Return whether the tables are exactly those that this version needs."""
        with renamed_errors(), self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == _newest()

    def migrate(self) -> None:
        """Bring the tables to what this version needs; safe to call at every start."""
        config = _migrations()
        with renamed_errors(), self._engine.begin() as connection:
            if not self.is_sqlite:  # two processes that start together migrate one after the other
                connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def serve_alone(self) -> None:
        """Take the lock that lets one process serve a SQLite file; do nothing on PostgreSQL.

        Raises Rejected if another process holds the lock, which ends with its process.
        """
        if not self.is_sqlite or self._url.database in {None, "", ":memory:"}:
            return
        self._alone = Path(f"{self._url.database}.serving").open("w")  # noqa: SIM115  held as long as we live
        try:
            fcntl.flock(self._alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._alone.close()
            raise Rejected(
                "database",
                f"another Runbell serves {self._url.database} already. SQLite serves one process: "
                "stop the other, or use PostgreSQL for several.",
                "busy",
            ) from None

    def close(self) -> None:
        """Close the pool's connections and release the lock of `serve_alone`."""
        self._engine.dispose()
        if self._alone is not None:
            self._alone.close()


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _newest() -> str | None:
    return ScriptDirectory.from_config(_migrations()).get_current_head()
