"""For tests: one run at a time, the others wait."""

from __future__ import annotations

import time

from airflow.sdk import Param, dag, get_current_context, task


@dag(
    dag_id="one_at_a_time",
    schedule=None,
    max_active_runs=1,
    params={"seconds": Param(3, type="integer", minimum=0, maximum=600)},
)
def one_at_a_time():
    @task
    def work() -> None:
        time.sleep(get_current_context()["params"]["seconds"])

    work()


one_at_a_time()
