"""For tests: it waits for a person's answer, which Airflow knows since 3.1; before, it simply ends."""

from __future__ import annotations

from airflow.sdk import dag, task

try:
    from airflow.providers.standard.operators.hitl import ApprovalOperator
except Exception:  # noqa: BLE001  whatever an older Airflow, or its provider, says to that
    ApprovalOperator = None


@dag(dag_id="asks_somebody", schedule=None, is_paused_upon_creation=False)
def asks_somebody():
    if ApprovalOperator is None:

        @task
        def approve() -> None:
            """Nobody is asked."""

        approve()
    else:
        ApprovalOperator(task_id="approve", subject="May it go on?")


asks_somebody()
