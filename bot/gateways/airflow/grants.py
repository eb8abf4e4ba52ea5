"""Which rights the account has, found out without changing anything.

Airflow looks at rights first: whoever lacks one is refused (403) before it sees that the run does not exist
or that the body makes no sense.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import Forbidden, Rejected
from bot.gateways.airflow import rights
from bot.gateways.airflow.connection import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.ports import Grant
    from bot.gateways.airflow.connection import Connection

NONE = "runbell__none"
"""The id of a run and a task that do not exist."""
NEITHER = "neither true nor false"
STARTS_NOTHING = {"logical_date": "no date"}
"""A body that no version of Airflow takes. An empty one might start a run in a later version."""
DAG = "the DAG that is tried"
RUN = ("dags", DAG, "dagRuns", NONE)
Probe = tuple["Grant", str, tuple[str, ...], "Mapping[str, Any] | None"]
PROBES: tuple[Probe, ...] = (
    (rights.EDIT_DAG, "PATCH", ("dags", DAG), {"is_paused": NEITHER}),
    (rights.READ_RUNS, "GET", RUN, None),
    (rights.CREATE_RUNS, "POST", ("dags", DAG, "dagRuns"), STARTS_NOTHING),
    (rights.EDIT_RUNS, "PATCH", RUN, {"state": NEITHER}),
    (rights.READ_TASKS, "GET", (*RUN, "taskInstances"), None),
    (rights.EDIT_TASKS, "POST", ("dags", DAG, "clearTaskInstances"), {"dry_run": NEITHER}),
    (rights.READ_LOGS, "GET", (*RUN, "taskInstances", NONE, "logs", "1"), None),
    (rights.READ_XCOMS, "GET", (*RUN, "taskInstances", ALL, "xcomEntries"), None),
    (rights.READ_IMPORT_ERRORS, "GET", ("importErrors",), None),
)
"""The requests that try each right. A right that another one depends on is tried before it."""


def missing(airflow: Connection, dag_id: str) -> tuple[Grant, ...]:
    """Return what the account may not do with this DAG.

    If a request also needs a right that is missing already, nobody can tell whether it would be allowed: the
    right is not named.
    """
    found: list[Grant] = []
    for grant, method, path, body in PROBES:
        behind = rights.behind(grant)
        here = tuple(dag_id if each is DAG else each for each in path)
        if not any(each in found for each in behind) and not _may(airflow, method, here, body):
            found.append(grant)
    return tuple(found)


def may_start(airflow: Connection, dag_id: str) -> bool:
    """Return whether a run could be started. False also for a DAG that does not exist."""
    try:
        airflow.send("POST", "dags", dag_id, "dagRuns", body=STARTS_NOTHING)
    except Rejected as rejected:
        return rejected.code == "422"
    except Forbidden:
        pass
    return False


def _may(airflow: Connection, method: str, path: tuple[str, ...], body: Mapping[str, Any] | None) -> bool:
    try:
        airflow.send(method, *path, body=body)
    except Rejected:
        return True
    except Forbidden:
        return False
    return True
