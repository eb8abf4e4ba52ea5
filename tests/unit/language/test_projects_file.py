"""projects.yaml as written by people: what it says, and every mistake with its line and column."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.domain.alert_rule import AlertEvent, How, Quiet
from bot.domain.rights import Action, Role
from bot.language.projects_file import read_projects_file
from bot.language.yaml_nodes import WrongFile
from tests.manifest import ROOT

GOOD = """\
admins: [U0ALEX]
projects:
  Finance:
    time_zone: Europe/Berlin
    channels: ["#finance"]
    managers: [U0MAYA]
    runners:
      - U0TOM
    shares:
      - tag: finance
        actions: [see, run]
      - job: payroll
        actions: [run]
        only: [U0TOM]
"""


def problems(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(WrongFile) as refusal:
        read_projects_file(text)
    return [(each.line, each.column, each.words) for each in refusal.value.problems]


def test_it_says_who_and_what_and_where():
    found = read_projects_file(GOOD)

    (project,) = found.projects
    assert {role: [word.text for word in words] for role, words in found.workspace_roles.items()} == {
        "admin": ["U0ALEX"]
    }
    assert (project.name.text, project.tz) == ("Finance", "Europe/Berlin")
    assert [(word.text, role) for word, role in project.members] == [
        ("U0MAYA", Role.MANAGER),
        ("U0TOM", Role.RUNNER),
    ]
    by_tag, by_job = project.shares
    assert (by_tag.target.text, by_tag.is_tag, by_tag.only) == ("finance", True, None)
    assert by_tag.actions == {Action.SEE, Action.RUN}
    assert (by_job.target.text, by_job.is_tag, [word.text for word in by_job.only or ()]) == (
        "payroll",
        False,
        ["U0TOM"],
    )


def test_the_complete_example_in_the_docs_is_right():
    text = (ROOT / "docs" / "operating.md").read_text()
    example = text.partition("```yaml\nadmins:")[2].partition("```")[0]
    example = f"admins:{example}"

    (project,) = read_projects_file(example).projects
    assert len(project.members) == 4
    assert len(project.shares) == 2


def test_words_are_taken_as_they_are_written():
    found = read_projects_file("projects:\n  no:\n    time_zone: UTC\n  0x10:\n    time_zone: UTC\n")

    assert [each.name.text for each in found.projects] == ["no", "0x10"]


@pytest.mark.parametrize(
    ("wrong", "right", "line", "column", "words"),
    [
        ("managres:", "managers:", 6, 5, "project Finance has no key managres; did you mean managers?"),
        ("admin:", "admins:", 1, 1, "the file has no key admin; did you mean admins?"),
        ("Europe/Berlln", "Europe/Berlin", 4, 16, "there is no time zone Europe/Berlln"),
        ("../etc", "Europe/Berlin", 4, 16, "there is no time zone ../etc"),
        ("[see, fly]", "[see, run]", 11, 24, "there is no action fly; there are see, run"),
        ("[#finance]", '["#finance"]', 5, 15, "this bracket is not closed; what begins with # needs quotes"),
        ("[@maya]", "[U0MAYA]", 6, 16, "what begins with @ needs quotes"),
        ("U0TOM, U0TOM]", "U0TOM]", 14, 23, "U0TOM stands in `only` twice"),
        ("only: []", "only: [U0TOM]", 14, 15, "`only` names nobody"),
        ("actions: []", "actions: [see, run]", 11, 18, "`actions` needs some of see"),
        ("managers: U0MAYA", "managers: [U0MAYA]", 6, 15, "`managers` must be a list"),
        ("- {}", "- U0TOM", 8, 9, "`runners` takes one word here"),
        ("- #finance", "- U0TOM", 8, 8, "nothing stands in `runners` here"),
        ("dag: payroll", "job: payroll", 12, 9, "a share has no key dag"),
        ("tag: x\n        job: payroll", "job: payroll", 12, 9, "a share names either"),
        ("' Finance'", "Finance", 3, 3, "a project's name is one line of 1 to 80 characters"),
        ("zone: UTC", "time_zone: Europe/Berlin", 3, 3, "project Finance needs `time_zone`"),
        ("'U0MAYA", "[U0MAYA]", 6, 15, "this quote is not closed"),
        ("\tU0MAYA", " [U0MAYA]", 6, 14, "this is not YAML: found character"),
        ("\x00", "U0MAYA", 6, 16, "this character cannot stand in YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(wrong: str, right: str, line: int, column: int, words: str):
    found = problems(GOOD.replace(right, wrong, 1))

    assert any((at, of) == (line, column) and said.startswith(words) for at, of, said in found), found


@pytest.mark.parametrize("text", ["", "# nothing\n", "just words", "- a list", "projects: [Finance]"])
def test_what_is_no_such_file_at_all_is_told_too(text: str):
    assert problems(text)


def test_all_mistakes_are_told_at_once_in_their_order():
    text = (
        GOOD.replace("admins", "admin")
        .replace("Berlin", "Berlln")
        .replace("actions: [run]", "actions: [fly]")
    )

    assert [line for line, _, _ in problems(text)] == [1, 4, 13]


def test_a_key_that_stands_twice_is_told_where_it_stands_again():
    assert problems(GOOD + "  Finance:\n    time_zone: UTC\n") == [(15, 3, "Finance stands here twice")]


@pytest.mark.slow
def test_a_file_that_is_nested_without_end_is_refused_in_words():
    with pytest.raises(WrongFile) as refusal:
        read_projects_file("[" * 5_000)

    assert "nested" in refusal.value.problems[0].words


LAUGHS = ["l0: &l0 [x, x]", *(f"l{each}: &l{each} [*l{each - 1}, *l{each - 1}]" for each in range(1, 60))]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("\n".join([*LAUGHS, "projects: *l59"]), 1, "the file has no key l0"),
        (GOOD.replace("[U0ALEX]", "&a [*a]"), 1, ""),
        ("projects: &p\n  Finance: *p\n", 2, "project Finance has no key Finance"),
        (GOOD.replace("managers:", "<<: {}\n    managers:"), 6, "project Finance has no key <<"),
        (GOOD.replace("Europe/Berlin", "../../etc/passwd"), 4, "there is no time zone ../../etc/passwd"),
        (GOOD.replace("U0TOM", "U0\0TOM", 1), 8, "this character cannot stand in YAML"),
        (GOOD.replace("  Finance:", "  Fin\u202eance:"), 3, ""),
    ],
    ids=["laughs", "within itself", "a project within itself", "a merge", "a zone", "nul", "turned"],
)
def test_what_yaml_has_to_stop_its_readers_is_refused_at_its_place(text: str, line: int, words: str):
    assert any(at == line and said.startswith(words) for at, _, said in problems(text)), problems(text)


ALERT = """\
projects:
  Finance:
    time_zone: Europe/Berlin
    alerts:
      - channel: C0FINANCE
        job: sales_report
        events: [failure, recovery]
        how: weekly friday 8:05
        quiet: 20:00-08:00
        mention: [U0MAYA, channel]
        until: 2026-12-31
"""


def test_an_alert_rule_is_read_whole():
    (project,) = read_projects_file(ALERT).projects
    (alert,) = project.alerts

    assert (alert.how, alert.at, alert.weekday) == (How.WEEKLY, time(8, 5), 4)
    assert alert.quiet == Quiet(time(20), time(8))
    assert [each.text for each in alert.mentions] == ["U0MAYA", "channel"]
    assert alert.until_on == date(2026, 12, 31)
    assert alert.events == {AlertEvent.FAILURE, AlertEvent.RECOVERY}


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        (
            "[failures]",
            "[failure, recovery]",
            "there is no event failures; there are success, failure, recovery",
        ),
        (
            "weekly 8:05",
            "weekly friday 8:05",
            "`how` is first, each, after 3, digest 08:00, or weekly monday",
        ),
        ("after 0", "weekly friday 8:05", "`how` is first, each, after 3"),
        ("digest 24:00", "weekly friday 8:05", "`how` is first"),
        ("20:00", "20:00-08:00", "`quiet` is two times of day, like 20:00-08:00"),
        ("08:00-08:00", "20:00-08:00", "`quiet` is two times of day"),
        ("tomorrow", "2026-12-31", "`until` is a day, like 2026-12-31"),
        ("of: own", "job: sales_report", "`of` is here or airflow"),
        (
            "tag: finance\n        job: sales_report",
            "job: sales_report",
            "names at most one of `of`, `job` and `tag`",
        ),
        ("jobs: x", "job: sales_report", "an alert rule has no key jobs; did you mean job?"),
    ],
)
def test_what_is_wrong_with_an_alert_rule_is_told(wrong: str, right: str, words: str):
    (problem,) = problems(ALERT.replace(right, wrong))

    assert words in problem[2]
