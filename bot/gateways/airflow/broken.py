"""Jobs whose file Airflow cannot load. Airflow calls them stale, like those that were deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Forbidden
from bot.domain.secrets import hide_secrets
from bot.gateways.airflow import pages
from bot.gateways.airflow.obstacles import Troubled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.gateways.airflow.connection import Connection

LONGEST_TRACE, LONGEST_ERROR = 10_000, 300
UNKNOWN = "it cannot be loaded"
_RAISED = re.compile(r"^[A-Za-z_][\w.]*(Error|Exception|Warning|Exit|Interrupt|Timeout|Found)\b.*")


def broken_rows(airflow: Connection) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of DAGs whose file has an error now, each with the error as `import_error`.

    A DAG that was deleted while it was broken stays marked as broken, but its file has no error any more. If
    the account may not read errors, all marked DAGs are yielded, without the errors' words.
    """
    unknown = UNKNOWN
    try:
        listed = pages.listed(lambda **page: _errors(airflow, page), "import_errors")
        errors = [each for each in listed if isinstance(each, Mapping)]
    except Troubled:
        errors = None
    except Forbidden as forbidden:
        errors, unknown = None, f"{UNKNOWN}; why, Airflow tells only an account with {forbidden.needs}"
    if errors == []:
        return
    rows = pages.whole(
        lambda **page: airflow.ask(
            "DAGApi", "get_dags", exclude_stale=False, has_import_errors=True, order_by=["dag_id"], **page
        ),
        "dags",
        key="dag_id",
    )
    for row in rows:
        if isinstance(row, Mapping) and row.get(
            "has_import_errors"
        ):  # Airflow 3.0 does not know the filter, and gives all
            found = unknown if errors is None else _error_of(row, errors)
            if found:
                yield {**row, "import_error": found, "is_stale": False}


def instead(rows: Iterable[Any], broken: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return the rows of all DAGs: broken ones with their errors, the others as they came."""
    found = {row.get("dag_id"): row for row in broken}
    rest = [row for row in rows if not (isinstance(row, Mapping) and row.get("dag_id") in found)]
    return [*rest, *found.values()]


def _errors(airflow: Connection, page: Mapping[str, int]) -> Any:
    query = "&".join(f"{name}={value}" for name, value in page.items())
    return airflow.ask("PathApi", "send", "GET", f"/api/v2/importErrors?{query}")


def _error_of(row: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> str:
    place = str(row.get("fileloc") or "")
    for each in errors:
        filename = str(each.get("filename") or "")
        if filename and (filename in {place, row.get("relative_fileloc")} or place.endswith(f"/{filename}")):
            return told(str(each.get("stack_trace") or ""), filename)
    return ""


def told(trace: str, filename: str) -> str:
    """Return what is wrong with the file: the last error that the trace names, and the file's name."""
    lines = [each.strip() for each in trace[-LONGEST_TRACE:].splitlines() if each.strip()]
    raised = [each for each in lines if _RAISED.match(each)]
    words = (raised or lines or [UNKNOWN])[-1][:LONGEST_ERROR]
    return f"{hide_secrets(words)} ({filename.rsplit('/', maxsplit=1)[-1]})"
