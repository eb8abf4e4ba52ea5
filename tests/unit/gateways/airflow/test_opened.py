"""Open runs are looked at by lists that every Airflow 3 filters, and never by reading the whole table."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.run import RunState
from bot.gateways.airflow import RestAirflow, StaticToken
from tests.fakes.http_server import Answer, HttpServer, Request


class Table:
    """An Airflow of 3.0 with these runs: it knows the list's filters of that version and no others."""

    KNOWN = frozenset({"dag_ids", "states", "order_by", "page_limit", "page_offset"})

    def __init__(self, *rows: tuple[str, str, str]) -> None:
        self.rows = rows

    def __call__(self, request: Request) -> Answer:
        if request.method == "GET":
            dag_id, _, run_id = request.path.removeprefix("/api/v2/dags/").split("/")
            found = [row for row in self.rows if row[:2] == (dag_id, run_id)]
            return Answer(200, _row(*found[0])) if found else Answer(404, {"detail": "no such run"})
        assert request.body.keys() <= self.KNOWN
        found = [
            row for row in self.rows if row[0] in request.body["dag_ids"] and row[2] in request.body["states"]
        ]
        start, limit = request.body["page_offset"], request.body["page_limit"]
        page = [_row(*each) for each in found[start : start + limit]]
        return Answer(200, {"dag_runs": page, "total_entries": len(found)})


def _row(dag_id: str, run_id: str, state: str) -> dict[str, Any]:
    return {"dag_id": dag_id, "dag_run_id": run_id, "state": state}


def looked_at(server: HttpServer, keys: list[tuple[str, str]]) -> dict[str, RunState]:
    found = RestAirflow(server.url, StaticToken("a-token")).runs(keys)
    assert len({run.run_id for run in found}) == len(found)
    return {run.run_id: run.state for run in found}


def test_a_few_runs_are_asked_for_one_by_one():
    table = Table(("a", "one", "running"), ("b", "two", "success"), ("b", "three", "failed"))
    with HttpServer(table) as server:
        found = looked_at(server, [("a", "one"), ("b", "two"), ("b", "gone")])

    assert found == {"one": RunState.RUNNING, "two": RunState.DONE}
    assert [each.method for each in server.requests] == ["GET"] * 3


def test_many_runs_cost_a_few_lists_among_a_hundred_thousand_others():
    others = [("other", f"old_{number}", "success") for number in range(1000)]
    mine = [("a", f"run_{number}", "running" if number % 2 else "queued") for number in range(40)]
    with HttpServer(Table(*others, *mine)) as server:
        found = looked_at(server, [(dag, run) for dag, run, _ in mine])

    assert len(found) == 40
    assert len(server.requests) == 2


def test_what_has_just_ended_is_found_among_those_that_ended_last():
    mine = [("a", f"run_{number}", ("running", "success", "failed")[number % 3]) for number in range(30)]
    with HttpServer(Table(*mine)) as server:
        found = looked_at(server, [(dag, run) for dag, run, _ in mine])

    assert (found["run_0"], found["run_1"], found["run_2"]) == (
        RunState.RUNNING,
        RunState.DONE,
        RunState.FAILED,
    )
    assert len(server.requests) == 3


@pytest.mark.parametrize("state", ["queued", "running", "success", "restarting"])
def test_a_run_that_no_list_shows_is_asked_for_alone(state: str):
    """Thousands of others stand before it, or its state is one that nobody has heard of."""
    others = [("a", f"other_{number}", state) for number in range(500)]
    mine = [("a", f"run_{number}", state) for number in range(6)]
    with HttpServer(Table(*others, *mine)) as server:
        found = looked_at(server, [*((dag, run) for dag, run, _ in mine), ("a", "deleted")])

    assert len(found) == 6
    assert len(server.requests) < 20
