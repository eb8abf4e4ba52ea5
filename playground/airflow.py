"""A real Airflow in a folder of its own: what `airflow standalone` starts, piece by piece.

Piece by piece, because each piece can then be ended alone, nobody waits for a fifth process, and the log
servers, which would listen on every network address, are left out: the API server reads the same files.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from playground.airflow_settings import USERNAME, environment_for, password_in
from playground.errors import CannotStart
from playground.leash import Leashed
from playground.postgresql import RunningPostgreSQL, start_postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SAMPLES = Path(__file__).parent / "dags"
"""The sample jobs; each file is named as its DAG."""

COMPONENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "api-server": ("api-server",),
        "scheduler": ("scheduler", "--skip-serve-logs"),
        "dag-processor": ("dag-processor",),
        "triggerer": ("triggerer", "--skip-serve-logs"),
    }
)
START_WITHIN = 120.0


@dataclass(slots=True)
class RunningAirflow:
    url: str
    username: str
    password: str
    folder: Path
    postgresql: RunningPostgreSQL
    environment: Mapping[str, str]
    python: Path
    components: dict[str, Leashed] = field(default_factory=dict)
    undo: ExitStack = field(default_factory=ExitStack)

    def kill(self, component: str) -> None:
        """As a crash would: "api-server", "scheduler", "dag-processor" or "triggerer"."""
        self.components[component].kill()

    def start_again(self, component: str) -> None:
        self.components[component] = self._launch(component)

    def stop(self) -> None:
        """Everything it started, in order."""
        self.undo.close()

    def stop_components(self) -> None:
        for component in self.components.values():
            component.ask_to_stop()
        for component in self.components.values():
            component.wait()

    def is_healthy(self, *parts: str) -> bool:
        """By its own health page: "metadatabase", "scheduler", "dag_processor", "triggerer"."""
        report = self._ask("/api/v2/monitor/health")
        return all(((report or {}).get(part) or {}).get("status") == "healthy" for part in parts)

    def wait_until_healthy(self, *parts: str, within: float = START_WITHIN) -> None:
        self._wait_until(lambda: self.is_healthy(*parts), within)

    def wait_for_jobs(self, dag_ids: set[str], within: float = START_WITHIN) -> None:
        """Until Airflow has read their files."""
        token = self._token()
        self._wait_until(lambda: dag_ids <= self._dag_ids(token), within)

    def _launch(self, component: str) -> Leashed:
        return _run_airflow(COMPONENTS[component], component, self)

    def _wait_until(self, is_so: Callable[[], bool], within: float) -> None:
        deadline = time.monotonic() + within
        while not is_so():
            for name, component in self.components.items():
                if not component.is_running:
                    raise CannotStart(f"Airflow's {name} ended by itself: {_last_words(component.log)}")
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"Airflow was not ready within {within:.0f} s; its logs are in {self.folder}"
                )
            time.sleep(0.2)

    def _dag_ids(self, token: str) -> set[str]:
        found: set[str] = set()
        while True:
            page = self._ask(
                f"/api/v2/dags?limit=100&order_by=dag_id&offset={len(found)}",
                headers={"Authorization": f"Bearer {token}"},
            )
            here = {each["dag_id"] for each in (page or {}).get("dags", ())}
            if here <= found:
                return found
            found |= here

    def _token(self) -> str:
        signing_in = json.dumps({"username": self.username, "password": self.password}).encode()
        answer = self._ask("/auth/token", sent=signing_in, headers={"Content-Type": "application/json"})
        return str((answer or {}).get("access_token", ""))

    def _ask(
        self, path: str, *, sent: bytes | None = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Any:
        """The JSON it answers; None when it does not."""
        request = urllib.request.Request(self.url + path, data=sent, headers=dict(headers))  # noqa: S310  our own
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  our own
                return json.load(answer)
        except (OSError, ValueError):
            return None


def start_airflow(
    folder: Path,
    *,
    progress: Callable[[str], None],
    dags: Path | None = None,
    port: int | None = None,
    environment: Mapping[str, str] = MappingProxyType({}),
    postgresql: RunningPostgreSQL | None = None,
    python: Path | None = None,
) -> RunningAirflow:
    """Ready to run the sample jobs, and those in the folder `dags` soon after.

    `port` None: the same as last time where it is free. `postgresql` None: one of its own,
    which stops with it. `environment`: more settings for Airflow (AIRFLOW__SECTION__KEY).
    `python`: the interpreter whose Airflow is started; None means the running one.
    """
    home = folder.resolve() / "airflow"
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port(port, remembered=home / "port")
    with ExitStack() as undo:
        if postgresql is None:
            progress("Starting PostgreSQL")
            postgresql = start_postgresql(folder / "postgresql")
            undo.callback(postgresql.stop)
        airflow = _describe(home, port, postgresql, dags=dags, environment=environment, python=python)
        undo.callback(airflow.stop_components)
        _migrate(airflow, progress)
        _start_components(airflow, progress)
        airflow.undo = undo.pop_all()
    return airflow


def _describe(
    home: Path,
    port: int,
    postgresql: RunningPostgreSQL,
    *,
    dags: Path | None,
    environment: Mapping[str, str],
    python: Path | None,
) -> RunningAirflow:
    url = f"http://127.0.0.1:{port}"
    databases = (postgresql.url_for("airflow", "psycopg2"), postgresql.url_for("airflow", "asyncpg"))
    folders = {"samples": SAMPLES} | ({"own": dags.resolve()} if dags else {})
    settings = environment_for(home, url=url, port=port, databases=databases, dags=folders)
    password = password_in(home)
    return RunningAirflow(
        url,
        USERNAME,
        password,
        home,
        postgresql,
        settings | dict(environment),
        python or Path(sys.executable),
    )


def _migrate(airflow: RunningAirflow, progress: Callable[[str], None]) -> None:
    """Once for every version of Airflow in this folder."""
    done, installed = airflow.folder / "migrated-to", _version(airflow.python)
    if done.exists() and done.read_text() == installed:
        return
    progress("Making Airflow's database (only the first time)")
    migration = _run_airflow(("db", "migrate"), "migrate", airflow)
    airflow.components["migrate"] = migration
    if migration.wait() != 0:
        raise CannotStart(f"Airflow could not make its database: {_last_words(migration.log)}")
    del airflow.components["migrate"]
    done.write_text(installed)


def _version(python: Path) -> str:
    asked = "from importlib.metadata import version; print(version('apache-airflow-core'))"
    told = subprocess.run(  # noqa: S603  our own question to the interpreter that Airflow runs on
        [str(python), "-c", asked], capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise CannotStart(f"{python} has no Airflow: {told.stderr.strip().splitlines()[-1:]}")
    return told.stdout.strip()


def _start_components(airflow: RunningAirflow, progress: Callable[[str], None]) -> None:
    progress(f"Starting Airflow at {airflow.url}")
    for component in ("api-server", "dag-processor", "scheduler"):
        airflow.start_again(component)
    airflow.wait_until_healthy("metadatabase", "scheduler", "dag_processor")
    progress("Airflow reads the sample jobs")
    airflow.wait_for_jobs({each.stem for each in SAMPLES.glob("*.py")})
    airflow.start_again("triggerer")  # nothing waits for it, so it does not slow the others


def _run_airflow(arguments: tuple[str, ...], name: str, airflow: RunningAirflow) -> Leashed:
    return Leashed(
        [str(airflow.python), "-m", "airflow", *arguments],
        log=airflow.folder / f"{name}.log",
        environment=airflow.environment,
        folder=airflow.folder,
    )


def _free_port(wanted: int | None, *, remembered: Path) -> int:
    """Links in older messages lead to the port of last time, so it is kept where possible."""
    if wanted is not None and not _is_free(wanted):
        raise CannotStart(
            f"Port {wanted}, meant for Airflow, is taken: stop what uses it, or name another port"
        )
    last = int(remembered.read_text()) if remembered.exists() else 0
    port = wanted or (last if _is_free(last) else 0) or _any_free_port()
    remembered.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
    return f"“{lines[-1].strip()}” ({log})"
