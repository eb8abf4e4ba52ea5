"""How the playground's Airflow is set up: everything through the environment, all of it on loopback."""

from __future__ import annotations

import base64
import json
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

USERNAME = "admin"


def environment_for(
    home: Path, *, url: str, port: int, databases: tuple[str, str], dags: Mapping[str, Path]
) -> dict[str, str]:
    """`databases`: the URL for the synchronous and the one for the asynchronous driver."""
    mine = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    sections = _sections(home, url=url, port=port, databases=databases, dags=dags)
    settings = {
        f"AIRFLOW__{section}__{key}": value
        for section, rows in sections.items()
        for key, value in rows.items()
    }
    return mine | {"AIRFLOW_HOME": str(home), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"} | settings


def _sections(
    home: Path, *, url: str, port: int, databases: tuple[str, str], dags: Mapping[str, Path]
) -> dict[str, dict[str, str]]:
    keys = _remembered_keys(home / "keys.json")
    return {
        "CORE": {
            "EXECUTOR": "LocalExecutor",
            "PARALLELISM": "4",
            "LOAD_EXAMPLES": "False",
            "DAGS_ARE_PAUSED_AT_CREATION": "False",
            "DAGS_FOLDER": str(next(iter(dags.values()))),
            "FERNET_KEY": keys["fernet"],
            "EXECUTION_API_SERVER_URL": f"{url}/execution/",  # else every task asks port 8080 and fails
            "SIMPLE_AUTH_MANAGER_USERS": f"{USERNAME}:admin",
            "SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        },
        "DATABASE": {"SQL_ALCHEMY_CONN": databases[0], "SQL_ALCHEMY_CONN_ASYNC": databases[1]},
        "API": {
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "BASE_URL": url,
            "WORKERS": "1",
            "SECRET_KEY": keys["session"],
        },
        "API_AUTH": {"JWT_SECRET": keys["jwt"]},
        "SCHEDULER": {
            "MAX_DAGRUNS_PER_LOOP_TO_SCHEDULE": "200",  # a rush at 09:00 starts within seconds
            "SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        },
        "DAG_PROCESSOR": {
            "PARSING_PROCESSES": "1",
            "REFRESH_INTERVAL": "5",  # a new or changed file shows after this long
            "FILE_PARSING_SORT_MODE": "modified_time",  # changed files are read at once,
            "MIN_FILE_PROCESS_INTERVAL": "120",  # the others seldom: each reading costs a process
            "STALE_DAG_THRESHOLD": "300",
            "DAG_BUNDLE_CONFIG_LIST": _bundles(dags),
        },
        "LOGGING": {"COLORED_CONSOLE_LOG": "False", "UVICORN_LOGGING_LEVEL": "WARNING"},
        "USAGE_DATA_COLLECTION": {"ENABLED": "False"},  # it would ask the network
    }


def _bundles(dags: Mapping[str, Path]) -> str:
    path = "airflow.dag_processing.bundles.local.LocalDagBundle"
    return json.dumps(
        [
            {"name": name, "classpath": path, "kwargs": {"path": str(folder), "refresh_interval": 5}}
            for name, folder in dags.items()
        ]
    )


def password_in(home: Path) -> str:
    """Made at the first start, kept for the next."""
    file = home / "passwords.json"
    if not file.exists():
        _write_privately(file, json.dumps({USERNAME: secrets.token_urlsafe(12)}))
    return str(json.loads(file.read_text())[USERNAME])


def _remembered_keys(file: Path) -> dict[str, str]:
    """All components must share them, and tokens outlive a restart."""
    if not file.exists():
        made = {name: secrets.token_urlsafe(48) for name in ("jwt", "session")}
        made["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        _write_privately(file, json.dumps(made))
    return dict(json.loads(file.read_text()))


def _write_privately(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(text)
