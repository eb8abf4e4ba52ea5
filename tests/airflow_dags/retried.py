"""For tests: its first try fails, and Airflow tries it again by itself after a while."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, get_current_context, task


@dag(dag_id="retried", schedule=None, is_paused_upon_creation=False)
def retried():
    @task(retries=2, retry_delay=timedelta(seconds=15))
    def load() -> None:
        if get_current_context()["ti"].try_number == 1:
            raise ValueError("the first try fails")

    load()


retried()
