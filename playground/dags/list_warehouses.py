"""List warehouses: publishes choices for an input of another job."""

from __future__ import annotations

from airflow.sdk import dag, get_current_context, task

WAREHOUSES = {
    "de": {"ber1": "Berlin", "ham2": "Hamburg harbour"},
    "fr": {"par1": "Paris north", "lys1": "Lyon"},
    "us": {"nyc3": "New York", "sfo1": "Oakland"},
}


@dag(
    dag_id="list_warehouses",
    dag_display_name="List warehouses",
    description="Reads which warehouses there are; Count stock offers them.",
    schedule="0 5 * * *",
    catchup=False,
    tags=["finance"],
    default_args={"owner": "Ivan Petrov"},
)
def list_warehouses():
    @task
    def publish() -> None:
        count = sum(len(each) for each in WAREHOUSES.values())
        result = {"text": f"{count} warehouses", "choices": WAREHOUSES}
        get_current_context()["ti"].xcom_push(key="runbell_result", value=result)

    publish()


list_warehouses()
