"""Which rights the account has, found out without changing anything.

Airflow looks at rights first: whoever lacks one is refused (403) before it sees that the run does not exist
or that the body makes no sense.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Rejected
from bot.domain.ports import Grant
from bot.gateways.airflow.connection import ALL
from bot.gateways.airflow.obstacles import Troubled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.gateways.airflow.connection import Connection

NONE = "runbell__none"
"""A run and a task that nobody has."""
NEITHER = "neither true nor false"
CREATE = Grant("DAG Runs", "create", "nothing starts")
Probe = tuple[Grant, str, tuple[str, ...], "Mapping[str, Any] | None"]
PROBES: tuple[Probe, ...] = (
    (Grant("DAG Runs", "read", "no run is seen"), "GET", ("dagRuns", NONE), None),
    (CREATE, "POST", ("dagRuns",), {}),
    (
        Grant("DAG Runs", "edit", "nothing is stopped or retried"),
        "PATCH",
        ("dagRuns", NONE),
        {"state": NEITHER},
    ),
    (
        Grant("Task Instances", "read", "no progress and no failing task is told"),
        "GET",
        ("dagRuns", NONE, "taskInstances"),
        None,
    ),
    (
        Grant("Task Instances", "edit", "a stopped run cannot be retried"),
        "POST",
        ("clearTaskInstances",),
        {"dry_run": NEITHER},
    ),
    (
        Grant("Task Logs", "read", "a failure is told without its error and log"),
        "GET",
        ("dagRuns", NONE, "taskInstances", NONE, "logs", "1"),
        None,
    ),
    (
        Grant("XComs", "read", "a job's result is not shown"),
        "GET",
        ("dagRuns", NONE, "taskInstances", ALL, "xcomEntries"),
        None,
    ),
    (
        Grant("the DAG", "edit", "it is neither started nor paused"),
        "PATCH",
        (),
        {"is_paused": NEITHER},
    ),
)


def missing(airflow: Connection, dag_id: str) -> tuple[Grant, ...]:
    """Return what the account may not do with this DAG."""
    return tuple(
        grant for grant, method, path, body in PROBES if not _may(airflow, method, dag_id, path, body)
    )


def may_start(airflow: Connection, dag_id: str) -> bool:
    """Return whether a run could be started; False, too, for a DAG that is not there."""
    try:
        airflow.send("POST", "dags", dag_id, "dagRuns", body={})
    except Rejected as rejected:
        return rejected.code == "422"
    except Troubled as trouble:
        if trouble.status != HTTPStatus.FORBIDDEN:
            raise
    return False


def _may(
    airflow: Connection, method: str, dag_id: str, path: tuple[str, ...], body: Mapping[str, Any] | None
) -> bool:
    try:
        airflow.send(method, "dags", dag_id, *path, body=body)
    except Rejected:
        return True
    except Troubled as trouble:
        if trouble.status == HTTPStatus.FORBIDDEN:
            return False
        raise
    return True
