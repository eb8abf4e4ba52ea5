"""What follows "/schedule"."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NotFound, NotUnderstood, UserError
from bot.domain.job import Job, JobKey
from bot.language.command import (
    Help,
    ListJobs,
    ListRuns,
    ListSchedules,
    OnJob,
    OnSchedule,
    OpenForm,
    Plan,
    Verb,
    read_command,
)

SALES, COSTS, PAYROLL, RUN_RATE = (
    Job(JobKey("default", dag_id), title)
    for dag_id, title in (
        ("sales_report", "Sales report"),
        ("cost_report", "Cost report"),
        ("payroll", "Payroll"),
        ("run_rate", "Run rate"),
    )
)
JOBS = (SALES, COSTS, PAYROLL)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", OpenForm()),
        ("   ", OpenForm()),
        ("help", Help()),
        ("help run", Help("run")),
        ("list", ListSchedules()),
        ("list all", ListSchedules(everyones=True, text="all")),
        ("jobs pay", ListJobs("pay")),
        ("pause #12", OnSchedule(Verb.PAUSE, "#12")),
        ("pause #12 until friday", OnSchedule(Verb.PAUSE, "#12", "friday")),
        ("pause month end till 1 June 9am", OnSchedule(Verb.PAUSE, "month end", "1 June 9am")),
        ("pause #12 for 2 weeks", OnSchedule(Verb.PAUSE, "#12", "in 2 weeks")),
        ("pause report for sales", OnSchedule(Verb.PAUSE, "report for sales")),
        ("pause until late", OnSchedule(Verb.PAUSE, "until late")),
        ("skip #12", OnSchedule(Verb.SKIP, "#12")),
        ("edit month end", OnSchedule(Verb.EDIT, "month end")),
        ("resume 12", OnSchedule(Verb.RESUME, "12")),
        ("pause job payroll", OnJob(Verb.PAUSE, (PAYROLL,))),
        ("runs", ListRuns()),
        ("runs payroll", ListRuns((PAYROLL,))),
        ("sales report every weekday at 9am", Plan((SALES,), "every weekday at 9am")),
        ("SALES_REPORT tomorrow at 9am", Plan((SALES,), "tomorrow at 9am")),
        ("sales tomorrow at 9am", Plan((SALES,), "tomorrow at 9am")),
        ("“sales report” tomorrow at 9am", Plan((SALES,), "tomorrow at 9am")),
        ("sales\u00a0report\u00a0tomorrow at 9am", Plan((SALES,), "tomorrow at 9am")),
        ("run payroll", Plan((PAYROLL,), "", now=True)),
        ("run payroll every monday", Plan((PAYROLL,), "every monday")),
        ("payroll", Plan((PAYROLL,), "")),
        ("run sales report with region=us", Plan((SALES,), "", {"region": "us"}, now=True)),
        (
            'sales report in 2 minutes with region=emea rows=20 day="1 May 2026"',
            Plan((SALES,), "in 2 minutes", {"region": "emea", "rows": "20", "day": '"1 May 2026"'}),
        ),
        (
            "sales report tomorrow at 9am with a=1, b=2",
            Plan((SALES,), "tomorrow at 9am", {"a": "1", "b": "2"}),
        ),
        ("sales report with a=1 every monday", Plan((SALES,), "", {"a": "1 every monday"})),
        (
            "sales report every monday a=1 and b='x y'",
            Plan((SALES,), "every monday", {"a": "1", "b": "'x y'"}),
        ),
        ("sales report every monday with", Plan((SALES,), "every monday")),
        ("Sales Report: every monday", Plan((SALES,), "every monday")),
        ("report every monday", Plan((SALES, COSTS), "every monday")),
        ("sal every monday", Plan((SALES,), "every monday")),
    ],
)
def test_it_is_read(text: str, meant: object):
    assert read_command(text, JOBS) == meant


def test_a_job_whose_title_starts_with_a_verb_keeps_its_name():
    assert read_command("run rate every monday", (*JOBS, RUN_RATE)) == Plan((RUN_RATE,), "every monday")
    assert read_command("run payroll", (*JOBS, RUN_RATE)) == Plan((PAYROLL,), "", now=True)


@pytest.mark.parametrize("text", ["zebra every monday", "run zebra", "pause job zebra"])
def test_a_job_that_is_not_there_is_not_found(text: str):
    with pytest.raises(NotFound, match="zebra") as refusal:
        read_command(text, JOBS)

    assert isinstance(read_command(refusal.value.example, JOBS), Plan)


def test_a_misspelled_job_is_offered():
    with pytest.raises(NotFound, match="Did you mean \\*Sales report\\*"):
        read_command("slaes report every monday", JOBS)


def test_a_misspelled_verb_is_offered():
    with pytest.raises(NotUnderstood, match="Did you mean `list`"):
        read_command("lits", JOBS)


def test_inputs_that_cannot_be_read_are_not_taken_for_a_time():
    with pytest.raises(NotUnderstood, match="name=value"):
        read_command("sales report every monday with region = ", JOBS)
    with pytest.raises(NotUnderstood, match="name=value"):
        read_command('sales report every monday with region="us', JOBS)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text: str):
    with suppress(UserError):
        read_command(text, JOBS)
