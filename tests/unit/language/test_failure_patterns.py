"""The file of failure patterns: what is in it is used, what is wrong in it is told with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.run import Failure
from bot.language.failure_patterns import LONGEST_WORDS, read_patterns
from bot.language.yaml_nodes import WrongFile

ROOT = Path(__file__).parents[3]
FILE = """
- match: connection refused
  means: the database is down
  do: ask the platform team
- regex: 'column "?(\\w+)"? does not exist'
  means: a column was renamed
- match: "No space left"
  means: the disk of the reports is full
  job: sales_report
"""


def failure(error: str, log: str = "") -> Failure:
    return Failure("load", 1, error, log)


@pytest.mark.parametrize(
    ("error", "log", "dag_id", "means"),
    [
        ("psql: Connection refused", "", "a", "the database is down"),
        ('ERROR: column "amout" does not exist', "", "a", "a column was renamed"),
        ("exit code 1", "…\nno space left on device", "sales_report", "the disk of the reports is full"),
        ("exit code 1", "no space left on device", "other", ""),
        ("column x does not exist", "connection refused", "a", "a column was renamed"),
        ("KeyError: 'amount'", "", "a", ""),
    ],
)
def test_the_first_pattern_that_fits_the_line_and_else_the_log_explains(
    error: str, log: str, dag_id: str, means: str
):
    explained = read_patterns(FILE).explained(failure(error, log), dag_id)

    assert explained.means == means
    assert (explained.error, explained.log_tail) == (error, log)
    assert explained.to_do == ("ask the platform team" if means == "the database is down" else "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("match: a", "line 1, column 1: `the file` must be a list"),
        ("- match: a\n", "line 1, column 3: a pattern needs `means`"),
        ("- means: a\n", "line 1, column 3: a pattern has either `match`, a plain text, or `regex`"),
        ("- {match: a, regex: a, means: a}", "either `match`"),
        ("- regex: '('\n  means: a", "line 1, column 10: this is no regular expression: missing )"),
        ("- regex: 'a*'\n  means: a", "line 1, column 10: this fits every error"),
        ("- match: ''\n  means: a", "nothing stands in `match`"),
        ("- match: a\n  means: a\n  doo: b", "line 3, column 3: a pattern has no key doo; did you mean do?"),
        (f"- match: a\n  means: {'x' * (LONGEST_WORDS + 1)}", "line 2, column 10: `means` has at most 300"),
        ("- [", "this bracket is not closed"),
        ("- match: a\n  means: b\n" * 501, "a file has at most 500 patterns"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, problem: str):
    with pytest.raises(WrongFile) as wrong:
        read_patterns(text)

    assert problem in str(wrong.value)


def test_an_empty_file_has_no_patterns():
    assert read_patterns("").explained(failure("a"), "a") == failure("a")


def test_a_pattern_that_would_take_for_ever_is_left_out_and_the_next_one_counts():
    patterns = read_patterns("- regex: '(a+)+$'\n  means: slow\n- match: b\n  means: quick")

    assert patterns.explained(failure("a" * 200 + "b"), "a").means == "quick"


def test_each_pattern_of_the_documented_file_explains_a_failure_of_a_real_airflow():
    """Those of the corpus, and lines that need a service that no test has."""
    picked = json.loads((ROOT / "tests/failures/picked.json").read_text())
    others = json.loads((ROOT / "tests/failures/explained.json").read_text())
    patterns = read_patterns((ROOT / "docs/failure-patterns.yaml").read_text())
    explained = {patterns.explained(failure(each), "a").means for each in (*picked.values(), *others)}

    assert {each.means for each in patterns.patterns} == explained - {""}
