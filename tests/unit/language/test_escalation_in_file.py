"""A projects file says what happens to failures that nobody claims, and is written back as it was."""

from __future__ import annotations

import pytest

from bot.domain.escalation import Escalation
from bot.domain.project_setup import Names, ProjectSetup
from bot.language.projects_file import read_projects_file
from bot.language.projects_text import write_projects_file
from bot.language.yaml_nodes import WrongFile

HEAD = "projects:\n  Finance:\n    time_zone: UTC\n    escalation:\n"


def read(body: str) -> tuple[int, str, str]:
    (project,) = read_projects_file(HEAD + body).projects
    found = project.escalation
    assert found is not None
    return found.minutes, found.to.text if found.to else "", found.pager.text if found.pager else ""


def test_it_is_read():
    assert read("      minutes: 15\n      to: '#on-call'\n      pager: platform\n") == (
        15,
        "#on-call",
        "platform",
    )
    assert read("      minutes: 5\n      pager: platform\n") == (5, "", "platform")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("      to: U1\n", "minutes"),
        ("      minutes: soon\n      to: U1\n", "`minutes` is a whole number, 1 to 1440"),
        ("      minutes: 0\n      to: U1\n", "`minutes` is a whole number"),
        ("      minutes: 5\n", "needs `to`"),
        ("      minutes: 5\n      to: U1\n      routing_key: abc\n", "routing_key"),
    ],
)
def test_what_is_wrong_is_said(body: str, words: str):
    with pytest.raises(WrongFile) as wrong:
        read(body)
    assert words in str([str(each) for each in wrong.value.problems])


def test_it_is_written_as_it_is_read():
    names = Names({"U1": "Tom"}, {}, {"C1": "on-call"}, {})
    for place_id, shown in (("C1", "C1  # #on-call"), ("U1", "U1  # Tom")):
        setup = ProjectSetup("UTC", escalation=Escalation(15, place_id, "platform"))

        text = write_projects_file({"Finance": setup}, {}, names)

        assert f"      to: {shown}\n" in text
        (project,) = read_projects_file(text).projects
        assert project.escalation is not None
        assert (project.escalation.minutes, project.escalation.pager and project.escalation.pager.text) == (
            15,
            "platform",
        )
