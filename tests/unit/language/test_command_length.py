"""A command may be so long and no longer, whatever its verb: reading takes longer with each word."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.job import JobKey, JobTitle
from bot.language.command import Plan, read_command, reading

JOBS = [JobTitle(JobKey("default", "sales_report"), "Sales report")]


@pytest.mark.parametrize(
    "verb", ["", "run ", "runs ", "pause job ", "resume job ", "show ", "pause ", "jobs ", "away ", "help "]
)
def test_no_verb_reads_more_than_sixty_words(verb: str):
    with pytest.raises(NotUnderstood, match="at most 60 words"):
        read_command(verb + "word " * 61, JOBS)


@pytest.mark.parametrize(
    "text", ["a" * 4_001, "run " + "word " * 1_000, "run sales report with note=" + "x" * 4_000]
)
def test_a_command_has_at_most_four_thousand_characters(text: str):
    with pytest.raises(NotUnderstood, match="at most 4,000 characters"):
        read_command(text, JOBS)


def test_what_is_given_to_an_input_may_have_many_words():
    note = "word " * 100

    request = read_command(f"run sales report with note={note}", JOBS)

    assert isinstance(request, Plan)
    assert request.inputs == {"note": note.strip()}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "between", [" " * 40_000, "," * 40_000, "," + " " * 40_000], ids=["spaces", "commas", "both"]
)
def test_long_gaps_are_read_at_once(monkeypatch: pytest.MonkeyPatch, between: str):
    """Ten times as long as a command may be: a pattern that goes back over the gap takes minutes for that."""
    monkeypatch.setattr(reading, "LONGEST", 100_000)
    with pytest.raises(NotFound):
        read_command(f"a{between}b", JOBS)
    request = read_command(f"run sales report with note=a{between}b", JOBS)

    assert isinstance(request, Plan)


def test_brackets_without_end_are_text():
    request = read_command("run sales report with note=" + "[" * 3_900, JOBS)

    assert isinstance(request, Plan)
    assert request.inputs == {"note": "[" * 3_900}
