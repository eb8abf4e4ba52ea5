"""Build warehouse: slow, with several tasks side by side and one after the other."""

from __future__ import annotations

import time

from airflow.sdk import Param, dag, get_current_context, task

TASKS_IN_A_ROW = 4


@dag(
    dag_id="build_warehouse",
    dag_display_name="Build warehouse",
    description="Builds the tables that all reports read. Takes a while.",
    doc_md="**Build warehouse.** Extracts customers, products and orders, joins them, checks them, swaps them in.",
    schedule=None,
    tags=["finance"],
    default_args={"owner": "Olga Orlova"},
    params={
        "seconds": Param(
            20,
            type="integer",
            minimum=0,
            maximum=3600,
            title="Seconds",
            description="How long it works, about",
        )
    },
)
def build_warehouse():
    @task
    def extract(table: str) -> str:
        work(f"Extracting {table}")
        return table

    @task
    def join(tables: list[str]) -> None:
        work(f"Joining {', '.join(tables)}")

    @task
    def check() -> None:
        work("Checking that nothing is counted twice")

    @task
    def swap_in() -> None:
        work("Swapping the new tables in")

    extracted = [
        extract.override(task_id=f"extract_{table}")(table) for table in ("customers", "products", "orders")
    ]
    join(extracted) >> check() >> swap_in()


def work(what: str) -> None:
    print(what)
    time.sleep(get_current_context()["params"]["seconds"] / TASKS_IN_A_ROW)
    print("Done")


build_warehouse()
