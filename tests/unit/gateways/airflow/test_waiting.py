"""What Airflow's rows say of tasks that wait, and of its own parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.run import TaskRun, TaskState
from bot.gateways.airflow import RestAirflow, StaticToken
from bot.gateways.airflow.reading import task_from
from tests.fakes.http_server import Answer, HttpServer

if TYPE_CHECKING:
    from bot.domain.ports import AirflowHealth

ENDED_AT = datetime(2026, 5, 1, 9, 15, tzinfo=UTC)
FAILED = TaskRun("load", -1, TaskState.WAITING, 1, 2, ENDED_AT, ENDED_AT, airflow_state="up_for_retry")
HITL = "airflow.providers.standard.triggers.hitl.HITLTrigger"
TIMER = "airflow.providers.standard.triggers.temporal.DateTimeTrigger"


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"state": "deferred", "trigger": {"classpath": HITL}}, "awaiting_input"),
        ({"state": "deferred", "trigger": {"classpath": TIMER}}, "deferred"),
        ({"state": "deferred", "trigger": None}, "deferred"),
        ({"state": "deferred"}, "deferred"),
        ({"state": "deferred", "trigger": "odd"}, "deferred"),
        ({"state": "success", "trigger": {"classpath": HITL}}, "success"),
        ({"state": "awaiting_input"}, "awaiting_input"),
    ],
)
def test_what_asks_a_person_is_told_by_its_trigger_where_airflow_has_no_state_for_it(
    row: dict[str, Any], state: str
):
    assert task_from({"task_id": "approve", **row}).airflow_state == state


def delay(**parts: Any) -> dict[str, Any]:
    return {"__type": "TimeDelta", "days": 0, "seconds": 0, "microseconds": 0, **parts}


@pytest.mark.parametrize(
    ("status", "row", "after"),
    [
        (200, {"retry_delay": delay(seconds=300), "retry_exponential_backoff": False}, 300),
        (200, {"retry_delay": delay(days=1), "retry_exponential_backoff": 0.0}, 86_400),
        (200, {"retry_delay": delay(seconds=300), "retry_exponential_backoff": True}, None),
        (200, {"retry_delay": delay(seconds=300), "retry_exponential_backoff": 2.0}, None),
        (200, {"retry_delay": None}, None),
        (200, {"retry_delay": delay(seconds="soon")}, None),
        (200, {"retry_delay": delay(seconds=-5)}, None),
        (200, {"retry_delay": delay(days=2**40)}, None),
        (200, [], None),
        (403, {"detail": "Forbidden"}, None),
        (404, {"detail": "no such task"}, None),
    ],
)
def test_when_a_task_is_tried_again_is_worked_out_from_its_delay(status: int, row: Any, after: int | None):
    asked = []

    def answer(request: Any) -> Answer:
        asked.append(request.path)
        return Answer(status, row)

    with HttpServer(answer) as server:
        at = RestAirflow(server.url, StaticToken("t")).tried_again_at("sales report", FAILED)

    assert at == (None if after is None else ENDED_AT + timedelta(seconds=after))
    assert asked == ["/api/v2/dags/sales%20report/tasks/load"]


def health_where(**parts: Any) -> AirflowHealth:
    whole = {
        name: {"status": "healthy"} for name in ("metadatabase", "scheduler", "triggerer", "dag_processor")
    }
    answers = {"/api/v2/monitor/health": {**whole, **parts}, "/api/v2/version": {"version": "3.3.2"}}
    with HttpServer(lambda request: Answer(200, answers[request.path])) as server:
        return RestAirflow(server.url, StaticToken("t")).health()


@pytest.mark.parametrize("part", ["triggerer", "dag_processor"])
@pytest.mark.parametrize(
    ("answer", "is_well"),
    [
        ({"status": "healthy"}, True),
        ({"status": "unhealthy"}, False),
        ({"status": None, "latest_triggerer_heartbeat": None}, None),
        (None, None),
    ],
)
def test_a_part_that_airflow_never_had_is_not_one_that_is_down(part: str, answer: Any, is_well: bool | None):
    health = health_where(**{part: answer})

    assert getattr(health, part) is is_well
    assert [name for name, _ in health.away] == ([part.replace("_", " ")] if is_well is False else [])
