"""A job among thousands is looked for in time that grows with the jobs, not with the words times the jobs."""

from __future__ import annotations

from typing import Any

import pytest
from rapidfuzz import process

from bot.domain.errors import NotFound
from bot.domain.job import JobKey, JobTitle
from bot.language.command import jobs as naming
from bot.language.command.jobs import MOST_WORDS_OF_A_TYPO, find_job, folded_name

MANY = 2_000
NAMES = 2 * MANY
"""A title and a DAG id each."""
JOBS = [
    JobTitle(JobKey("default", f"load_orders_{number}"), f"Load orders {number}") for number in range(MANY)
]
SIXTY_WORDS = " ".join(f"word{number}" for number in range(59))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many names each of them was asked about."""
    counts = {"letters": 0, "likeness": 0}
    behind, extract = naming._behind, process.extract

    def looking(*given: Any) -> Any:
        counts["letters"] += 1
        return behind(*given)

    def comparing(typed: str, names: Any, **how: Any) -> Any:
        counts["likeness"] += len(names)
        return extract(typed, names, **how)

    monkeypatch.setattr(naming, "_behind", looking)
    monkeypatch.setattr(process, "extract", comparing)
    return counts


def refused(text: str) -> None:
    with pytest.raises(NotFound):
        find_job(text, JOBS)


@pytest.mark.parametrize("first", ["load", "nothing"])
def test_sixty_words_cost_about_what_two_cost(counted: dict[str, int], first: str):
    refused(f"{first} {SIXTY_WORDS}")

    assert counted["letters"] <= 2 * NAMES
    assert 0 < counted["likeness"] <= MOST_WORDS_OF_A_TYPO * NAMES


def test_names_are_folded_once():
    refused("load nothing")
    misses = folded_name.cache_info().misses

    refused("load something else")

    assert folded_name.cache_info().misses == misses
