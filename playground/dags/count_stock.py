"""Count stock: its country is listed in the projects file, its warehouse published by another job."""

from __future__ import annotations

from airflow.sdk import Param, dag, get_current_context, task


@dag(
    dag_id="count_stock",
    dag_display_name="Count stock",
    description="Counts what lies in one warehouse.",
    schedule=None,
    tags=["finance"],
    default_args={"owner": "Ivan Petrov"},
    params={
        "country": Param("de", type="string", title="Country", description="Where the warehouse stands"),
        "warehouse": Param(None, type=["null", "string"], title="Warehouse", description="All when empty"),
    },
)
def count_stock():
    @task
    def count() -> None:
        params = get_current_context()["params"]
        where = params["warehouse"] or f"all of {params['country']}"
        text = f"{1000 + sum(map(ord, where)):,} items in {where}"
        lines = [f"{where},{item},{100 + len(item)}" for item in ("chairs", "desks", "lamps")]
        file = {"name": "stock.csv", "content": "\n".join(["warehouse,item,count", *lines])}
        get_current_context()["ti"].xcom_push(key="runbell_result", value={"text": text, "file": file})

    count()


count_stock()
