"""Something before Airflow refuses for a while: what is due is held within its grace, and none is lost."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.firing import FiringState
from bot.gateways.airflow import RestAirflow, StaticToken
from bot.workers.dispatcher import Dispatcher
from tests.fakes.http_server import Answer, HttpServer, Request

if TYPE_CHECKING:
    from tests.world import World

PAGE = b"<html><head><title>405 Not Allowed</title></head><body>nginx</body></html>"


class Door:
    """Refuses every request with one answer until it is opened."""

    def __init__(self, refusal: Answer) -> None:
        self.refusal = refusal
        self.is_open = False
        self.runs: list[str] = []

    def __call__(self, request: Request) -> Answer:
        is_airflows_clash = self.refusal.status == HTTPStatus.CONFLICT and isinstance(self.refusal.body, dict)
        if not self.is_open and not (is_airflows_clash and request.method == "GET"):
            return self.refusal
        if request.method == "POST" and request.path.endswith("/dagRuns"):
            self.runs.append(request.body["dag_run_id"])
            return Answer(200, {"dag_id": "sales_report", "dag_run_id": self.runs[-1], "state": "queued"})
        return Answer(404, {"detail": "The run was not found"})


@pytest.mark.parametrize(
    "status",
    [
        *(302, 403, 404, 502),
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in (301, 400, 401, 405, 409, 410, 413, 422, 500, 503)
        ),
    ],
)
def test_a_page_in_the_place_of_an_answer_rejects_no_run(world: World, status: int):
    headers = {"Location": "https://sso.example.com/"} if status < 400 else {}
    held_and_then_started(world, Answer(status, PAGE, headers))


@pytest.mark.parametrize(
    "refusal",
    [
        Answer(200, PAGE),
        Answer(200, b""),
        Answer(200, b'{"dag_id": "sal'),
        Answer(200, [1, 2]),
        Answer(405, {"detail": "Method Not Allowed"}),
        Answer(404, {"detail": "Not Found"}),
        Answer(409, {"detail": "Unique constraint violation"}),
        Answer(410, {"detail": "Gone"}),
        Answer(400, {"message": "no Route matched with those values"}),
    ],
)
def test_an_answer_that_is_not_airflows_last_word_rejects_no_run(world: World, refusal: Answer):
    held_and_then_started(world, refusal)


def held_and_then_started(world: World, refusal: Answer) -> None:
    door = Door(refusal)
    with HttpServer(door) as server:
        airflow: Any = RestAirflow(server.url, StaticToken("a-token"))
        dispatcher = Dispatcher(world.database, world.clock, {"default": airflow}, world.timing, senders=1)
        world.run_now()
        for _ in range(8):
            dispatcher.step()
            world.clock.advance(timedelta(seconds=10))
        assert door.runs == []

        door.is_open = True
        for _ in range(8):
            dispatcher.step()
            world.clock.advance(timedelta(seconds=10))
        dispatcher.stop()

    assert len(set(door.runs)) == 1
    (run_id,) = set(door.runs)
    with world.database.transaction() as tx:
        firing = tx.firings.get(run_id.removeprefix("runbell__"))
    assert firing is not None
    assert firing.state is FiringState.HANDED_OVER
