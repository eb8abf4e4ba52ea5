"""Inputs: typed or chosen, checked against the job's JSON Schema."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.parts import fixed_line, inputs_line
from bot.domain.errors import NotUnderstood
from bot.domain.job import Input, InputKind, Job, JobKey, JobSettings
from bot.language.inputs import Viewpoint, check_inputs, read_inputs, show_value

SEEN = Viewpoint(ZoneInfo("Europe/Berlin"), datetime(2026, 11, 28, 10, 0, tzinfo=UTC))

REGION = Input(
    "region",
    InputKind.CHOICE,
    "Region",
    {"type": "string", "enum": ["emea", "us"]},
    default="emea",
    choices=(("emea", "Europe"), ("us", "United States")),
)
ROWS = Input("rows", InputKind.WHOLE, "Rows", {"type": "integer", "minimum": 1, "maximum": 100}, default=10)
DAY = Input("day", InputKind.DATE, "Day", {"type": ["null", "string"], "format": "date"})
FULL = Input("full", InputKind.YES_NO, "Everything", {"type": "boolean"}, default=False)
LIST = Input("offices", InputKind.LIST, "Offices", {"type": "array", "items": {"type": "string"}})
TOKEN = Input("api_token", InputKind.TEXT, "Token", {"type": "string"})
NEEDED = Input("month", InputKind.TEXT, "Month", {"type": "string"}, required=True)
JOB = Job(JobKey("default", "sales_report"), "Sales report", inputs=(REGION, ROWS, DAY, FULL, LIST, TOKEN))


@pytest.mark.parametrize(
    ("typed", "conf"),
    [
        ({"region": "US"}, {"region": "us"}),
        ({"Region": "united states"}, {"region": "us"}),
        ({"rows": "20"}, {"rows": 20}),
        ({"day": "2026-05-01"}, {"day": "2026-05-01"}),
        ({"day": "1 May 2026"}, {"day": "2026-05-01"}),
        ({"full": "Yes"}, {"full": True}),
        ({"everything": "off"}, {"full": False}),
        ({"offices": "berlin, lisbon"}, {"offices": ["berlin", "lisbon"]}),
        ({}, {}),
    ],
)
def test_it_is_read(typed: dict[str, Any], conf: dict[str, Any]):
    assert read_inputs(JOB, typed, SEEN) == conf


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"region": "mars"}, "region", r"one of:\n• emea: Europe\n• us: United States"),
        ({"rows": "many"}, "rows", "whole number"),
        ({"rows": "0"}, "rows", "must be 1 or more"),
        ({"rows": "101"}, "rows", "must be 100 or less"),
        ({"day": "1/5/2026"}, "day", "takes a date"),
        ({"full": "maybe"}, "full", "yes or no"),
        ({"rowz": "1"}, None, "Did you mean `rows`"),
        ({"zebra": "1"}, None, "It has: region, rows"),
    ],
)
def test_wrong_input_is_told_at_its_field_in_words(typed: dict[str, Any], field: str | None, words: str):
    with pytest.raises(NotUnderstood, match=words) as refusal:
        read_inputs(JOB, typed, SEEN)

    assert refusal.value.field == field


@pytest.mark.parametrize("name", ["rows", "ROWS", "how_many"])
def test_what_is_fixed_here_is_said_with_its_value(name: str):
    job = replace(JOB, inputs=(REGION, replace(ROWS, title="How many"))).within(
        JobSettings(fixed={"rows": 500})
    )

    with pytest.raises(NotUnderstood, match=r"“How many” is fixed at 500 in this project\."):
        read_inputs(job, {name: "20"}, SEEN)


def test_a_secret_that_is_fixed_is_not_said():
    job = replace(JOB, inputs=(TOKEN,)).within(JobSettings(fixed={TOKEN.name: "hunter2"}))

    with pytest.raises(NotUnderstood, match="is fixed") as refusal:
        read_inputs(job, {TOKEN.name: "20"}, SEEN)
    assert "hunter2" not in refusal.value.message
    assert "hunter2" not in fixed_line(job)


def test_cards_show_what_is_fixed_by_its_title_whatever_was_asked_before():
    job = JOB.within(JobSettings(fixed={"region": "us"}))

    assert fixed_line(job) == "Region: *United States*"
    assert (
        inputs_line(job, {"region": "emea", "rows": 7}) == "Rows: *7* · Region: *United States (fixed here)*"
    )


def test_a_required_input_is_asked_for():
    job = Job(JobKey("default", "payroll"), "Payroll", inputs=(NEEDED,))

    with pytest.raises(NotUnderstood, match="needs “Month”"):
        read_inputs(job, {}, SEEN)


@pytest.mark.parametrize(
    ("conf", "problem"),
    [
        ({"rows": 5}, None),
        ({"rows": 500}, "“Rows” must be 100 or less."),
        ({"zebra": 1}, "it no longer has an input called “zebra”"),
    ],
)
def test_inputs_that_no_longer_fit_are_told(conf: dict[str, Any], problem: str | None):
    assert check_inputs(JOB, conf) == problem


def test_what_looks_like_a_secret_is_never_shown():
    assert show_value(TOKEN, "hunter2") == "•••"
    assert show_value(REGION, "us") == "United States"
    assert show_value(FULL, value=True) == "yes"


@pytest.mark.slow
@settings(deadline=None)  # the first date of all loads what reads dates
@given(st.dictionaries(st.sampled_from([each.name for each in JOB.inputs]), st.text(max_size=60)))
def test_any_text_is_taken_as_airflow_would_take_it_or_refused(typed: dict[str, str]):
    try:
        conf = read_inputs(JOB, typed, SEEN)
    except NotUnderstood:
        return
    assert check_inputs(JOB, conf) is None
