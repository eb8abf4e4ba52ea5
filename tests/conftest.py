"""What the whole session shares: one PostgreSQL and one Airflow, started when a test first asks for them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playground.airflow import RunningAirflow, start_airflow
from playground.postgresql import RunningPostgreSQL, start_postgresql
from storage.database import Database
from tests.demo import Demo, start_demo
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

TEST_DAGS = Path(__file__).parent / "airflow_dags"


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """Not pytest's own: its folders are for one user only, and PostgreSQL may have to run as another."""
    folder = Path(tempfile.mkdtemp(prefix="runbell-tests-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def running_postgresql(servers_folder: Path) -> Iterator[RunningPostgreSQL]:
    """Its `url_for("name", "psycopg")` makes a database. That it cannot start is a failure, not a skip."""
    postgresql = start_postgresql(servers_folder / "postgresql")
    yield postgresql
    postgresql.stop()


@pytest.fixture(scope="session")
def running_airflow(servers_folder: Path, running_postgresql: RunningPostgreSQL) -> Iterator[RunningAirflow]:
    """The sample jobs and those of tests/airflow_dags, on the session's PostgreSQL.

    The variable AIRFLOW_PYTHON names the interpreter of another Airflow than the one beside the bot.
    """
    other = os.environ.get("AIRFLOW_PYTHON")
    airflow = start_airflow(
        servers_folder,
        progress=print,
        dags=TEST_DAGS,
        postgresql=running_postgresql,
        python=Path(other) if other else None,
    )
    try:
        airflow.wait_for_jobs({each.stem for each in TEST_DAGS.glob("*.py")})
        yield airflow
    finally:
        airflow.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def sqlite_database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "runbell.db"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return World(sqlite_database)


@pytest.fixture(scope="session")
def demo(servers_folder: Path, running_airflow: RunningAirflow) -> Iterator[Demo]:
    """What `make demo` starts, around the session's Airflow: the workspace, two projects, the bot."""
    started = start_demo(servers_folder / "demo", running_airflow)
    yield started
    started.stop()
