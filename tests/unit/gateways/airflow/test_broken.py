"""Which jobs are broken, and what is wrong with their files, as Airflow's two lists tell it together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.gateways.airflow import RestAirflow, StaticToken
from bot.gateways.airflow.broken import told
from tests.fakes.http_server import Answer, HttpServer, Request

if TYPE_CHECKING:
    from bot.domain.job import Job

TRACE = """Traceback (most recent call last):
  File "/opt/dags/mine_break.py", line 2, in <module>
    this
NameError: name 'this' is not defined
"""
FINE = {"dag_id": "fine", "has_import_errors": False, "is_stale": False, "fileloc": "/opt/dags/fine.py"}
BROKEN = {
    "dag_id": "broken",
    "has_import_errors": True,
    "is_stale": True,
    "fileloc": "/opt/dags/mine_break.py",
    "relative_fileloc": "mine_break.py",
}
DELETED = {**BROKEN, "dag_id": "deleted", "fileloc": "/opt/dags/old.py", "relative_fileloc": "old.py"}
OLD = {**FINE, "dag_id": "old", "is_stale": True}
ERRORS = [{"filename": "mine_break.py", "bundle_name": "own", "stack_trace": TRACE}]


def airflow(errors: list[Any] | None, rows: list[Any]) -> HttpServer:
    """`errors` None: this account may not read them. It knows no filters, as Airflow 3.0."""

    def answer(request: Request) -> Answer:
        if "/importErrors" in request.path:
            if errors is None:
                return Answer(403, {"detail": "Forbidden"})
            return Answer(200, {"import_errors": errors, "total_entries": len(errors)})
        shown = [row for row in rows if "exclude_stale=false" in request.path.lower() or not row["is_stale"]]
        return Answer(200, {"dags": shown, "total_entries": len(shown)})

    return HttpServer(answer, lists_errors=True)


def jobs_of(server: HttpServer) -> dict[str, Job]:
    with server:
        found = RestAirflow(server.url, StaticToken("a-token")).jobs()
    return {job.key.dag_id: job for job in found}


@pytest.mark.slow
def test_a_job_whose_file_has_an_error_is_broken_and_not_gone():
    found = jobs_of(airflow(ERRORS, [FINE, BROKEN, DELETED, OLD]))

    assert found.keys() == {"fine", "broken"}
    assert not found["broken"].is_gone
    assert found["broken"].why_in_full == (
        "its file in Airflow has an error: NameError: name 'this' is not defined (mine_break.py)"
    )


def test_without_errors_nothing_more_is_asked():
    assert jobs_of(airflow([], [FINE, BROKEN])).keys() == {"fine"}


def test_an_account_that_may_not_read_errors_is_told_without_their_words():
    found = jobs_of(airflow(None, [FINE, BROKEN, OLD]))

    assert found.keys() == {"fine", "broken"}
    why = "it cannot be loaded; why, Airflow tells only an account with “ImportError: read”"
    assert found["broken"].import_error == why


@pytest.mark.parametrize(
    ("trace", "words"),
    [
        (TRACE, "NameError: name 'this' is not defined (x.py)"),
        (
            "  File x\n    def (\n        ^\nSyntaxError: invalid syntax\n",
            "SyntaxError: invalid syntax (x.py)",
        ),
        ("AirflowTaskTimeout: took 30s\nPlease look at\n* https://x", "AirflowTaskTimeout: took 30s (x.py)"),
        ("", "it cannot be loaded (x.py)"),
        ("ValueError: postgresql://me:hunter2hunter2@db/x", "ValueError: postgresql://me:***@db/x (x.py)"),
    ],
)
def test_the_telling_line_of_a_trace(trace: str, words: str):
    assert told(trace, "folder/x.py") == words
