"""Payroll: what only the people of HR may see."""

from __future__ import annotations

from datetime import date

from airflow.sdk import Param, dag, get_current_context, task


@dag(
    dag_id="payroll",
    dag_display_name="Payroll",
    description="Prepares the month's salaries for approval.",
    doc_md="**Payroll.** Prepares salaries; it pays nothing by itself.",
    schedule=None,
    tags=["hr"],
    default_args={"owner": "Hana Horak"},
    params={
        "month": Param(
            None,
            type=["null", "string"],
            pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$",
            title="Month",
            description="Such as 2026-05; this month when empty",
        ),
        "offices": Param(
            ["berlin", "stockholm"],
            type="array",
            items={"type": "string", "enum": ["berlin", "stockholm", "lisbon"]},
            examples=["berlin", "stockholm", "lisbon"],
            title="Offices",
            description="Whose salaries to prepare",
        ),
        "remark": Param("", type="string", format="multiline", title="Remark", description="For whoever approves it"),
    },
)
def payroll():
    @task
    def prepare() -> None:
        params = get_current_context()["params"]
        month = params["month"] or f"{date.today():%Y-%m}"
        text = f"Salaries of {month} are ready for {', '.join(params['offices'])}"
        get_current_context()["ti"].xcom_push(key="runbell_result", value=text)
        print(text)

    prepare()


payroll()
