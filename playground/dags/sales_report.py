"""Sales report: has inputs, and publishes a result for people to read."""

from __future__ import annotations

from datetime import date, timedelta

from airflow.sdk import Param, dag, get_current_context, task

REGIONS = {"emea": "Europe, Middle East, Africa", "us": "United States", "apac": "Asia and Pacific"}


@dag(
    dag_id="sales_report",
    dag_display_name="Sales report",
    description="Sums up a day's sales of one region and publishes the report.",
    doc_md="**Sales report.** Reads the day's orders, adds them up by product and publishes a page.",
    schedule=None,
    tags=["finance"],
    default_args={"owner": "Olga Orlova"},
    params={
        "region": Param(
            "emea",
            type="string",
            enum=list(REGIONS),
            values_display=REGIONS,
            title="Region",
            description="Whose sales to add up",
        ),
        "rows": Param(
            1000,
            type="integer",
            minimum=1,
            maximum=100000,
            title="Rows",
            description="How many orders to read at most",
        ),
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Day",
            description="The day to report; yesterday when empty",
        ),
    },
)
def sales_report():
    @task
    def read_orders() -> dict:
        params = get_current_context()["params"]
        day = params["day"] or (date.today() - timedelta(days=1)).isoformat()
        amounts = [10 + (number * 7919) % 490 for number in range(params["rows"])]
        print(f"Read {len(amounts)} orders of {day} for {REGIONS[params['region']]}")
        return {"region": params["region"], "day": day, "orders": len(amounts), "total": sum(amounts)}

    @task
    def publish(report: dict) -> None:
        text = f"{report['orders']:,} orders worth €{report['total']:,} in {REGIONS[report['region']]} on {report['day']}"
        link = f"https://reports.example.com/sales/{report['region']}/{report['day']}"
        get_current_context()["ti"].xcom_push(key="runbell_result", value={"text": text, "link": link})
        print(text)

    publish(read_orders())


sales_report()
