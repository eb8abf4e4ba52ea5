"""Nightly cleanup: runs on Airflow's own schedule, whether Runbell is there or not."""

from __future__ import annotations

from airflow.sdk import dag, task


@dag(
    dag_id="nightly_cleanup",
    dag_display_name="Nightly cleanup",
    description="Removes temporary files and old exports, every night.",
    doc_md="**Nightly cleanup.** Removes what nobody needs after 30 days.",
    schedule="30 2 * * *",
    catchup=False,
    max_active_runs=1,
    tags=["finance", "operations"],
    default_args={"owner": "Ivan Petrov"},
)
def nightly_cleanup():
    @task
    def remove_old_exports() -> None:
        print("Removed 14 exports older than 30 days")

    remove_old_exports()


nightly_cleanup()
