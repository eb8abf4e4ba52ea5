"""Engines: how each kind of database is connected to, and how long its locks are waited for."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError

from bot.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

LONGEST_PATIENCE = 30.0
"""Seconds that a lock is waited for, where nobody waits for the answer."""
PATIENCE = ContextVar("patience", default=LONGEST_PATIENCE)
WHILE_SOMEBODY_WAITS = 2.0
"""Seconds: Slack waits for three."""


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Let transactions inside the block give up soon on a locked database, because a person waits."""
    before = PATIENCE.set(WHILE_SOMEBODY_WAITS)
    try:
        yield
    finally:
        PATIENCE.reset(before)


GIVES_UP_ON_SILENCE = {
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Settings of TCP that end a silent connection after 20 seconds.

A server whose machine is gone says no goodbye, and TCP by default waits for hours.
"""
READS = "runbell_reads"
"""The option of a connection whose transaction writes nothing."""


def postgresql_engine(url: str) -> Engine:
    """Return an engine with a pool. Each statement is given up after 30 seconds."""
    from storage.giving_way import ConnectionGivingWay  # noqa: PLC0415  psycopg, which SQLite does not need

    engine = create_engine(
        url,
        pool_size=10,
        pool_use_lifo=True,  # one that is used often has its statements prepared, and their plans
        max_overflow=20,
        # A connection may have died while it rested; without asking it first, the next use case would fail.
        pool_pre_ping=True,
        hide_parameters=True,  # or errors would repeat what was written, into the log
        connect_args={
            "connect_timeout": 5,
            "options": "-c statement_timeout=30000 -c timezone=UTC",
            **GIVES_UP_ON_SILENCE,
        },
    )

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, given: Any, named: Any) -> Any:
        return ConnectionGivingWay.connect(*given, **named)

    return engine


def sqlite_engine(url: str) -> Engine:
    """Return an engine whose writing transactions take SQLite's write lock as they begin.

    SQLite locks no single row. With a lock taken later, two presses of one button would make two schedules.
    """
    engine = create_engine(url, connect_args={"timeout": LONGEST_PATIENCE}, hide_parameters=True)
    path = engine.url.database
    if path and path != ":memory:" and Path(path).parent.is_dir():
        Path(path).touch(mode=0o600)  # SQLite gives its other files the same mode

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin by itself
        # WAL lets readers go on beside the one writer; with it, NORMAL loses nothing when the process is
        # killed.
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = bool(connection.get_execution_options().get(READS))
        driver: Any = connection.connection.dbapi_connection  # SQLAlchemy around them takes more than they do
        driver.execute(f"PRAGMA busy_timeout={int(PATIENCE.get() * 1000)}")
        if connection.info.pop(READS, False):
            driver.execute("PRAGMA query_only=0")
        try:
            if reads:
                driver.execute("BEGIN")
            else:
                with waiting():
                    driver.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:  # what SQLAlchemy would make of it
            raise DBAPIError.instance("BEGIN", None, error, sqlite3.Error) from error

    @event.listens_for(engine, "before_cursor_execute")
    def _let_it_only_read(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        # The PRAGMA makes SQLite forget every statement that it has prepared, and preparing one takes twenty
        # times as long as running it. So it comes only before what may write.
        if connection.get_execution_options().get(READS) and not statement.startswith("SELECT"):
            connection.info[READS] = True
            driver: Any = connection.connection.dbapi_connection
            driver.execute("PRAGMA query_only=1")

    return engine
