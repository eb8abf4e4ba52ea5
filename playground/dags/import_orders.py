"""Import orders: fails when asked to, as an import from another company's system does."""

from __future__ import annotations

import time

from airflow.sdk import Param, dag, get_current_context, task


class OrdersFeedError(Exception):
    """The feed answered, but not with what we can import."""


@dag(
    dag_id="import_orders",
    dag_display_name="Import orders",
    description="Fetches new orders from the shop and puts them into the warehouse.",
    doc_md="**Import orders.** Fetches the shop's feed, checks every order, and imports them all or none.",
    schedule=None,
    tags=["finance"],
    default_args={"owner": "Ivan Petrov"},
    params={
        "fail": Param(
            "no",
            type="string",
            enum=["no", "once", "always"],
            values_display={"no": "No", "once": "The first time only", "always": "Every time"},
            title="Fail",
            description="Whether to fail, to see what that looks like",
        ),
        "full": Param(
            False, type="boolean", title="Everything again", description="Not only what is new since last time"
        ),
    },
)
def import_orders():
    @task
    def fetch() -> int:
        everything = get_current_context()["params"]["full"]
        count = 18240 if everything else 240
        print("GET https://shop.example.com/api/orders → 200")
        print(f"Fetched {count} orders")
        return count

    @task
    def check(count: int) -> int:
        context = get_current_context()
        wish, attempt = context["params"]["fail"], context["ti"].try_number
        time.sleep(1)
        if wish == "always" or (wish == "once" and attempt == 1):
            refuse_feed()
        print(f"All {count} orders are well-formed")
        return count

    @task
    def load(count: int) -> None:
        time.sleep(1)
        print(f"Imported {count} orders")

    load(check(fetch()))


def refuse_feed() -> None:
    row = "20417;2026-05-0l;1 x 4711;EUR 12,50"
    try:
        int(row.split(";")[1].split("-")[2])
    except ValueError as error:
        print("Order 20417: the day is not a number")
        raise OrdersFeedError(
            "3 of 240 orders were refused, so none was imported:\n"
            "  line 17: order 20417: '2026-05-0l' is not a date\n"
            "  line 58: order 20458: currency 'EURO' is unknown\n"
            "  line 59: order 20459: price is missing"
        ) from error


import_orders()
