"""Count lines: takes a file, reads it at the address that it is given, and says how many lines it has."""

from __future__ import annotations

import urllib.request

from airflow.sdk import Param, dag, get_current_context, task


@dag(
    dag_id="count_lines",
    dag_display_name="Count lines",
    description="Counts the lines of a CSV file that you choose.",
    schedule=None,
    catchup=False,
    tags=["finance"],
    default_args={"owner": "Ivan Petrov"},
    params={
        "orders": Param(type="string", format="file", contentMediaType="text/csv", title="Orders file"),
    },
)
def count_lines():
    @task
    def count() -> None:
        context = get_current_context()
        with urllib.request.urlopen(context["params"]["orders"], timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        text = f"{len(lines)} lines, the last one: {lines[-1]}"
        context["ti"].xcom_push(key="runbell_result", value=text)

    count()


count_lines()
