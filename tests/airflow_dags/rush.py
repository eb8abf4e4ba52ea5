"""For tests: nothing to do, and room for a thousand at once, so that only the starting takes time."""

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Param, dag


@dag(
    dag_id="rush",
    schedule=None,
    max_active_runs=5000,
    tags=["rush"],
    params={"month": Param(None, type=["null", "string"])},
)
def rush():
    EmptyOperator(task_id="nothing")


rush()
