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
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.domain.errors import Disturbed, Rejected, Unavailable
from storage.absences import Absences
from storage.access_requests import AccessRequests
from storage.audit import Audit
from storage.channels import Channels
from storage.choices import Choices
from storage.deliveries import Deliveries
from storage.directory import Directory
from storage.drafts import Drafts
from storage.engines import LONGEST_PATIENCE, PATIENCE, READS, postgresql_engine, sqlite_engine
from storage.firings import Firings
from storage.forgetting import Forgetting
from storage.hand_overs import HandOvers
from storage.jobs import Jobs
from storage.leases import Leases
from storage.listing import Listing
from storage.moments import Moments
from storage.offered import Offered
from storage.outbox import Outbox
from storage.project_setups import ProjectSetups
from storage.projects import Projects
from storage.quotas import Quotas
from storage.runs import Runs
from storage.schedules import Schedules
from storage.secrets import Secrets, key_beside, seal_kept
from storage.shares import Shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


class Transaction:
    """Everything the bot remembers, inside one transaction."""

    def __init__(self, connection: Connection, secrets: Secrets) -> None:
        self.connection = connection
        self.secrets = secrets

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Undo at the end whatever the block does; inside, the block reads what it wrote."""
        undone = self.connection.begin_nested()
        try:
            yield
        finally:
            undone.rollback()

    @contextmanager
    def part(self) -> Iterator[None]:
        """Undo what is done inside when that raises; the rest of the transaction goes on."""
        with _renamed_errors(), self.connection.begin_nested():
            yield

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.connection)

    @cached_property
    def projects(self) -> Projects:
        return Projects(self.connection)

    @cached_property
    def shares(self) -> Shares:
        return Shares(self.connection)

    @cached_property
    def listing(self) -> Listing:
        return Listing(self.connection)

    @cached_property
    def offered(self) -> Offered:
        return Offered(self.connection)

    @cached_property
    def channels(self) -> Channels:
        return Channels(self.connection)

    @cached_property
    def project_setups(self) -> ProjectSetups:
        return ProjectSetups(self.connection)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.connection)

    @cached_property
    def choices(self) -> Choices:
        return Choices(self.connection)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.connection)

    @cached_property
    def schedules(self) -> Schedules:
        return Schedules(self.connection)

    @cached_property
    def firings(self) -> Firings:
        return Firings(self.connection)

    @cached_property
    def hand_overs(self) -> HandOvers:
        return HandOvers(self.connection)

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.connection)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.connection)

    @cached_property
    def absences(self) -> Absences:
        return Absences(self.connection)

    @cached_property
    def access_requests(self) -> AccessRequests:
        return AccessRequests(self.connection)

    @cached_property
    def moments(self) -> Moments:
        return Moments(self.connection)

    @cached_property
    def forgetting(self) -> Forgetting:
        return Forgetting(self.connection)

    @cached_property
    def quotas(self) -> Quotas:
        return Quotas(self.connection)

    @cached_property
    def leases(self) -> Leases:
        return Leases(self.connection)


NAMES_ONE = (
    "write sqlite:///folder/file.db, or postgresql+psycopg://user:password@host/name with a password whose "
    "special characters are percent-encoded"
)
GIVE_BACK = "stop Runbell, put the backup there, and start it again"
DISTURBED = frozenset({"40001", "40P01"})
"""PostgreSQL's codes of a serialization failure and of a deadlock."""
MIGRATING = 7_366_265
"""The number of PostgreSQL's advisory lock that a migration holds; any number that nobody else uses."""
NO_DATABASE = {"file is not a database", "database disk image is malformed"}
"""SQLite's own messages for a file that holds something else."""


@contextmanager
def _renamed_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in DISTURBED:
            raise Disturbed from error
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise Unavailable("database", _first_line(error)) from error
        if _first_line(error) in NO_DATABASE:
            raise Rejected("database", f"RUNBELL_DATABASE_URL: {_first_line(error)}", "file") from error
        raise Rejected("database", _first_line(error), type(error).__name__) from error
    except NoConnectionFree as error:
        raise Unavailable("database", "every connection is taken by something that waits") from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]


class Database:
    """SQLite serves one process, PostgreSQL several; both by one URL.

    `secrets_keys`: those that secret inputs are sealed with, the newest first. For SQLite without any, the
    key is in a file beside the database.
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
        self._file: tuple[int, int] | None = None  # device and inode of the file that SQLite opened first
        self._open = local()
        self._alone: IO[str] | None = None

    @cached_property
    def secrets(self) -> Secrets:
        """Seal and open secret inputs; for SQLite without configured keys, with the key beside its file."""
        path = self._path
        beside = [key_beside(path)] if path is not None and not self._secrets_keys else []
        return Secrets([*self._secrets_keys, *beside])

    @property
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
            _renamed_errors(),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            self._open.now = True
            try:
                self._be_patient(connection)
                yield Transaction(connection, self.secrets)
            finally:
                self._open.now = False

    def _be_patient(self, connection: Connection) -> None:
        """Limit how long PostgreSQL waits for a lock to what this thread has patience for."""
        patience = PATIENCE.get()
        if not self.is_sqlite and patience < LONGEST_PATIENCE:
            connection.execute(text(f"SET LOCAL lock_timeout = {int(patience * 1000)}"))

    def _check_file(self) -> None:
        """Raise Unavailable if SQLite's file was deleted or replaced: what is written now is lost."""
        if not self.is_sqlite or self._url.database in {None, "", ":memory:"}:
            return
        try:
            there = Path(str(self._url.database)).stat()
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
        with _renamed_errors(), self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == _newest()

    def migrate(self) -> None:
        """Bring the tables to what this version needs; safe to call at every start."""
        config = _migrations()
        with _renamed_errors(), self._engine.begin() as connection:
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
