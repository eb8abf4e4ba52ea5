"""Whether Runbell was tried with an Airflow is said of every version."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.gateways.airflow.versions import TRIED, tried_with

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("3.0.6", "tried"),
        ("3.1.7", "not tried itself, 3.1.8 is"),
        ("3.3.1", "not tried itself, 3.3.2 is"),
        ("3.4.0", "newer than 3.3.2, the newest that Runbell was tried with"),
        ("4.0.0", "newer than 3.3.2, the newest that Runbell was tried with"),
        ("3.10.1", "newer than 3.3.2, the newest that Runbell was tried with"),
        ("3.2.2+composer", "not tried itself, 3.2.2 is"),
        ("unknown", "not tried; tried are 3.0.6, 3.1.8, 3.2.2, 3.3.2"),
    ],
)
def test_what_was_tried_is_said_of_each_version(version: str, words: str):
    assert tried_with(version) == words


def test_what_counts_as_tried_is_what_make_compat_tries():
    older = sorted(each.stem for each in (ROOT / ".ci" / "airflows").glob("*.txt"))
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    newest = next(each.partition("==")[2] for each in pins if each.startswith("apache-airflow=="))

    assert list(TRIED) == [*older, newest]
