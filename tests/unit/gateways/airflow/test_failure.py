"""Why a task failed, from the log that Airflow streams."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.run import Failure, TaskRun, TaskState
from bot.gateways.airflow import failure as failing
from bot.gateways.airflow.failure import NO_ERROR_TOLD, failed_by_themselves, read_log
from bot.gateways.airflow.failure import failure_of as failure_of_log
from bot.gateways.airflow.task_log import LONGEST_LINE, TAIL_LINES

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)


def task(task_id: str, state: TaskState, after: int | None = 0) -> TaskRun:
    ended_at = None if after is None else AT + timedelta(seconds=after)
    return TaskRun(task_id, -1, state, 2, 2, AT, ended_at)


FAILED = task("check", TaskState.FAILED)


def failure_of(failed: TaskRun, lines: list[bytes]) -> Failure:
    return failure_of_log(failed, read_log(lines))


def log(*events: dict[str, Any] | str) -> list[bytes]:
    return [json.dumps(each if isinstance(each, dict) else {"event": each}).encode() for each in events]


def raised(exc_type: str, exc_value: str, *causes: tuple[str, str]) -> dict[str, Any]:
    chain = [(exc_type, exc_value), *causes]
    details = [{"exc_type": name, "exc_value": value, "frames": []} for name, value in chain]
    return {"event": "Task failed with exception", "level": "error", "error_detail": details}


def test_the_first_to_fail_by_itself_is_the_one_to_tell_about():
    tasks = [
        task("load", TaskState.UPSTREAM_FAILED, 1),
        task("later", TaskState.FAILED, 9),
        task("first", TaskState.FAILED, 3),
        task("unfinished", TaskState.FAILED, None),
        task("fine", TaskState.DONE, 0),
    ]

    assert [each.task_id for each in failed_by_themselves(tasks)] == ["first", "later", "unfinished"]
    assert failed_by_themselves([task("fine", TaskState.DONE)]) == []


def test_the_error_is_the_exception_that_ended_it_not_its_cause():
    told = failure_of(
        FAILED, log("Fetched 3", raised("OrdersError", "3 refused:\n  line 17", ("ValueError", "0l")))
    )

    assert told.error == "OrdersError: 3 refused: line 17"
    assert told.log_tail.splitlines() == [
        "Fetched 3",
        "Task failed with exception",
        "OrdersError: 3 refused:",
        "  line 17",
    ]
    assert (told.task_id, told.try_number) == ("check", 2)


def test_an_exception_without_words_is_told_by_its_name():
    assert failure_of(FAILED, log(raised("KeyboardInterrupt", ""))).error == "KeyboardInterrupt"


def test_without_an_exception_the_last_serious_line_is_the_error():
    lines = log({"event": "Killed: out of memory", "level": "error"}, {"event": "Bye", "level": "info"})

    assert failure_of(FAILED, lines).error == "Killed: out of memory"


def test_a_log_that_tells_nothing_is_not_made_to():
    told = failure_of(FAILED, [])

    assert (told.error, told.log_tail) == (NO_ERROR_TOLD, "")


def test_airflows_own_preparations_are_left_out_but_their_errors_are_not():
    lines = log(
        "::group::Log message source details",
        "/logs/attempt=1.log",
        "::endgroup::",
        "::group::Pre Execute",
        {"event": "Filling up the DagBag", "level": "info"},
        raised("ImportError", "no module named sales"),
        "::endgroup::",
        "Number 2",
    )
    told = failure_of(FAILED, lines)

    assert told.error == "ImportError: no module named sales"
    assert "DagBag" not in told.log_tail
    assert told.log_tail.splitlines()[-1] == "Number 2"


def test_what_a_task_printed_is_shown_even_where_it_landed_in_a_group():
    printed = {"event": "Number 2", "level": "info", "logger": "task.stdout"}

    assert failure_of(FAILED, log("::group::Pre Execute", printed, "::endgroup::")).log_tail == "Number 2"


@pytest.mark.slow
def test_only_the_last_lines_of_a_long_log_are_kept():
    told = failure_of(FAILED, log(*(f"line {number}" for number in range(60_000))))

    assert len(told.log_tail.splitlines()) == TAIL_LINES
    assert told.log_tail.endswith("line 59999")


def test_secrets_are_hidden_in_error_and_tail():
    told = failure_of(FAILED, log("password=hunter2", raised("DbError", "postgresql://u:hunter2@db refused")))

    assert told.error == "DbError: postgresql://u:***@db refused"
    assert "hunter2" not in told.log_tail


def test_what_is_searched_for_secrets_is_cut_before(monkeypatch: pytest.MonkeyPatch):
    searched: list[str] = []

    def search(text: str) -> str:
        searched.append(text)
        return text

    monkeypatch.setattr(failing, "hide_secrets", search)
    failure_of(FAILED, log(raised("ValueError", "authorization:" + "-" * 100_000 + "'")))

    assert len(searched) == 2
    assert all(len(line) <= LONGEST_LINE for text in searched for line in text.splitlines())


def test_lines_that_are_no_json_are_read_as_they_are():
    told = failure_of(FAILED, [b"plain words", b'["a list"]', b"\xff broken"])

    assert told.log_tail.splitlines()[0] == "plain words"
    assert len(told.log_tail.splitlines()) == 3
