"""`python -m bot read --jsonl`: what a command would do, one line of JSON each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from bot.__main__ import main

PARAMS = {
    "offices": {"value": ["berlin"], "schema": {"type": "array", "items": {"type": "string"}}},
    "rows": {"value": 100, "schema": {"type": "integer", "minimum": 1}},
    "remark": {"value": "", "schema": {"type": "string"}},
    "link": {"value": "", "schema": {"type": "string"}},
    "region": {"value": "emea", "schema": {"type": "string", "enum": ["emea", "us"]}},
    "day": {"value": None, "schema": {"type": ["null", "string"], "format": "date"}},
}
JOBS = [
    {"dag_id": "payroll", "title": "Payroll", "params": PARAMS},
    {"dag_id": "sales_report", "title": "Sales report", "params": {}},
]


def ask(*texts: str) -> list[dict[str, Any]]:
    lines = [
        {"text": text, "now": "2026-05-05T10:20:00+02:00", "tz": "Asia/Kolkata", "jobs": JOBS}
        for text in texts
    ]
    result = CliRunner().invoke(main, ["read", "--jsonl"], input="\n".join(map(json.dumps, lines)))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("offices", ["berlin,lisbon", "berlin, lisbon"])
def test_a_list_of_offices_is_no_time_zone(offices: str):
    (answer,) = ask(f"payroll every day at 5pm with offices={offices}")

    assert (answer["verb"], answer["job"]) == ("schedule", "payroll")
    assert answer["inputs"] == {"offices": ["berlin", "lisbon"]}
    assert answer["when"]["next"][0] == "2026-05-05T17:00:00+05:30"
    assert answer["when"]["say"] == "every day at 17:00 (Kolkata time)"


def test_what_slack_marks_arrives_as_it_was_typed():
    (answer,) = ask(
        "run payroll with link=<https://example.org/a?b=c&amp;d=e>, remark=R&amp;D \u2013 \u201cnow\u201d"
    )

    assert answer["inputs"] == {"link": "https://example.org/a?b=c&d=e", "remark": 'R&D - "now"'}
    assert (answer["verb"], answer["when"]) == ("run", None)


def test_what_moves_is_said_as_it_is_for_the_first_run():
    now, later = ask("run payroll with day=yesterday", "payroll tomorrow at 9am with day=yesterday")

    assert now["inputs"] == {"day": "2026-05-04"}
    assert later["inputs"] == {"day": "2026-05-05"}


def test_a_refusal_has_a_sentence_and_an_example_or_none():
    half, unknown, wrong, several = ask(
        "payroll every friday at 5", "zebra daily", "run payroll with rows=lots", "list nobody"
    )

    assert half["example"] == "payroll every friday at 5pm"
    assert "zebra" in unknown["refused"]
    assert "Rows" in wrong["refused"]
    assert "nobody" in several["refused"]


def test_verbs_are_answered_with_what_they_are_about():
    pause, runs, edit, hello, form = ask(
        "pause 3 until friday", "why did sales report fail", "edit 3 daily at 5am", "hi", ""
    )

    assert (pause["verb"], pause["schedule"], pause["until"]) == ("pause", "3", "2026-05-08T00:00:00+05:30")
    assert (runs["verb"], runs["job"]) == ("runs", "sales_report")
    assert edit["when"]["say"] == "every day at 05:00 (Kolkata time)"
    assert (hello["verb"], form["verb"]) == ("chat", "form")


QUESTION = {"text": "run payroll", "now": "2026-05-05T10:20:00+02:00", "tz": "Asia/Kolkata", "jobs": JOBS}
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"[]",
        b'"text"',
        b'{"text": 1}',
        DEEP.encode(),
        b'{"text": "run payroll \xff"}',
        json.dumps({**QUESTION, "text": None}).encode(),
        json.dumps({**QUESTION, "text": ["run", "payroll"]}).encode(),
        json.dumps({**QUESTION, "text": "run payroll \ud800"}).encode(),
        json.dumps({**QUESTION, "tz": "Mars/Olympus"}).encode(),
        json.dumps({**QUESTION, "tz": None}).encode(),
        json.dumps({**QUESTION, "now": "some day"}).encode(),
        json.dumps({**QUESTION, "jobs": {"dag_id": "payroll"}}).encode(),
        json.dumps({**QUESTION, "jobs": ["payroll"]}).encode(),
        json.dumps({**QUESTION, "jobs": [{"title": "Payroll"}]}).encode(),
        json.dumps({**QUESTION, "jobs": [{"dag_id": "payroll", "params": 7}]}).encode(),
    ],
)
def test_a_line_that_is_no_question_is_refused_and_the_next_is_answered(line: bytes):
    following = json.dumps(QUESTION).encode()

    result = CliRunner().invoke(main, ["read", "--jsonl"], input=line + b"\n\n" + following + b"\n")

    refused, answered = map(json.loads, result.output.splitlines())
    assert refused["refused"]
    assert refused["example"] is None
    assert (answered["verb"], answered["job"]) == ("run", "payroll")


@pytest.mark.parametrize(
    ("text", "jobs", "said"),
    [
        ("run payroll", [], "can't find a job called “payroll”"),
        ("run payroll", None, "can't find a job called “payroll”"),
        ("pay daily at 9am", [JOBS[0], {"dag_id": "pay_bonus"}], "Which one do you mean, *Payroll* or *Pay"),
        (
            "run payroll",
            [JOBS[0], {**JOBS[0], "dag_id": "payroll_2"}],
            "Which one do you mean, *Payroll* (payroll) or *Payroll* (payroll_2)?",
        ),
        ("run zebra", JOBS, "can't find a job called “zebra”"),
        (f"run payroll with remark={DEEP}", JOBS, "too long"),
        (f"run payroll with offices={'[' * 3_000}", JOBS, "“Offices” takes"),
        (f"run payroll {'[' * 3_000}", JOBS, "can't find a job"),
        (f"payroll daily {'(' * 3_000}", JOBS, "too long"),
        (
            "run needy",
            [{"dag_id": "needy", "params": {"month": {"value": None, "schema": {"type": "string"}}}}],
            "Needy needs “Month”",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(text: str, jobs: Any, said: str):
    asked = json.dumps({**QUESTION, "text": text, "jobs": jobs})

    result = CliRunner().invoke(main, ["read", "--jsonl"], input=asked)

    assert said in json.loads(result.output)["refused"]


@pytest.mark.parametrize("params", [None, {}, {"rows": None}])
def test_a_job_without_params_is_a_job(params: Any):
    asked = json.dumps({**QUESTION, "jobs": [{"dag_id": "payroll", "params": params}]})

    answer = json.loads(CliRunner().invoke(main, ["read", "--jsonl"], input=asked).output)

    assert (answer["verb"], answer["job"], answer["inputs"]) == ("run", "payroll", {})
