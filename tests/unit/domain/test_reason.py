"""Failures are alike when they differ only in what differs each time."""

from __future__ import annotations

import pytest

from bot.domain.reason import fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ValueError: 12 orders have no price", "ValueError: 240 orders have no price"),
        ("no rows for 2026-05-01", "no rows for 2026-11-28T02:00:00+01:00"),
        ("FileNotFoundError: '/data/in/a.csv'", "FileNotFoundError: '/data/in/b/c.csv'"),
        ("<Order object at 0x7f3e43e99310>", "<Order object at 0x10>"),
        (
            "run 3f2b8c1e-8a44-4a57-9c0e-0d3cf0a1b2c3 was lost",
            "run 00000000-8a44-4a57-9c0e-0d3cf0a1b2c3 was lost",
        ),
        ("404 for https://shop.example.com/api?day=2026-05-01", "404 for https://shop.example.com/other"),
        ("query 01b2a7ff09 failed", "query 99c3d4ee55 failed"),
    ],
)
def test_numbers_dates_ids_and_paths_make_no_difference(one: str, other: str):
    assert fingerprint("load", one) == fingerprint("load", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("load", "ValueError: no price"), ("load", "ValueError: no region")),
        (("load", "no price"), ("check", "no price")),
        (("load", "KeyError: 'amount'"), ("load", "KeyError: 'region'")),
        (("load", "deadbeef cafe"), ("load", "facade cafe")),
    ],
)
def test_other_words_and_another_task_do(one: tuple[str, str], other: tuple[str, str]):
    assert fingerprint(*one) != fingerprint(*other)


def test_a_line_that_could_be_read_in_many_ways_takes_no_time():
    assert fingerprint("load", "/" * 20_000 + "a1" * 20_000)
