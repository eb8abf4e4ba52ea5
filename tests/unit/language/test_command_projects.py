"""A whole project is named, with or without its end and why; a job may still be called "Project …"."""

from __future__ import annotations

import pytest

from bot.domain.job import Job, JobKey
from bot.language.command import OnProject, OnSchedule, Verb, read_command

JOBS = [
    Job(JobKey("default", "import_orders"), "Import orders"),
    Job(JobKey("default", "project_report"), "Project report"),
]


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("pause project until monday", OnProject(Verb.PAUSE, "", "monday")),
        ("pause the whole project until monday 8am", OnProject(Verb.PAUSE, "", "monday 8am")),
        ("pause project for 2 hours", OnProject(Verb.PAUSE, "", "in 2 hours")),
        ("pause project Finance until 5 may", OnProject(Verb.PAUSE, "Finance", "5 may")),
        (
            "pause project until friday because the warehouse moves",
            OnProject(Verb.PAUSE, "", "friday", "the warehouse moves"),
        ),
        ("pause project", OnProject(Verb.PAUSE, "")),
        ("resume project", OnProject(Verb.RESUME, "")),
        ("resume project “Finance & Co”", OnProject(Verb.RESUME, "Finance & Co")),
    ],
)
def test_a_project_is_named(text: str, request_: OnProject):
    assert read_command(text, JOBS) == request_


def test_a_job_whose_title_begins_so_is_that_job():
    request = read_command("pause project report until monday", JOBS)

    assert isinstance(request, OnSchedule)
    assert request.until == "monday"


@pytest.mark.parametrize(
    "text", ["pause project Finance until monday 8am because of “rain”", "resume project x"]
)
def test_what_a_button_carries_is_read_as_what_was_typed(text: str):
    read = read_command(text, JOBS)

    assert isinstance(read, OnProject)
    assert read_command(read.of(read.name), JOBS) == read
