"""One odd row never stops the rest: it is left out, counted and logged."""

from __future__ import annotations

import json
import tracemalloc
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import Rejected, Unavailable
from bot.domain.job import Job, JobKey
from bot.gateways.airflow import RestAirflow, StaticToken
from bot.gateways.airflow.answers import LONGEST_LINE, lines_of
from bot.gateways.airflow.reading import job_from, run_from, task_from
from tests.fakes.http_server import Answer, HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database

SINCE = datetime(2026, 5, 1, tzinfo=UTC)
ODD: tuple[Any, ...] = (None, [], "a word", 7, {}, {"dag_id": None}, {"dag_id": ""}, {"dag_id": "x" * 251})


def airflow_answering(body: Any) -> tuple[HttpServer, RestAirflow]:
    server = HttpServer(lambda _: Answer(200, body))
    return server, RestAirflow(server.url, StaticToken("a-token"))


@pytest.mark.parametrize("odd", [*ODD, {"dag_id": "."}, {"dag_id": ".."}, {"dag_id": "~"}])
def test_a_job_that_cannot_be_named_is_left_out_and_logged(odd: Any):
    rows = [{"dag_id": "good"}, odd, {"dag_id": "better"}]
    server, airflow = airflow_answering({"dags": rows, "total_entries": 3})
    with server, capture_logs() as logs:
        jobs = airflow.jobs()

    assert [job.key.dag_id for job in jobs] == ["good", "better"]
    if isinstance(odd, dict):
        assert [each["left_out"] for each in logs if each["event"] == "rows.odd"] == [1]


@pytest.mark.parametrize("odd", ["a/b", "a%2Fb", "../b", "a\r\nX: y", "a?b", "a#b", "a;b=c", "a b", "ä\0"])
def test_an_id_is_one_part_of_each_address_whatever_stands_in_it(odd: str):
    server, airflow = airflow_answering({"dag_id": odd, "dag_run_id": odd, "state": "running"})
    calls: list[Callable[[], object]] = [
        lambda: airflow.start(odd, "runbell__1", run_after=None, conf={}, note=""),
        lambda: airflow.run(odd, odd),
        lambda: airflow.stop(odd, odd, note=""),
        lambda: airflow.retry(odd, odd),
        lambda: airflow.set_paused(odd, paused=True),
        lambda: airflow.job(odd),
        lambda: airflow.result(odd, odd),
        lambda: airflow.failure(odd, odd),
    ]
    with server:
        for call in calls:
            asked = len(server.requests)
            with suppress(Rejected, Unavailable):
                call()
            assert len(server.requests) > asked
    paths = [each.path.partition("?")[0] for each in server.requests if not each.path.endswith("/list")]

    assert paths
    assert all(odd in map(unquote, path.split("/")) for path in paths), paths


@pytest.mark.parametrize("odd", ODD)
def test_a_run_that_cannot_be_named_hides_no_other(odd: Any):
    rows = [odd, {"dag_id": "a", "dag_run_id": "r", "state": "success"}]
    server, airflow = airflow_answering({"dag_runs": rows})
    with server, capture_logs() as logs:
        found = airflow.finished(ended_since=SINCE)

    assert [run.run_id for run in found] == ["r"]
    assert logs[0]["left_out"] == 1


@pytest.mark.parametrize("wrong", [None, [], {}, "", "words", 7, True, -1, 2**70, 1e308])
def test_whatever_stands_in_a_column_the_row_is_read(wrong: Any):
    columns: tuple[str, ...] = (
        "state",
        "run_type",
        "queued_at",
        "run_after",
        "start_date",
        "end_date",
        "conf",
        "note",
    )
    assert run_from({"dag_id": "a", "dag_run_id": "r", **dict.fromkeys(columns, wrong)}).run_id == "r"
    columns = ("map_index", "state", "try_number", "max_tries", "start_date", "end_date")
    assert task_from({"task_id": "t", **dict.fromkeys(columns, wrong)}).task_id == "t"
    columns = ("dag_display_name", "description", "tags", "owners", "params", "timetable_summary",
               "timetable_description", "max_active_runs", "is_paused", "is_stale")  # fmt: skip
    assert job_from("default", {"dag_id": "d", **dict.fromkeys(columns, wrong)}).key.dag_id == "d"
    keywords = ("type", "enum", "format", "title", "description", "items", "examples", "values_display")
    param = {"value": 1, "schema": dict.fromkeys(keywords, wrong), "description": wrong}
    assert len(job_from("default", {"dag_id": "d", "params": {"p": param}}).inputs) == 1


def test_a_schema_whose_keywords_are_null_means_what_it_means_without_them():
    param = {"value": None, "schema": {"type": None, "enum": None}}
    (read,) = job_from("default", {"dag_id": "d", "params": {"p": param}}).inputs

    assert dict(read.schema) == {}


def test_moments_that_no_calendar_has_count_as_missing():
    row = {"dag_id": "a", "dag_run_id": "r", "end_date": "0001-01-01T00:00:00+14:00", "run_after": "soon"}

    assert (run_from(row).ended_at, run_from(row).run_after) == (None, None)


ODD_WORDS = "Sales\0\ud800 " + "report" * 300


@pytest.mark.slow
def test_what_no_table_can_keep_is_cleaned_and_cut(database: Database):
    """NUL, half a character, a title of 1,800 and a tag of 300 characters, on both databases."""
    row = {
        "dag_id": "sales",
        "dag_display_name": ODD_WORDS,
        "description": "NUL \0, half \udc00",
        "tags": [{"name": "finance\0"}, {"name": "x" * 300}, {"name": None}],
        "owners": ["Maya\ud83d", None],
        "params": {"p": {"value": "a\0b", "schema": {"title": "\0", "description": ODD_WORDS}}},
    }
    server, airflow = airflow_answering({"dags": [row], "total_entries": 1})
    with server:
        (job,) = airflow.jobs()
    server, airflow = airflow_answering(row)
    with server:
        detailed = airflow.job("sales")
    assert detailed is not None

    with database.transaction() as tx:
        tx.jobs.keep("default", [job, Job(JobKey("default", "other"), "Other")], at=SINCE)
        tx.jobs.keep_inputs({job.key: detailed.inputs})
    with database.transaction() as tx:
        kept = tx.jobs.get(job.key)

    assert kept.title.startswith("Sales? report")
    assert len(kept.title) == 200
    assert kept.tags == {"finance", "x" * 200}
    assert kept.inputs[0].default == "ab"


@pytest.mark.parametrize("body", [{}, {"dags": None}, {"dags": "none"}, [], None])
def test_a_list_that_came_without_its_rows_is_no_empty_list(body: Any):
    """Or each job would count as gone, and its schedules be suspended."""
    server, airflow = airflow_answering(body)
    with server, pytest.raises(Unavailable):
        airflow.jobs()


def test_json_nested_thousands_deep_is_an_answer_like_any_other_that_cannot_be_read():
    server, airflow = airflow_answering(b"[" * 100_000 + b"]" * 100_000)
    with server, pytest.raises(Unavailable):
        airflow.jobs()


def test_inputs_nested_thousands_deep_are_refused_and_nothing_is_asked():
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"x": deep}
    server, airflow = airflow_answering({})
    with server, pytest.raises(Rejected, match="nested"):
        airflow.start("sales", "runbell__1", run_after=None, conf=deep, note="")

    assert server.requests == []


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_answer_is_not_unpacked_without_bounds(encoding: str):
    packer = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    bomb = b"".join([packer.compress(b" " * 1024 * 1024) for _ in range(300)]) + packer.flush()
    answer = Answer(200, bomb, {"Content-Encoding": encoding})
    with HttpServer(lambda _: answer) as server:
        airflow = RestAirflow(server.url, StaticToken("a-token"))
        tracemalloc.start()
        try:
            with pytest.raises(Unavailable, match="larger than 32 MB"):
                airflow.jobs()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert len(bomb) < 500_000
    assert peak < 120 * 1024 * 1024


def test_no_line_of_a_log_is_put_together_beyond_its_bound():
    answer: Any = SimpleNamespace(stream=lambda size: [b"x" * size] * 40 + [b"\nshort"])

    long, short = lines_of(answer)

    assert (len(long), short) == (LONGEST_LINE, b"short")


@pytest.mark.slow
def test_a_log_line_of_fifty_megabytes_is_cut_and_the_lines_around_it_are_read():
    task = {"task_id": "load", "state": "failed", "try_number": 1}
    event = json.dumps({"event": "No space left", "level": "error"}).encode()
    log = b"\n".join([b"first", b"x" * 50 * 1024 * 1024, event])

    def answer(request: Any) -> Answer:
        return Answer(200, log if "/logs/" in request.path else {"task_instances": [task]})

    with HttpServer(answer) as server:
        failure = RestAirflow(server.url, StaticToken("a-token")).failure("sales", "r")

    assert failure.error == "No space left"


def test_a_log_line_nested_thousands_deep_or_with_a_nul_does_not_end_the_reading():
    task = {"task_id": "load", "state": "failed", "try_number": 1}
    deep = b'{"event": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    event = b'{"event": "No space\\u0000 left \\ud800", "level": "error"}'
    log = b"\n".join([deep, b"raw \0 words", event])

    def answer(request: Any) -> Answer:
        return Answer(200, log if "/logs/" in request.path else {"task_instances": [task]})

    with HttpServer(answer) as server:
        failure = RestAirflow(server.url, StaticToken("a-token")).failure("sales", "r")

    assert failure.error == "No space left ?"
    assert "raw  words" in failure.log_tail
    assert "\0" not in failure.log_tail
