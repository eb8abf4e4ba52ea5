"""Airflow behind its FAB auth manager, for an account that lacks some rights: what it refuses, and how.

A request asks for an action on each resource of what it is about, and for read or edit on the DAG, as
FAB 3.10.2 does it on Airflow 3.3.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fakes.http_server import Answer, HttpServer

if TYPE_CHECKING:
    from tests.fakes.http_server import Request

FORBIDDEN = Answer(403, {"detail": "Forbidden"})
ACTIONS = {"GET": "read", "POST": "create", "PATCH": "edit"}
RESOURCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("importErrors", ("ImportError",)),
    (".*/logs/[^/]+", ("Task Logs",)),
    (".*/xcomEntries.*", ("XComs",)),
    (".*/taskInstances", ("DAG Runs", "Task Instances")),
    (".*/clearTaskInstances", ("DAG Runs", "Task Instances")),
    (".*/dagRuns.*", ("DAG Runs",)),
    ("dags.*", ()),
)
ASKED_OTHERWISE = {"clearTaskInstances": "edit", "clear": "edit", "list": "read"}
"""By the path's last part: a POST that creates nothing."""
RAN = {"task_id": "check", "state": "failed", "try_number": 1, "end_date": "2026-05-01T09:00:00Z"}
ALLOWED = Answer(404, {"detail": "The DagRun was not found"})


def refused(request: Request, lacks: str) -> bool:
    """Whether an account is refused that has every right but this one, such as "DAG Runs: read"."""
    path = request.path.partition("/api/v2/")[2].partition("?")[0]
    action = ASKED_OTHERWISE.get(path.rpartition("/")[2], ACTIONS[request.method])
    resources = next(found for pattern, found in RESOURCES if re.fullmatch(pattern, path))
    takes = {f"{each}: {action}" for each in resources}
    if path.startswith("dags"):
        takes.add("DAGs: read" if action == "read" else "the DAG: edit")
    return lacks in takes


def lacking(right: str) -> HttpServer:
    """Airflow as that account meets it: a run that is known has one task, which failed."""

    def answer(request: Request) -> Answer:
        if refused(request, right):
            return FORBIDDEN
        if request.method == "GET" and request.path.partition("?")[0].endswith("/taskInstances"):
            return Answer(200, {"task_instances": [RAN], "total_entries": 1})
        return ALLOWED

    return HttpServer(answer, lists_errors=True)
