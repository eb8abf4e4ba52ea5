"""What the whole session shares: one PostgreSQL and one Airflow, started when a test first asks for them."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings

from bot.workers import beside
from playground.airflow import RunningAirflow, start_airflow
from playground.postgresql import RunningPostgreSQL, start_postgresql
from tests.correlation import watch_subqueries
from tests.databases import KINDS, PostgreSQLDatabases, SQLiteDatabases
from tests.demo import Demo, start_demo
from tests.lock_order import LockOrder
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Database
    from tests.databases import Databases

TEST_DAGS = Path(__file__).parent / "airflow_dags"
OBJECTS_BETWEEN_SWEEPS = 50_000
"""Python's own number is 700: thousands of collected tests are looked through again and again for garbage."""

# No deadlines: a figure of time belongs into tests/bench. `--hypothesis-profile short` is for `make check`.
settings.register_profile("whole", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("short", settings.get_profile("whole"), max_examples=20)
settings.load_profile("whole")

# In tests, what is read beside a step is waited for: a machine may be busy for longer than people wait.
beside.PATIENCE = 120.0

watch_subqueries()

# With `rich` installed, structlog draws a traceback with colours and variables: half a second of CPU each.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=(*KINDS, "both"),
        default="sqlite",
        help="what the tests' world and everything on it keep their memory in",
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been collected stays until the end: leave it out when looking for garbage.

    Under a pytest that pytest-xdist does not know, `--dist loadgroup` groups nothing and says nothing of it.
    """
    is_to_group = session.config.getoption("loadgroup", default=False)
    for item in session.items if is_to_group else ():
        if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
            raise pytest.UsageError(
                "pytest-xdist groups nothing under this version of pytest: see constraints.txt"
            )
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_SWEEPS)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What uses a database runs on those asked for; what is marked `both_databases` always runs on both."""
    its_own = any("databases" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "databases" not in metafunc.fixturenames or its_own:
        return
    asked = metafunc.config.getoption("--database")
    is_on_both = asked == "both" or metafunc.definition.get_closest_marker("both_databases")
    together = metafunc.definition.get_closest_marker("together")
    marks = {
        kind: [
            *([pytest.mark.postgresql] if kind == "postgresql" else []),
            *([pytest.mark.xdist_group(f"{together.args[0]} {kind}")] if together else []),
        ]
        for kind in KINDS
    }
    kinds = [pytest.param(each, marks=marks[each]) for each in (KINDS if is_on_both else [asked])]
    metafunc.parametrize("databases", kinds, indirect=True)


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
        environment={"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,viewer:viewer"},
    )
    try:
        airflow.wait_for_jobs({each.stem for each in TEST_DAGS.glob("*.py")})
        yield airflow
    finally:
        airflow.stop()


@pytest.fixture(scope="session")
def sqlite_databases(servers_folder: Path) -> SQLiteDatabases:
    return SQLiteDatabases(servers_folder / "sqlite")


@pytest.fixture(scope="session")
def postgresql_databases(running_postgresql: RunningPostgreSQL) -> Iterator[PostgreSQLDatabases]:
    databases = PostgreSQLDatabases(running_postgresql)
    yield databases
    databases.close()


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> Databases:
    """Of the kind that `--database` asks for: what makes more than one database takes them from here."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """Empty and migrated."""
    with databases.fresh() as made:
        yield made


@pytest.fixture
def sqlite_database(sqlite_databases: SQLiteDatabases) -> Iterator[Database]:
    """For what is about SQLite alone; everything else takes `database`."""
    with sqlite_databases.fresh() as made:
        yield made


@pytest.fixture
def world(databases: Databases, database: Database) -> Iterator[World]:
    """On PostgreSQL its statements are watched: they lock rows in one order, whatever a test does."""
    order = None if database.is_sqlite else LockOrder(database)  # SQLite locks no rows
    yield World(database, like=databases.put_in(database, World))
    assert order is None or order.broken == [], order.broken[0]


@pytest.fixture(scope="module")
def demo(servers_folder: Path, running_airflow: RunningAirflow) -> Iterator[Demo]:
    """What `make demo` starts, around the session's Airflow: the workspace, two projects, the bot.

    Each file of tests has a new one, so none finds the schedules, failures and cards of another.
    """
    started = start_demo(Path(tempfile.mkdtemp(prefix="demo-", dir=servers_folder)), running_airflow)
    yield started
    started.stop()
