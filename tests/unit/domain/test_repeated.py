"""What was given to a job is hidden however its log repeats it, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.repeated import without_values


@pytest.mark.parametrize(
    ("text", "given", "left"),
    [
        ("no entry for hunter2 today", "hunter2", "no entry for *** today"),
        ("no entry for tom_hunter22 today", "hunter2", "no entry for tom_***2 today"),
        ("row 7 of 77, x7", "7", "row *** of 77, x7"),
        ("GET /login?key=p%40ss+w%2Frd: 403", "p@ss w/rd", "GET /login?key=***: 403"),
        ("GET /login/p%40ss%20w%2Frd: 403", "p@ss w/rd", "GET /login/***: 403"),
        (r"conf: {'key': 'back\\slash'}", "back\\slash", "conf: {'key': '***'}"),
        ('{"key": "gr\\u00fcn"}', "grün", '{"key": "***"}'),
        ("first\nsecond of a key", "first\nsecond", "*** of a key"),
        ("pin 4711, row 47110", 4711, "pin ***, row 47110"),
        ("a, then a+", ["a", "a+"], "***, then ***"),
        ("nested value", {"deep": ["nested"]}, "*** value"),
        ("True and None and ", [True, None, ""], "True and None and "),
    ],
    ids=str,
)
def test_a_value_is_hidden(text: str, given: Any, left: str):
    assert without_values(text, {"key": given}) == left


def test_what_is_left_of_a_value_that_was_cut_off_is_hidden():
    cut = "cannot sign in with s3cr3t-of-the-ba\nand s3cr3t-of-the\nbut s3cr3 is too little to know"

    assert without_values(cut, {"key": "s3cr3t-of-the-bank"}) == (
        "cannot sign in with ***\nand ***\nbut s3cr3 is too little to know"
    )


@pytest.mark.slow
def test_time_grows_with_what_is_given_and_not_with_its_square():
    """A hundred thousand values, and one of a million characters, which the text begins to repeat."""
    many = [f"value number {each}" for each in range(100_000)]
    long = "begin" + "x" * 1_000_000

    assert without_values(f"got {many[7]}\n{long[:900]}", {"key": [*many, long]}) == "got ***\n***"
