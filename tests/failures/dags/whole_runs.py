"""Runs in which more than one task has to do with the failure: mapped, grouped, upstream, watched, torn down."""

from __future__ import annotations

from airflow.sdk import TriggerRule, dag, task, task_group


@dag(dag_id="failures_mapped", schedule=None)
def failures_mapped():
    @task
    def customers() -> list[str]:
        return ["acme", "birch", "cedar", "delta"]

    @task(map_index_template="{{ name }}")
    def bill(customer: str) -> int:
        from airflow.sdk import get_current_context

        get_current_context()["name"] = f"customer {customer}"
        if customer in {"birch", "delta"}:
            raise ValueError(f"{customer} has no price for May")
        return len(customer)

    @task
    def total(bills: list[int]) -> int:
        return sum(bills)

    total(bill.expand(customer=customers()))


@dag(dag_id="failures_grouped", schedule=None)
def failures_grouped():
    @task_group
    def load():
        @task
        def fetch() -> str:
            return "a;b"

        @task
        def parse(row: str) -> int:
            return int(row.split(";")[1])

        return parse(fetch())

    @task
    def report(rows: int) -> None:
        print(rows)

    report(load())


@dag(dag_id="failures_mapped_group", schedule=None)
def failures_mapped_group():
    @task_group
    def one_file(name: str):
        @task
        def read(name: str) -> str:
            return name

        @task
        def check(name: str) -> None:
            if name == "b.csv":
                raise FileNotFoundError(2, "No such file or directory", f"/data/in/{name}")

        check(read(name))

    one_file.expand(name=["a.csv", "b.csv", "c.csv"])


@dag(dag_id="failures_upstream", schedule=None)
def failures_upstream():
    @task
    def extract() -> None:
        raise ConnectionError("the shop's API closed the connection")

    @task
    def transform() -> None: ...

    @task
    def load() -> None: ...

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def clean_up() -> None:
        print("temporary tables dropped")

    extract() >> transform() >> load() >> clean_up()


@dag(dag_id="failures_watched", schedule=None)
def failures_watched():
    """As Airflow's own guide has it: a task at the end fails the run, because a clean-up succeeds."""

    @task
    def extract() -> None:
        raise KeyError("amount")

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def clean_up() -> None: ...

    @task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
    def watcher() -> None:
        raise RuntimeError("Failing task because one or more upstream tasks failed.")

    first, last = extract(), clean_up()
    first >> last
    [first, last] >> watcher()


@dag(dag_id="failures_torn_down", schedule=None)
def failures_torn_down():
    @task
    def set_up() -> None: ...

    @task
    def work() -> None:
        raise RuntimeError("disk quota exceeded on /data/out")

    @task
    def tear_down() -> None:
        raise RuntimeError("the cluster is gone already")

    begins, ends = set_up().as_setup(), tear_down().as_teardown()
    begins >> work() >> ends
    begins >> ends


@dag(dag_id="failures_sqlite", schedule=None)
def failures_sqlite():
    @task
    def query() -> None:
        from sqlalchemy import create_engine, text

        with create_engine("sqlite://").connect() as connection:
            connection.execute(text("SELECT amout FROM orders WHERE day = :day"), {"day": "2026-05-01"})

    query()


@dag(dag_id="failures_own_memory", schedule=None)
def failures_own_memory():
    @task
    def sort() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        bytearray(2**31)

    sort()


for each in (
    failures_mapped, failures_grouped, failures_mapped_group, failures_upstream,
    failures_watched, failures_torn_down, failures_sqlite, failures_own_memory,
):  # fmt: skip
    each()
