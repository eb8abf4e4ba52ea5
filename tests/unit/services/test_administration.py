"""A reviewed file becomes what is so: the plan, its application, what it takes away, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, UserError
from bot.domain.ports import UserGroup
from bot.domain.project_setup import ChannelFacts
from bot.domain.rights import Action
from bot.domain.schedule import ScheduleState
from bot.language.yaml_nodes import WrongFile
from bot.rules.access import Asker
from bot.rules.project_diff import say_changes
from bot.services.projects.from_file import Administration
from storage.tables import projects
from tests.world import FINANCE, GENERAL, HR, LENA, MAYA, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from bot.services.projects.from_file import Planned
    from tests.world import World

SCHEDULED = "<@U0TOM> scheduled Sales report (#1), every weekday at 09:00 (Berlin time)."
BOTH = """\
projects:
  Finance:
    time_zone: Europe/Berlin
    channels: ["#finance"]
    managers: ["@maya"]
    runners: [U0TOM]
    viewers: [U0LENA]
    shares:
      - tag: finance
        actions: [see, run, schedule, stop, pause]
  HR:
    time_zone: Europe/Berlin
    channels: [C0PEOPLE]
    runners: ["@Priya"]
    shares:
      - tag: hr
        actions: [see, run, schedule, stop, pause]
"""


class Office:
    def __init__(self, world: World, admins: tuple[str, ...] = ()) -> None:
        self.world = world
        with world.database.transaction() as tx:  # as a project begins, and as the file leaves it
            tx.connection.execute(projects.update().values(tells_changes=True))
        self.administration = Administration(
            world.database, world.clock, workspace_id=TEAM, deployment="default", settings_admins=admins,
            pagers=["on-call", "platform"],
        )  # fmt: skip

    def plan(self, text: str) -> Planned:
        channels = self.administration.refresh(self.world.slack, self.world.airflow, text)
        return self.administration.plan(text, channels)

    def diff(self, text: str) -> str:
        return say_changes(self.plan(text).changes)

    def apply(self, text: str) -> list[Schedule]:
        return self.administration.apply(self.plan(text))

    def problems(self, text: str) -> list[str]:
        with pytest.raises(WrongFile) as refusal:
            self.plan(text)
        return [str(each) for each in refusal.value.problems]

    def titles(self, who: Person, action: Action = Action.SEE) -> list[str]:
        return [each.job.title for each in self.world.offers(Asker(who, GENERAL), action)]


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


@pytest.fixture
def kept(office: Office) -> Office:
    """Finance and HR are the file's."""
    office.apply(BOTH)
    return office


def test_what_stands_already_is_only_taken_under_the_files_hand(office: Office):
    assert office.diff(BOTH).splitlines() == [
        "~ project Finance: managed by this file from now on",
        "~ project HR: managed by this file from now on",
    ]


def test_applying_twice_changes_nothing(kept: Office):
    assert kept.plan(BOTH).changes == []


def test_a_pager_that_the_settings_do_not_name_is_refused_with_those_that_they_do(kept: Office):
    escalates = 'channels: ["#finance"]\n    escalation: {minutes: 15, pager: platfrom}'
    text = BOTH.replace('channels: ["#finance"]', escalates)

    (problem,) = kept.problems(text)

    assert "PagerDuty has no routing key platfrom here; there are on-call, platform" in problem
    kept.apply(text.replace("platfrom", "platform"))


def test_a_pager_that_a_project_has_already_stays_though_the_settings_have_lost_it(kept: Office):
    escalates = 'channels: ["#finance"]\n    escalation: {minutes: 15, pager: platform}'
    text = BOTH.replace('channels: ["#finance"]', escalates)
    kept.apply(text)
    without = Administration(kept.world.database, kept.world.clock, workspace_id=TEAM, deployment="default")

    planned = without.plan(text, without.refresh(kept.world.slack, kept.world.airflow, text))

    assert planned.changes == []


def test_the_plan_reads_like_a_diff(kept: Office):
    text = (
        BOTH.replace('managers: ["@maya"]\n    runners: [U0TOM]\n    viewers: [U0LENA]', "managers: [U0TOM]")
        .replace("Europe/Berlin", "UTC", 1)
        .replace("tag: hr\n        actions: [see, run", "tag: hr\n        actions: [see")
    )
    text += "  Ops:\n    time_zone: UTC\n    shares:\n      - {job: payroll, actions: [run], only: [U0SAM]}\n"

    assert kept.diff(text).splitlines() == [
        "  project Finance",
        "~     time zone: Europe/Berlin → UTC",
        "-     Lena: viewer",
        "-     Maya: manager",
        "~     Tom: runner → manager",
        "  project HR",
        "~     share tag hr with everyone: see, run, schedule, stop, pause → see, schedule, stop, pause",
        "+ project Ops (UTC)",
        "+     share job payroll with Sam: run",
    ]


def test_a_project_that_leaves_the_file_is_archived_and_comes_back(kept: Office):
    without = BOTH[: BOTH.index("  HR:")]
    assert kept.diff(without) == "- project HR: archived; its schedules stop"
    kept.apply(without)
    assert kept.titles(PRIYA) == []

    assert kept.diff(BOTH).splitlines() == [
        "+ project HR: back from the archive",
        "+     channel #people",
        "~     reports to: nowhere → #people",
    ]
    kept.apply(BOTH)
    assert kept.titles(PRIYA) == ["Payroll"]


def test_what_no_file_owns_is_left_alone(office: Office):
    finance = BOTH[: BOTH.index("  HR:")]
    office.apply(finance)

    assert office.titles(PRIYA) == ["Payroll"]
    assert "HR:" not in office.administration.export()
    assert "HR:" in office.administration.export(everything=True)
    assert office.problems(finance.replace("#finance", "#people")) == [
        "line 4, column 16: #people belongs to project HR already"
    ]


def test_a_channel_moves_from_one_project_to_another(kept: Office):
    text = BOTH.replace('["#finance"]', "[]").replace("[C0PEOPLE]", "[C0PEOPLE, C0FINANCE]")

    kept.apply(text)

    with kept.world.database.transaction() as tx:
        found = tx.channels.get(TEAM, FINANCE)
    assert found is not None
    assert found.project_id == kept.world.projects["HR"]
    assert kept.plan(text).changes == []


def test_everything_that_does_not_exist_is_told_at_once(office: Office):
    text = (
        BOTH.replace("#finance", "#finanse")
        .replace("@maya", "@mayo")
        .replace("[U0TOM]", "[U0TIM, S0NONE, tom@example.com]")
        .replace("tag: finance", "tag: finanse")
        .replace("tag: hr", "job: pay_roll")
    )

    assert office.problems(text) == [
        "line 4, column 16: Slack has no channel #finanse; did you mean #finance?",
        "line 5, column 16: Slack has no person and no user group @mayo; did you mean @Maya?",
        "line 6, column 15: Slack has no person U0TIM",
        "line 6, column 22: Slack has no user group S0NONE",
        "line 6, column 30: Slack knows nobody with the address tom@example.com: write the Slack id",
        "line 9, column 14: no job in Airflow has the tag finanse; did you mean finance?",
        "line 16, column 14: Airflow has no job pay_roll; did you mean payroll?",
    ]


def test_a_name_that_several_have_wants_an_id(office: Office):
    office.world.slack.known_groups = [UserGroup("S1TOM", "tom", "Toms", frozenset())]

    assert office.problems(BOTH.replace("[U0TOM]", '["@Tom"]')) == [
        "line 6, column 15: @Tom may be any of S1TOM, U0TOM: write the id"
    ]


def test_a_person_may_be_named_by_their_address(office: Office):
    office.world.slack.known_people[TOM.person_id] = replace(TOM, email="Tom@Example.com")

    assert office.diff(BOTH.replace("U0TOM", "tom@example.com")) == office.diff(BOTH)
    wrong = office.problems(BOTH.replace("U0TOM", "tim@example.com"))
    assert wrong == [
        "line 6, column 15: Slack knows nobody with the address tim@example.com: write the Slack id"
    ]


def test_one_person_has_one_role(office: Office):
    assert office.problems(BOTH.replace("[U0LENA]", '["@tom"]')) == [
        "line 7, column 15: @tom is named as a runner already"
    ]


def test_a_channel_has_one_project(office: Office):
    assert office.problems(BOTH.replace("C0PEOPLE", "C0FINANCE")) == [
        "line 13, column 16: C0FINANCE belongs to project Finance already"
    ]


def test_it_reports_to_one_of_its_channels(office: Office):
    text = BOTH.replace("managers:", 'reports_to: "#people"\n    managers:', 1)

    assert office.problems(text) == ["line 5, column 17: #people is not among this project's `channels`"]


def test_an_archived_channel_is_refused_unless_it_is_mapped_already(kept: Office):
    slack = kept.world.slack
    slack.known_channels = [ChannelFacts(HR, "people", is_archived=True), ChannelFacts(FINANCE, "finance")]

    assert kept.plan(BOTH).changes == []
    slack.known_channels.append(ChannelFacts("C0OLD", "old", is_archived=True))
    assert kept.problems(BOTH.replace("[C0PEOPLE]", '[C0PEOPLE, "#old"]')) == [
        "line 13, column 26: #old is archived in Slack"
    ]


def test_a_user_group_is_named_by_its_handle(kept: Office):
    kept.world.slack.known_groups = [UserGroup("S1", "helpers", "Helpers", frozenset({LENA.person_id}))]

    kept.apply(BOTH.replace("viewers: [U0LENA]", 'viewers: ["@helpers"]'))

    assert "Sales report" in kept.titles(LENA)
    assert kept.titles(LENA, Action.RUN) == []


def test_a_share_with_one_person_is_theirs_alone(kept: Office):
    kept.apply(BOTH.replace("  HR:", "      - {job: payroll, actions: [run], only: ['@tom']}\n  HR:"))

    assert "Payroll" in kept.titles(TOM)
    assert "Payroll" not in kept.titles(MAYA)


# What is taken away ----------------------------------------------------------------------------------


def test_who_is_removed_loses_every_right_at_once(kept: Office):
    kept.apply(BOTH.replace("    runners: [U0TOM]\n", ""))

    assert kept.titles(TOM) == []


def test_their_schedules_are_suspended_and_both_are_told(kept: Office):
    schedule = kept.world.schedule("every weekday at 9:00")

    (suspended,) = kept.apply(BOTH.replace("U0TOM", "U0SAM"))

    assert suspended.schedule_id == schedule.schedule_id
    with kept.world.database.transaction() as tx:
        found = tx.schedules.get(schedule.schedule_id)
    assert found is not None
    assert (found.state, found.reason) == (
        ScheduleState.SUSPENDED,
        "<@U0TOM> may no longer schedule this job",
    )
    kept.world.notifier.step()
    for reader in (TOM, MAYA):
        (told,) = kept.world.slack.texts(reader.person_id)
        assert told == "#1 is suspended: the owner may no longer schedule the job."
    assert kept.world.slack.texts(SAM.person_id) == []
    assert kept.world.slack.texts(FINANCE) == [SCHEDULED]


@pytest.mark.slow
def test_what_was_about_to_run_does_not(kept: Office):
    kept.world.schedule("every weekday at 9:00")
    kept.world.go_to(kept.world.clock.now().replace(hour=7, minute=59, second=30))
    assert len(kept.world.starts()) == 1, "handed over already"

    kept.apply(BOTH.replace("U0TOM", "U0SAM"))
    kept.world.go_to(kept.world.clock.now().replace(hour=8, minute=5, second=0))

    assert [run.state for run in kept.world.airflow.recent("sales_report", count=5)] != ["done"]


def test_colleagues_schedules_go_on(kept: Office):
    mine = kept.world.schedule("every weekday at 9:00", MAYA)

    assert kept.apply(BOTH.replace("U0TOM", "U0SAM")) == []

    with kept.world.database.transaction() as tx:
        found = tx.schedules.get(mine.schedule_id)
    assert found is not None
    assert found.state is ScheduleState.ACTIVE


def test_an_archived_projects_schedules_are_suspended(kept: Office):
    kept.world.schedule("every weekday at 9:00")

    suspended = kept.apply(BOTH.replace("  Finance:", "  Money:"))

    assert [each.number for each in suspended] == [1]


def test_a_job_that_is_merely_gone_for_now_suspends_nothing(kept: Office):
    kept.world.schedule("every weekday at 9:00")
    kept.world.airflow.remove("sales_report")

    assert kept.apply(BOTH.replace("viewers: [U0LENA]", "viewers: [U0SAM]")) == []


@pytest.mark.slow
def test_a_channel_that_is_taken_away_hears_no_more(kept: Office):
    kept.world.schedule("every weekday at 9:00", where=FINANCE)

    assert kept.apply(BOTH.replace('["#finance"]', "[]")) == []
    kept.world.go_to(kept.world.clock.now().replace(hour=8, minute=5, second=0))

    told, card, *_ = kept.world.slack.texts(TOM.person_id)
    assert told == "Sales report (#1) reports to you from now on."
    assert "done" in card
    assert kept.world.slack.texts(FINANCE) == [SCHEDULED]


# The workspace's own roles ---------------------------------------------------------------------------


def test_admins_of_the_file_and_of_the_settings(world: World):
    office = Office(world, admins=(SAM.person_id,))
    text = f"admins: [U0MAYA]\nauditors: [U0LENA]\n{BOTH}"
    assert office.diff(text).splitlines()[:2] == ["+ admin Maya", "+ auditor Lena"]

    office.apply(text)

    assert office.plan(text).changes == []
    assert office.diff(text.replace("[U0MAYA]", "[]")).splitlines() == ["- admin Maya"]
    assert office.plan(BOTH).changes == [], "a file that names none leaves them alone"


JOB = """    asked: ["@maya"]
    jobs:
      sales_report:
        title: Sales of the month
        presets:
          Month end: {region: emea, rows: 100}
        fixed: {rows: 50}
        hidden: [region]
        runs_at_once: true
        longest_minutes: 90
        runbook: |
          Ask #shop.
          Then press Retry.
"""


@pytest.mark.slow
def test_how_a_project_shows_and_limits_a_job_stands_in_the_file(kept: Office):
    with_job = BOTH.replace(
        "  HR:\n",
        JOB.replace("        hidden: [region]\n", "").replace("        fixed: {rows: 50}\n", "") + "  HR:\n",
    )
    assert kept.diff(with_job).splitlines() == [
        "  project Finance",
        "~     asked for access: every manager → Maya",
        "~     job Sales report: title, presets, asks first, runbook, longest minutes",
    ]
    kept.apply(with_job)

    (offer,) = [each for each in kept.world.offers(Asker(TOM)) if each.job.key.dag_id == "sales_report"]
    assert offer.job.title == "Sales of the month"
    assert offer.job.settings.presets == {"Month end": {"region": "emea", "rows": 100}}
    assert not offer.job.settings.asks_first
    assert offer.job.settings.longest_minutes == 90
    assert offer.job.settings.runbook == "Ask #shop.\nThen press Retry."
    assert kept.plan(with_job).changes == []
    assert kept.plan(kept.administration.export()).changes == []


def test_what_a_job_cannot_be_limited_to_is_told_with_its_line(kept: Office):
    wrong = JOB.replace("rows: 50", "rows: many").replace("[region]", "[regoin]")
    problems = kept.problems(BOTH.replace("  HR:\n", f"{wrong}  HR:\n"))

    assert [each.partition(": ")[2] for each in problems] == [
        "“Rows” takes a whole number, like 20.",
        "sales_report has no input regoin; did you mean region?",
    ]


def test_a_file_can_hand_its_projects_over_to_slack(kept: Office):
    channels = kept.administration.refresh(kept.world.slack, kept.world.airflow, BOTH)
    planned = kept.administration.plan(BOTH, channels, by_file=False)
    assert "project Finance: managed in Slack from now on" in say_changes(planned.changes)

    kept.administration.apply(planned)

    with kept.world.database.transaction() as tx:
        assert not any(each.is_managed for each in tx.projects.everything(TEAM))
    assert kept.administration.plan(BOTH, channels, by_file=False).changes == []


def test_there_is_always_an_admin(office: Office):
    with pytest.raises(UserError, match="at least one admin"):
        office.plan(f"admins: []\n{BOTH}")


# The audit and the way back --------------------------------------------------------------------------


def test_every_change_is_in_the_audit_with_before_and_after(kept: Office):
    kept.administration.apply(
        kept.plan(BOTH.replace('managers: ["@maya"]\n    runners: [U0TOM]', "managers: [U0TOM]")), by="U0ALEX"
    )

    with kept.world.database.transaction() as tx:
        tom, maya = tx.audit.entries(TEAM, limit=2)
    assert (maya.person_id, maya.action, maya.subject) == ("U0ALEX", "member.remove", "U0MAYA")
    assert (maya.before, maya.after) == ({"project": "Finance", "role": "manager"}, None)
    assert (tom.action, tom.subject) == ("member.change", "U0TOM")
    assert tom.before == {"project": "Finance", "role": "runner"}
    assert tom.after == {"project": "Finance", "role": "manager"}


def test_a_plan_that_is_out_of_date_is_not_applied(kept: Office):
    stale = kept.plan(BOTH.replace("U0TOM", "U0SAM"))
    kept.apply(BOTH.replace("U0LENA", "U0SAM"))

    with pytest.raises(Conflict):
        kept.administration.apply(stale)

    assert "Sales report" in kept.titles(TOM)


def test_what_fails_halfway_has_changed_nothing(kept: Office, monkeypatch: pytest.MonkeyPatch):
    planned = kept.plan(BOTH.replace("U0TOM", "U0SAM"))

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("bot.services.projects.from_file.apply_consequences", fail)
        with pytest.raises(RuntimeError):
            kept.administration.apply(planned)

    assert kept.plan(BOTH).changes == []


def test_the_export_is_the_file_again_with_names_beside_the_ids(kept: Office):
    exported = kept.administration.export()

    assert kept.plan(exported).changes == []
    assert exported.splitlines()[1:] == [
        "projects:",
        "",
        "  Finance:",
        "    time_zone: Europe/Berlin",
        "    channels:",
        "      - C0FINANCE  # #finance",
        "    reports_to: C0FINANCE  # #finance",
        "    managers:",
        "      - U0MAYA  # Maya",
        "    runners:",
        "      - U0TOM  # Tom",
        "    viewers:",
        "      - U0LENA  # Lena",
        "    shares:",
        "      - tag: finance",
        "        actions: [see, run, schedule, stop, pause]",
        "",
        "  HR:",
        "    time_zone: Europe/Berlin",
        "    channels:",
        "      - C0PEOPLE  # #people",
        "    reports_to: C0PEOPLE  # #people",
        "    runners:",
        "      - U0PRIYA  # Priya",
        "    shares:",
        "      - tag: hr",
        "        actions: [see, run, schedule, stop, pause]",
    ]
