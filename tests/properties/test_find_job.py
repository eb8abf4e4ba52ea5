"""Which job a text names, against the rule said once more and slowly: every beginning, every job."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NotFound
from bot.domain.job import JobKey, JobTitle
from bot.language.command import find_job
from bot.language.when import looks_like_time

WORDS = ("sales", "sale", "report", "rep", "2", "$x", "(new)", "été", "at", "daily", "-", "a", "aa")
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
IDS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map("_".join)
JOBS = st.lists(st.builds(JobTitle, st.builds(JobKey, st.just("default"), IDS), TITLES), max_size=8)
TEXTS = st.lists(st.sampled_from((*WORDS, "s", "r", "every", "day", "9am")), min_size=1, max_size=6).map(
    " ".join
)


@given(text=TEXTS, jobs=JOBS)
def test_the_longest_beginning_that_names_a_job_counts(text: str, jobs: list[JobTitle]):
    by_the_rule = slowly(text, jobs)

    if by_the_rule is None:
        with pytest.raises(NotFound):
            find_job(text, jobs)
    else:
        assert find_job(text, jobs) == by_the_rule


def slowly(text: str, jobs: list[JobTitle]) -> tuple[tuple[JobTitle, ...], str] | None:
    """By whole names first, then by letters; the longest beginning of either that fits any job."""
    words = text.split()
    beginnings = [(end, folded(" ".join(words[:end]))) for end in range(len(words), 0, -1)]
    for end, beginning in beginnings:
        found = tuple(job for job in jobs if beginning and beginning in names(job))
        if found:
            return found, " ".join(words[end:])
    for end, beginning in beginnings:
        rest = " ".join(words[end:])
        begins = tuple(job for job in jobs if any(name.startswith(beginning) for name in names(job)))
        letters = re.compile(r".*?\b" + r".*?\b".join(map(re.escape, beginning.split())))
        found = begins or tuple(job for job in jobs if any(letters.match(name) for name in names(job)))
        if beginning and found and (not rest or looks_like_time(rest)):
            return found, rest
    return None


def names(job: JobTitle) -> tuple[str, str]:
    return folded(job.title), folded(job.key.dag_id)


def folded(text: str) -> str:
    return " ".join(re.split(r"[\s_\-.,:\"']+", text.casefold())).strip()
