"""The rights that Airflow asks for: which one each request takes, in the words of its FAB auth manager."""

from __future__ import annotations

import re

from bot.domain.ports import Grant

READ_DAGS = Grant("DAGs", "read", "no job is seen")
EDIT_DAG = Grant("the DAG", "edit", "it is neither started nor paused")
READ_RUNS = Grant("DAG Runs", "read", "no run is seen")
CREATE_RUNS = Grant("DAG Runs", "create", "nothing starts")
EDIT_RUNS = Grant("DAG Runs", "edit", "nothing is stopped or retried")
READ_TASKS = Grant("Task Instances", "read", "no progress and no failing task is told")
EDIT_TASKS = Grant("Task Instances", "edit", "a stopped run cannot be retried")
READ_LOGS = Grant("Task Logs", "read", "a failure is told without its error and log")
READ_XCOMS = Grant("XComs", "read", "a job's result is not shown")
READ_IMPORT_ERRORS = Grant("ImportError", "read", "nobody is told what is wrong with a job's file")

_BEHIND = {
    CREATE_RUNS: (EDIT_DAG,),
    EDIT_RUNS: (EDIT_DAG,),
    READ_RUNS: (READ_DAGS,),
    READ_TASKS: (READ_RUNS, READ_DAGS),
    READ_LOGS: (READ_DAGS,),
    READ_XCOMS: (READ_DAGS,),
    EDIT_TASKS: (EDIT_RUNS, EDIT_DAG),
}

_OF_REQUESTS = tuple(
    (re.compile(pattern), grant)
    for pattern, grant in (
        (r"GET /importErrors", READ_IMPORT_ERRORS),
        (r"GET .*/logs/[^/]+", READ_LOGS),
        (r"GET .*/xcomEntries(/.*)?", READ_XCOMS),
        (r"GET .*/taskInstances", READ_TASKS),
        (r"POST .*/clearTaskInstances", EDIT_TASKS),
        (r"POST .*/dagRuns", CREATE_RUNS),
        (r"PATCH .*/dagRuns/[^/]+|POST .*/dagRuns/[^/]+/clear", EDIT_RUNS),
        (r"GET .*/dagRuns(/[^/]+)?|POST .*/dagRuns/list", READ_RUNS),
        (r"PATCH /dags/[^/]+", EDIT_DAG),
        (r"GET /dags(/.*)?", READ_DAGS),
    )
)


def behind(grant: Grant) -> tuple[Grant, ...]:
    """Return the rights that Airflow asks for as well, whenever it asks for this one."""
    return _BEHIND.get(grant, ())


def needed(method: str, path: str) -> tuple[Grant, ...]:
    """Return the rights that a request needs. `path` is as it was sent, with its query."""
    _, _, below = path.partition("/api/v2")
    request = f"{method} {below.partition('?')[0]}"
    for pattern, grant in _OF_REQUESTS:
        if pattern.fullmatch(request):
            return (grant, *behind(grant))
    return ()


def named(grants: tuple[Grant, ...]) -> str:
    """Return them in one line: “DAG Runs: edit” and “the DAG: edit”."""
    *rest, last = [f"“{each.resource}: {each.action}”" for each in grants] or [""]
    return f"{', '.join(rest)} and {last}" if rest else last
