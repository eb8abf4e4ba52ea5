"""Airflow's lists are read to their end, however long its pages are and whatever happens meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.errors import Unavailable
from bot.gateways.airflow import RestAirflow, StaticToken
from tests.fakes.http_server import Answer, HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.http_server import Request

DAGS = [{"dag_id": f"job_{number:03}"} for number in range(120)]


def listing(page_limit: int, *, after_each: Callable[[list[Any]], None] | None = None) -> HttpServer:
    """An Airflow with this `maximum_page_limit`. `after_each`: what happens between two pages."""
    dags = list(DAGS)

    def answer(request: Request) -> Answer:
        asked = {name: int(value[0]) for name, value in parse_qs(urlsplit(request.path).query).items()
                 if name in {"limit", "offset"}}  # fmt: skip
        start = asked["offset"]
        page = dags[start : start + min(asked["limit"], page_limit)]
        body = {"dags": page, "total_entries": len(dags)}
        if after_each is not None:
            after_each(dags)
        return Answer(200, body)

    return HttpServer(answer)


def names(server: HttpServer) -> list[str]:
    return [job.key.dag_id for job in RestAirflow(server.url, StaticToken("a-token")).jobs()]


@pytest.mark.parametrize("page_limit", [100, 50, 7])
def test_pages_that_are_shorter_than_asked_for_are_not_the_last(page_limit: int):
    with listing(page_limit) as server:
        assert names(server) == [each["dag_id"] for each in DAGS]


def test_a_list_that_fits_one_page_is_asked_for_once():
    with listing(1000) as server:
        names(server)
        assert len(server.requests) == 2

    with HttpServer(lambda _request: Answer(200, {"dags": DAGS[:3], "total_entries": 3})) as server:
        names(server)
        assert len(server.requests) == 1


def test_a_job_that_goes_while_the_list_is_read_hides_no_other():
    """All behind it move up by one: the first of the second page stands on the first by then."""

    def remove_once(dags: list[Any]) -> None:
        if len(dags) == len(DAGS):
            del dags[0]

    with listing(100, after_each=remove_once) as server:
        assert names(server) == [each["dag_id"] for each in DAGS[1:]]


def test_a_job_that_comes_while_the_list_is_read_is_there_once():
    def add_once(dags: list[Any]) -> None:
        if len(dags) == len(DAGS):
            dags.insert(0, {"dag_id": "a_new_job"})

    with listing(100, after_each=add_once) as server:
        assert names(server) == ["a_new_job", *(each["dag_id"] for each in DAGS)]


def test_a_list_that_never_holds_still_is_not_believed():
    with (
        listing(100, after_each=lambda dags: dags.pop(0)) as server,
        pytest.raises(Unavailable, match="changes"),
    ):
        names(server)


def test_all_roles_of_a_company_are_read():
    roles = [
        {"name": f"team {number}", "actions": [{"resource": {"name": f"DAG:job_{number}"}}]}
        for number in range(300)
    ]

    def answer(request: Request) -> Answer:
        asked = {name: int(value[0]) for name, value in parse_qs(urlsplit(request.path).query).items()}
        start = asked.get("offset", 0)
        page = roles[start : start + min(asked["limit"], 100)]
        return Answer(200, {"roles": page, "total_entries": len(roles)})

    with HttpServer(answer) as server:
        found = RestAirflow(server.url, StaticToken("a-token")).roles()

    assert found["team 299"] == {"job_299"}
    assert len(found) == 300
