"""Airflow's version and health, and whether Runbell was tried with that version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import Unavailable
from bot.domain.ports import AirflowHealth
from bot.gateways.airflow.cells import as_row, moment, text
from bot.gateways.airflow.obstacles import NOTHING_THERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from bot.gateways.airflow.connection import Connection

TRIED = ("3.0.6", "3.1.8", "3.2.2", "3.3.2")
"""The versions that `make compat` runs, oldest first."""
AIRFLOW_2 = (
    "Runbell needs Airflow 3. Airflow 2 has had no more updates since April 2026: upgrade it, or name "
    "another "
    "Airflow in RUNBELL_AIRFLOW_URL."
)


def health_of(airflow: Connection, *, token_ends_at: datetime | None) -> AirflowHealth:
    """Return Airflow's health. Raises Unavailable, for an Airflow 2 with that reason."""
    try:
        parts = _row(airflow.ask("MonitorApi", "get_health"))
        version = _version(airflow)
    except Unavailable as error:
        if error.advice == NOTHING_THERE and (older := _airflow_2(airflow)):
            detail = f"it is Airflow {older}, which has another API"
            raise Unavailable("Airflow", detail, not_done=True, advice=AIRFLOW_2) from error
        raise
    healthy = {name for name, part in parts.items() if _row(part).get("status") == "healthy"}
    known = {name for name, part in parts.items() if _row(part).get("status")}
    return AirflowHealth(
        version=version,
        database="metadatabase" in healthy,
        scheduler="scheduler" in healthy,
        triggerer="triggerer" in healthy if "triggerer" in known else None,
        dag_processor="dag_processor" in healthy if "dag_processor" in known else None,
        tried=tried_with(version),
        token_ends_at=token_ends_at,
        heartbeat_at=moment(_row(parts.get("scheduler")).get("latest_scheduler_heartbeat")),
    )


def tried_with(version: str) -> str:
    """Return "tried", or in words what was tried instead."""
    if version in TRIED:
        return "tried"
    series = version.rpartition(".")[0]
    near = next((each for each in TRIED if each.startswith(f"{series}.")), None)
    if near is not None:
        return f"not tried itself, {near} is"
    if _numbers(version) > _numbers(TRIED[-1]):
        return f"newer than {TRIED[-1]}, the newest that Runbell was tried with"
    return f"not tried; tried are {', '.join(TRIED)}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split(".")[:2] if each.isascii() and each.isdecimal())


def _version(airflow: Connection) -> str:
    version = text(_row(airflow.ask("VersionApi", "get_version")).get("version"), 40)
    if not version:
        raise Unavailable("Airflow", "it does not say its version", advice=NOTHING_THERE)
    return version


def _airflow_2(airflow: Connection) -> str:
    """Return the version of an Airflow 2 by its own API; "" for anything else."""
    version = text(_row(airflow.peek("/api/v1/version")).get("version"), 40)
    return version if version.startswith("2.") else ""


def _row(value: Any) -> Mapping[str, Any]:
    try:
        return as_row(value)
    except ValueError:
        return {}
