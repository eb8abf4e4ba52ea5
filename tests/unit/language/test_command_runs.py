"""What may follow `runs`: words that choose, in any order; none of them is ever dropped."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.job import Job, JobKey
from bot.domain.run import RunState
from bot.language.command import ListRuns, OnSchedule, Verb, read_command

SALES, IMPORT, FAILED_ONES = (
    Job(JobKey("default", dag_id), title)
    for dag_id, title in (
        ("sales_report", "Sales report"),
        ("import_orders", "Import orders"),
        ("failed_payments", "Failed payments since May"),
    )
)
JOBS = (SALES, IMPORT, FAILED_ONES)
FAILED = RunState.FAILED


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("runs", ListRuns()),
        ("runs failed", ListRuns(state=FAILED)),
        ("runs failed since yesterday", ListRuns(state=FAILED, past="since yesterday")),
        ("runs since monday 9am failed", ListRuns(state=FAILED, past="since monday 9am")),
        ("runs sales report", ListRuns((SALES,))),
        ("runs of the sales report that failed", ListRuns((SALES,), FAILED)),
        ("runs failed sales report", ListRuns((SALES,), FAILED)),
        ("runs sales report since yesterday", ListRuns((SALES,), past="since yesterday")),
        ("runs since yesterday sales report", ListRuns((SALES,), past="since yesterday")),
        ("runs yesterday", ListRuns(past="yesterday")),
        ("runs last night", ListRuns(past="last night")),
        ("runs by me", ListRuns(is_mine=True)),
        ("runs mine failed", ListRuns(state=FAILED, is_mine=True)),
        ("runs by <@U0TOM|tom> done", ListRuns(state=RunState.DONE, person_id="U0TOM")),
        (
            "runs failed import orders by <@U0TOM> since yesterday",
            ListRuns((IMPORT,), FAILED, person_id="U0TOM", past="since yesterday"),
        ),
        ("runs running", ListRuns(state=RunState.RUNNING)),
        ("runs stopped", ListRuns(state=RunState.STOPPED)),
        ("runs failed payments since may", ListRuns((FAILED_ONES,))),
        ("runs failed payments since may since yesterday", ListRuns((FAILED_ONES,), past="since yesterday")),
        ("runs #3", OnSchedule(Verb.SHOW, "#3")),
    ],
)
def test_words_that_choose_runs(text: str, request_: object):
    assert read_command(text, JOBS) == request_


@pytest.mark.parametrize(
    "text",
    ["runs blue", "runs failed blue", "runs failed done", "runs sales report blue", "runs since breakfast",
     "runs by me <@U0TOM>"],
)  # fmt: skip
def test_a_word_that_chooses_nothing_is_refused_with_what_is_possible(text: str):
    with pytest.raises(NotUnderstood, match=r"`failed`.*`by me`.*`since yesterday`") as refusal:
        read_command(text, JOBS)

    assert read_command(refusal.value.example, JOBS) == ListRuns(state=FAILED, past="since yesterday")


def test_a_job_with_a_slip_in_its_name_is_offered():
    with pytest.raises(NotFound, match="Did you mean"):
        read_command("runs imprt orders", JOBS)
