"""What the whole session shares: one PostgreSQL and one Airflow, started when a test first asks for them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.playground.airflow import RunningAirflow, start_airflow
from bot.playground.postgresql import RunningPostgreSQL, start_postgresql

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
    """The sample jobs and those of tests/airflow_dags, on the session's PostgreSQL."""
    airflow = start_airflow(servers_folder, progress=print, dags=TEST_DAGS, postgresql=running_postgresql)
    try:
        airflow.wait_for_jobs({each.stem for each in TEST_DAGS.glob("*.py")})
        yield airflow
    finally:
        airflow.stop()
