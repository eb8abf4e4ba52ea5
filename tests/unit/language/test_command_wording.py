"""How people word what they want: politeness, other words for a verb, and words that no verb takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.errors import NotFound, NotUnderstood, UserError
from bot.domain.job import Job, JobKey
from bot.domain.run import RunState
from bot.language.command import (
    Chat,
    Help,
    Listing,
    ListJobs,
    ListRuns,
    ListSchedules,
    OnRuns,
    OnSchedule,
    Plan,
    ShowWeek,
    SmallTalk,
    Verb,
    read_command,
)

SALES, IMPORT, PAYROLL, CLEANUP = (
    Job(JobKey("default", dag_id), title)
    for dag_id, title in (
        ("sales_report", "Sales report"),
        ("import_orders", "Import orders"),
        ("payroll", "Payroll"),
        ("nightly_cleanup", "Nightly cleanup"),
    )
)
JOBS = (SALES, IMPORT, PAYROLL, CLEANUP)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("schedule sales report every weekday at 9am", Plan((SALES,), "every weekday at 9am")),
        ("please run sales report tomorrow at 9", Plan((SALES,), "tomorrow at 9")),
        ("Please, run the sales report", Plan((SALES,), "", now=True)),
        ("run the sales report", Plan((SALES,), "", now=True)),
        ("Could you run import orders now?", Plan((IMPORT,), "", now=True)),
        ("can you please run payroll asap", Plan((PAYROLL,), "", now=True)),
        ("run payroll right now please", Plan((PAYROLL,), "", now=True)),
        ("payroll now", Plan((PAYROLL,), "", now=True)),
        ("run payroll please", Plan((PAYROLL,), "", now=True)),
        (
            "please run the sales report tomorow morning",
            Plan((SALES,), "tomorow morning"),
        ),
        ("sales report \u2014 every weekday at 9am", Plan((SALES,), "every weekday at 9am")),
        ("start payroll", Plan((PAYROLL,), "", now=True)),
        ("remind me to run payroll friday 9am", Plan((PAYROLL,), "friday 9am")),
        ("please set up payroll every friday at 9am", Plan((PAYROLL,), "every friday at 9am")),
        ("show me 12", OnSchedule(Verb.SHOW, "12")),
        ("show me the sales report", OnSchedule(Verb.SHOW, "sales report")),
        ("run #2", OnSchedule(Verb.RUN, "#2")),
        ("run 2 please", OnSchedule(Verb.RUN, "2")),
        ("unpause #1", OnSchedule(Verb.RESUME, "#1")),
        ("cancel #1", OnSchedule(Verb.DELETE, "#1")),
        ("remove the sales report", OnSchedule(Verb.DELETE, "sales report")),
        ("suspend 3 until friday", OnSchedule(Verb.PAUSE, "3", "friday")),
        ("pause until friday", OnSchedule(Verb.PAUSE, "", "friday")),
        ("pause", OnSchedule(Verb.PAUSE, "")),
        ("pause 2 3 4", OnSchedule(Verb.PAUSE, "2 3 4")),
        ("pause all until monday", OnSchedule(Verb.PAUSE, "all", "monday")),
        ("pause 4 for the rest of the week", OnSchedule(Verb.PAUSE, "4", "next week")),
        ("take over", OnSchedule(Verb.TAKE, "")),
        ("take over #12", OnSchedule(Verb.TAKE, "#12")),
        ("status", ListRuns()),
        ("history sales report", ListRuns((SALES,))),
        ("logs import orders", ListRuns((IMPORT,))),
        ("why did import orders fail", ListRuns((IMPORT,), RunState.FAILED)),
        (
            "why did the import orders fail last night?",
            ListRuns((IMPORT,), RunState.FAILED, past="last night"),
        ),
        ("status #3", OnSchedule(Verb.SHOW, "#3")),
        ("?", Help()),
        ("-h", Help()),
        ("help run", Help("run")),
        ("what's scheduled?", ListSchedules()),
        ("what is scheduled tomorrow", ListSchedules(day="tomorrow", text="tomorrow")),
        ("what failed last night?", ListRuns(state=RunState.FAILED, past="last night")),
        ("what happened last night?", ListRuns(past="last night")),
        ("did anything fail today", ListRuns(state=RunState.FAILED, past="today")),
        ("which jobs failed since monday 9am", ListRuns(state=RunState.FAILED, past="since monday 9am")),
        ("show me my schedules", ListSchedules()),
        ("what jobs are there", ListJobs("")),
        ("edit 3 every day at 5am", OnSchedule(Verb.EDIT, "3", when_text="every day at 5am")),
        ("edit #3 to every day at 5am", OnSchedule(Verb.EDIT, "#3", when_text="every day at 5am")),
        ("edit 3 with rows=5", OnSchedule(Verb.EDIT, "3", inputs={"rows": "5"})),
        (
            "edit 3 fridays at 5pm with rows=5, region=us",
            OnSchedule(Verb.EDIT, "3", when_text="fridays at 5pm", inputs={"rows": "5", "region": "us"}),
        ),
        ("edit sales report fridays 5pm", OnSchedule(Verb.EDIT, "sales report", when_text="fridays 5pm")),
        ("edit month end", OnSchedule(Verb.EDIT, "month end")),
        ("edit payroll to fridays at 5pm", OnSchedule(Verb.EDIT, "payroll", when_text="fridays at 5pm")),
        ("edit 3 with remark=yes please", OnSchedule(Verb.EDIT, "3", inputs={"remark": "yes please"})),
        ("hi", Chat(SmallTalk.HELLO)),
        ("Thanks!", Chat(SmallTalk.THANKS)),
        ("yes", Chat(SmallTalk.YES)),
        ("please", Chat(SmallTalk.HELLO)),
    ],
)
def test_it_is_read_as_it_was_meant(text: str, meant: object):
    assert read_command(text, JOBS) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("list", ListSchedules()),
        ("list mine", ListSchedules()),
        ("list all", ListSchedules(everyones=True)),
        ("list <@U123|maya>", ListSchedules(everyones=True, person_id="U123")),
        ("list <@U123>'s schedules", ListSchedules(everyones=True, person_id="U123")),
        ("list paused", ListSchedules(state=Listing.PAUSED)),
        ("list all failed", ListSchedules(everyones=True, state=Listing.FAILED)),
        ("list tomorrow", ListSchedules(day="tomorrow")),
        ("list all friday", ListSchedules(everyones=True, day="friday")),
        ("list sales report", ListSchedules(everyones=True, jobs=(SALES,))),
        ("list maya", ListSchedules(everyones=True, name="maya")),
        ("list Maya Chen's schedules", ListSchedules(everyones=True, name="Maya Chen")),
        ("list mine paused sales report", ListSchedules(state=Listing.PAUSED, jobs=(SALES,))),
        ("list sales report tomorrow", ListSchedules(everyones=True, jobs=(SALES,), day="tomorrow")),
        ("list maya failed monday", ListSchedules(True, "", Listing.FAILED, (), "monday", "maya")),
        ("list sales report by maya", ListSchedules(everyones=True, jobs=(SALES,), name="maya")),
        ("list paused on 3 march", ListSchedules(state=Listing.PAUSED, day="3 march")),
    ],
)
def test_a_list_is_limited_by_its_words(text: str, meant: ListSchedules):
    assert read_command(text, JOBS) == replace(meant, text=text.removeprefix("list").strip())


@pytest.mark.parametrize(
    "text",
    [
        "admin please help",
        "back to work",
        "run #2 with rows=5",
    ],
)
def test_words_that_a_verb_does_not_take_are_refused(text: str):
    with pytest.raises(UserError):
        read_command(text, JOBS)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("lits", "list"),
        ("puase #1", "pause #1"),
        ("slaes report every monday", "sales report every monday"),
        ("run slaes report", "run sales report"),
        ("run slaes report tomorrow at 9", "run sales report tomorrow at 9"),
        ("run zebra", "run sales report"),
        ("rename 3", "rename 3 to month end"),
        ("transfer 3", "transfer 3 to @colleague"),
        ("preset=month end", "sales report every weekday at 9am with preset=month end"),
        ("with token=abc", ""),
    ],
)
def test_a_suggestion_keeps_what_was_meant(text: str, example: str):
    with pytest.raises(UserError) as refusal:
        read_command(text, JOBS)

    assert refusal.value.example == example


@pytest.mark.parametrize("text", ["pause 3 until blue moon", "pause #3 for ages", "pause 3 till then"])
def test_an_end_of_a_pause_that_is_none_is_refused_with_one_that_would_do(text: str):
    with pytest.raises(NotUnderstood, match="until when") as refusal:
        read_command(text, JOBS)

    assert refusal.value.example.endswith("3 until friday")


def test_where_there_is_no_job_no_job_is_suggested():
    with pytest.raises(NotFound) as refusal:
        read_command("payroll daily", ())

    assert refusal.value.example == ""


@pytest.mark.parametrize("text", ["undelete #1", "unskip 3", "repause", "zzz"])
def test_a_suggestion_never_does_the_opposite_or_something_bigger(text: str):
    with pytest.raises(NotFound):
        read_command(text, JOBS)


def test_a_title_that_starts_with_another_word_for_a_verb_keeps_its_name():
    jobs = (
        *JOBS,
        Job(JobKey("default", "status"), "Status mails"),
        Job(JobKey("default", "the_end"), "The end"),
    )

    assert read_command("status mails every monday", jobs) == Plan((jobs[4],), "every monday")
    assert read_command("the end every monday", jobs) == Plan((jobs[5],), "every monday")
    assert read_command("status", jobs[:4]) == ListRuns()


def test_a_title_that_starts_with_a_verb_is_asked_about_where_both_make_sense():
    rate, run_rate = Job(JobKey("default", "rate"), "Rate"), Job(JobKey("default", "run_rate"), "Run rate")

    with pytest.raises(NotUnderstood, match="Run rate") as refusal:
        read_command("run rate every monday", (rate, run_rate))

    assert read_command(refusal.value.example, (rate, run_rate)) == Plan((run_rate,), "every monday")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("rename 3 to month end", OnSchedule(Verb.RENAME, "3", name="month end")),
        ("name 3 month end", OnSchedule(Verb.RENAME, "3", name="month end")),
        ("rename the sales report to “orders”", OnSchedule(Verb.RENAME, "sales report", name="orders")),
        ("transfer #3 to <@U123|maya>", OnSchedule(Verb.TRANSFER, "#3", person_id="U123")),
        ("give sales report to <@U123>", OnSchedule(Verb.TRANSFER, "sales report", person_id="U123")),
        ("copy 3", OnSchedule(Verb.COPY, "3")),
        ("copy 3 every day at 5am", OnSchedule(Verb.COPY, "3", when_text="every day at 5am")),
        ("week", ShowWeek(ListSchedules())),
        ("week all", ShowWeek(ListSchedules(everyones=True, text="all"))),
        ("stop import orders", OnRuns(Verb.STOP, (IMPORT,))),
        ("please kill the import orders run", OnRuns(Verb.STOP, (IMPORT,))),
        ("stop #1", OnSchedule(Verb.STOP, "#1")),
        ("retry", OnRuns(Verb.RETRY, ())),
    ],
)
def test_verbs_for_names_copies_and_runs(text: str, meant: object):
    assert read_command(text, JOBS) == meant
