"""What follows `with`: values, whole, and never a time, a job or a zone."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.job import Job, JobKey
from bot.language.command import Plan, read_command

PAYROLL = Job(JobKey("default", "payroll"), "Payroll")


@pytest.mark.parametrize(
    ("typed", "when", "inputs"),
    [
        (
            "payroll every day at 5pm with offices=berlin,lisbon",
            "every day at 5pm",
            {"offices": "berlin,lisbon"},
        ),
        (
            "payroll every day at 5pm with offices=berlin, lisbon",
            "every day at 5pm",
            {"offices": "berlin, lisbon"},
        ),
        ("run payroll with offices=berlin,lisbon", "", {"offices": "berlin,lisbon"}),
        ("payroll every weekday with ids=10,17", "every weekday", {"ids": "10,17"}),
        ("payroll every month with ids=7,15th", "every month", {"ids": "7,15th"}),
        ("payroll tomorrow with ids=7,11", "tomorrow", {"ids": "7,11"}),
        ("run payroll with ids=7,noon", "", {"ids": "7,noon"}),
        ("payroll every day at 9 with rows=1,000", "every day at 9", {"rows": "1,000"}),
        ("payroll daily with remark=check before Friday 9am", "daily", {"remark": "check before Friday 9am"}),
        (
            "payroll daily with remark=Please check the 2nd page before Friday",
            "daily",
            {"remark": "Please check the 2nd page before Friday"},
        ),
        (
            "payroll daily with region=United States, rows=20",
            "daily",
            {"region": "United States", "rows": "20"},
        ),
        (
            "payroll daily with region=United States and rows=20",
            "daily",
            {"region": "United States", "rows": "20"},
        ),
        ("payroll daily with offices=berlin with remark=hi", "daily", {"offices": "berlin", "remark": "hi"}),
        ("run payroll with remark=check it please", "", {"remark": "check it please"}),
        ("run payroll with remark=do it now", "", {"remark": "do it now"}),
        ("payroll daily with remark=no thanks", "daily", {"remark": "no thanks"}),
        ("payroll daily with rows = 20 region= us", "daily", {"rows": "20", "region": "us"}),
        (
            'payroll daily with names="Smith, John", "Doe, Jane", rows=2',
            "daily",
            {"names": '"Smith, John", "Doe, Jane"', "rows": "2"},
        ),
        ('payroll daily with names=Ann, "Doe, Jane"', "daily", {"names": 'Ann, "Doe, Jane"'}),
        (
            'payroll daily with limits={"a": 1, "b": [1, 2]}, rows=2',
            "daily",
            {"limits": '{"a": 1, "b": [1, 2]}', "rows": "2"},
        ),
        ("payroll daily with note=don’t panic", "daily", {"note": "don't panic"}),
        (
            "payroll daily with link=<https://example.org/a?b=c&amp;d=e>",
            "daily",
            {"link": "https://example.org/a?b=c&d=e"},
        ),
        (
            "payroll daily with to=<mailto:ann@example.com|ann@example.com>",
            "daily",
            {"to": "ann@example.com"},
        ),
        ("payroll daily with site=<http://example.org|example.org>", "daily", {"site": "example.org"}),
        (
            "payroll daily with place=<#C0123|finance>, who=<@U0123|maya>",
            "daily",
            {"place": "#finance", "who": "@maya"},
        ),
        ("payroll daily with who=<@U0123>", "daily", {"who": "@U0123"}),
        ("payroll daily with team=R&amp;D", "daily", {"team": "R&D"}),
        ("payroll daily with a=1&lt;2", "daily", {"a": "1<2"}),
        ("payroll daily with filter=a=b", "daily", {"filter": "a=b"}),
    ],
)
def test_a_value_reaches_to_the_next_name(typed: str, when: str, inputs: dict[str, str]):
    assert read_command(typed, [PAYROLL]) == Plan((PAYROLL,), when, inputs, now=typed.startswith("run"))


@pytest.mark.parametrize(
    "typed",
    [
        'payroll with day="1 May 2026" tomorrow at 9',
        "payroll daily with rows=1 rows=2",
        "payroll daily with rows=1 ROWS=2",
        "payroll daily with rows= region=us",
        'payroll daily with name="never closed',
    ],
)
def test_what_belongs_to_no_value_is_refused(typed: str):
    with pytest.raises(NotUnderstood):
        read_command(typed, [PAYROLL])
