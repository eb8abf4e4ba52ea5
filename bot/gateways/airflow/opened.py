"""How open runs are looked at together, in the one way that every Airflow 3 knows.

Airflow has no list of runs by their ids before 3.2.2 (older versions ignore such a filter without a word), so
the lists by state are read, and what is in neither of them is asked for alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.gateways.airflow import pages
from bot.gateways.airflow.cells import readable
from bot.gateways.airflow.connection import ALL
from bot.gateways.airflow.reading import run_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from bot.domain.run import AirflowRun
    from bot.gateways.airflow.connection import Connection

    Key = tuple[str, str]

LISTS: tuple[dict[str, Any], ...] = (
    {"states": ["running"], "order_by": "-run_after"},
    {"states": ["queued"], "order_by": "run_after"},  # those due first; thousands may be queued for later
    {"states": ["failed", "success"], "order_by": "-end_date"},  # those that have just ended
)
ASKED_ALONE = 4
"""Up to so many runs, a request for each costs less than the three lists."""


def look_at(
    airflow: Connection, keys: Iterable[Key], one: Callable[[str, str], AirflowRun | None]
) -> Sequence[AirflowRun]:
    """Return the runs of `keys` that exist. `one` asks for a single run."""
    missing = set(keys)
    found: list[AirflowRun] = []
    for which in LISTS:
        if len(missing) <= ASKED_ALONE:
            break
        here = [run for run in _listed(airflow, which, missing) if (run.dag_id, run.run_id) in missing]
        found += here
        missing -= {(run.dag_id, run.run_id) for run in here}
    alone = (one(dag_id, run_id) for dag_id, run_id in sorted(missing))
    return [*found, *(run for run in alone if run is not None)]


def _listed(airflow: Connection, which: dict[str, Any], keys: set[Key]) -> list[AirflowRun]:
    """Return the runs of one list, at most twice as many as keys: others' runs may stand in between."""
    body = {"dag_ids": sorted({dag_id for dag_id, _ in keys}), **which}
    rows = pages.listed_by_body(
        lambda page: airflow.send("POST", "dags", ALL, "dagRuns", "list", body=body | page),
        "dag_runs",
        most=2 * len(keys),
    )
    return readable(rows, run_from, "runs")
