"""A run's result for people: the last XCom named `runbell_result`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import Rejected
from bot.domain.run import RESULT_KEY
from bot.gateways.airflow.cells import as_row, identifier, readable, text, whole
from bot.gateways.airflow.connection import ALL

if TYPE_CHECKING:
    from bot.gateways.airflow.connection import Connection


def published(airflow: Connection, dag_id: str, run_id: str) -> Any:
    """Return the value of the run's result. None if it published none."""
    listed = airflow.ask("XComApi", "get_xcom_entries", dag_id, run_id, ALL, xcom_key=RESULT_KEY)
    rows = listed.get("xcom_entries") if isinstance(listed, dict) else None
    entries = readable(rows if isinstance(rows, list) else [], _entry, "results")
    if not entries:
        return None
    _, task_id, index = max(entries)
    try:
        entry = airflow.ask(
            "XComApi", "get_xcom_entry", dag_id, task_id, run_id, RESULT_KEY, map_index=index, stringify=False
        )
    except Rejected as rejected:
        if rejected.code == "404":
            return None
        raise
    return entry.get("value") if isinstance(entry, dict) else None


def _entry(value: Any) -> tuple[str, str, int]:
    """Return when the entry was published, by which task, and by which of its instances."""
    row = as_row(value)
    return text(row.get("timestamp")), identifier(row, "task_id"), whole(row.get("map_index"), -1)
