"""The playground's sample jobs as the fake Airflow knows them; they behave as playground/dags does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.job import Input, InputKind, Job, JobKey
from bot.domain.run import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.airflow import FakeAirflow

REGIONS = {"emea": "Europe, Middle East, Africa", "us": "United States", "apac": "Asia and Pacific"}


def add_sample_jobs(airflow: FakeAirflow) -> None:
    airflow.add(
        _job(airflow, "sales_report", "Sales report", "finance", "Olga Orlova", (REGION, ROWS, DAY)),
        tasks=("read_orders", "publish"),
        takes=timedelta(seconds=1),
        result=_sales,
    )
    airflow.add(
        _job(airflow, "import_orders", "Import orders", "finance", "Ivan Petrov", (FAIL, FULL)),
        tasks=("fetch", "check", "load"),
        takes=timedelta(seconds=3),
        fails=_import_error,
        fails_in="check",
    )
    airflow.add(
        _job(airflow, "build_warehouse", "Build warehouse", "finance", "Olga Orlova", (SECONDS,)),
        tasks=("extract_customers", "extract_products", "extract_orders", "join", "check", "swap_in"),
        takes=lambda conf: timedelta(seconds=conf.get("seconds", 20)),
    )
    airflow.add(
        Job(
            JobKey(airflow.deployment, "nightly_cleanup"),
            "Nightly cleanup",
            tags=frozenset({"finance", "operations"}),
            owners=("Ivan Petrov",),
            airflow_schedule="At 02:30",
            max_active_runs=1,
        ),
        tasks=("remove_old_exports",),
        takes=timedelta(seconds=1),
    )
    airflow.add(
        _job(airflow, "payroll", "Payroll", "hr", "Hana Horak", (MONTH,)),
        tasks=("prepare",),
        takes=timedelta(seconds=1),
        result=lambda conf: Result(f"Salaries of {conf.get('month')} are ready"),
    )


def add_stock_jobs(airflow: FakeAirflow) -> None:
    """Add those that the demo's projects file names: one publishes choices, the other has inputs for them."""
    schema = {"type": ["null", "string"]}
    inputs = tuple(
        _input(each, InputKind.TEXT, each.title(), schema, None) for each in ("country", "warehouse")
    )
    airflow.add(_job(airflow, "count_stock", "Count stock", "finance", "Ivan Petrov", inputs))
    airflow.add(_job(airflow, "list_warehouses", "List warehouses", "finance", "Ivan Petrov", ()))


def _job(
    airflow: FakeAirflow, dag_id: str, title: str, tag: str, owner: str, inputs: tuple[Input, ...]
) -> Job:
    return Job(
        JobKey(airflow.deployment, dag_id),
        title,
        inputs=inputs,
        tags=frozenset({tag}),
        owners=(owner,),
        max_active_runs=16,
    )


def _sales(conf: Mapping[str, Any]) -> Result:
    region, rows = conf.get("region", "emea"), conf.get("rows", 1000)
    return Result(
        f"{rows:,} orders in {REGIONS[region]}", f"https://reports.example.com/sales/{region}/today"
    )


def _import_error(conf: Mapping[str, Any], attempt: int) -> str | None:
    wish = conf.get("fail", "no")
    if wish == "always" or (wish == "once" and attempt == 1):
        return "OrdersFeedError: 3 of 240 orders were refused, so none was imported"
    return None


def _input(
    name: str, kind: InputKind, title: str, schema: Mapping[str, Any], default: Any, **more: Any
) -> Input:
    return Input(name, kind, title, {"title": title, **schema}, default=default, **more)


REGION = _input(
    "region",
    InputKind.CHOICE,
    "Region",
    {"type": "string", "enum": list(REGIONS), "values_display": REGIONS},
    "emea",
    choices=tuple(REGIONS.items()),
)
ROWS = _input(
    "rows", InputKind.WHOLE, "Rows", {"type": "integer", "minimum": 1, "maximum": 100000}, default=1000
)
DAY = _input("day", InputKind.DATE, "Day", {"type": ["null", "string"], "format": "date"}, None)
FAIL = _input(
    "fail",
    InputKind.CHOICE,
    "Fail",
    {"type": "string", "enum": ["no", "once", "always"]},
    "no",
    choices=(("no", "No"), ("once", "The first time only"), ("always", "Every time")),
)
FULL = _input("full", InputKind.YES_NO, "Everything again", {"type": "boolean"}, default=False)
SECONDS = _input(
    "seconds", InputKind.WHOLE, "Seconds", {"type": "integer", "minimum": 0, "maximum": 3600}, default=20
)
MONTH = _input(
    "month",
    InputKind.TEXT,
    "Month",
    {"type": ["null", "string"], "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"},
    None,
)
