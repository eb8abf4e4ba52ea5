"""A project's own title of a job: it is what its people read, and nobody else does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict
from bot.domain.job import JobKey, JobSettings
from bot.domain.project_setup import Shared, Who
from bot.domain.rights import Action, Role
from bot.rules import project_edits
from bot.rules.access import Asker
from bot.rules.suspending import suspend_odd
from tests.world import FINANCE, HR, MAYA, PRIYA, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from tests.world import World

pytestmark = pytest.mark.both_databases
JOB = "import_orders"
TITLES = {"Finance": "Umsatz", "HR": "Bonus base"}


@pytest.fixture
def named(world: World) -> World:
    """Where both projects have the job, each under a title of its own, and Tom and Maya are in both."""
    key = JobKey(world.airflow.deployment, JOB)
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")
        job = tx.jobs.get(key)
    assert job is not None
    for project, title in TITLES.items():
        project_id = world.projects[project]
        alone = Shared(JOB, is_tag=False)
        world.managing.edit(Asker(MAYA), project_id, project_edits.share(alone, frozenset(Action)))
        world.managing.edit(Asker(MAYA), project_id, project_edits.set_job(job, JobSettings(title=title)))
    both = project_edits.put_members([Who(TOM.person_id), Who(MAYA.person_id)], Role.MANAGER)
    world.managing.edit(Asker(MAYA), world.projects["HR"], both)
    return world


def tell_all(world: World) -> None:
    for _ in range(6):
        world.notifier.step()
        world.clock.advance(timedelta(seconds=2))


def read_by(world: World, where: str) -> list[str]:
    """All that was posted there since, with its blocks."""
    before = len(world.slack.posted)
    tell_all(world)
    return [
        f"{each.message.text} {each.message.blocks}"
        for each in world.slack.posted[before:]
        if each.channel_id in {where, f"D{where}"}
    ]


def make(world: World, who: Person, where: str) -> Schedule:
    return world.schedule("every day at 9am", who, dag_id=JOB, where=where)


def test_who_has_lost_the_right_reads_the_title_of_that_project(named: World):
    make(named, PRIYA, HR)
    tell_all(named)
    named.managing.edit(Asker(MAYA), named.projects["HR"], project_edits.remove_member(Who(PRIYA.person_id)))

    said = read_by(named, MAYA.person_id)

    assert len(said) == 1
    assert "Bonus base" in said[0]
    assert "Import orders" not in said[0]


def test_a_schedule_that_cannot_be_planned_is_told_under_its_title(named: World):
    schedule = make(named, TOM, FINANCE)
    tell_all(named)
    with named.database.transaction() as tx:
        suspend_odd(tx, schedule, reason="it is odd", now=named.clock.now())

    said = read_by(named, TOM.person_id)

    assert len(said) == 1
    assert "Umsatz" in said[0]


def test_trouble_is_told_in_each_project_under_its_own_title(named: World):
    for where in (FINANCE, HR):
        make(named, TOM, where)
    tell_all(named)
    named.airflow.change(JOB, is_paused=True)
    named.catalogue.step()

    before = len(named.slack.posted)
    (finance,) = read_by(named, FINANCE)
    told = [each for each in named.slack.posted[before:] if each.channel_id == f"D{TOM.person_id}"]
    (hr,) = (each for each in named.slack.posted[before:] if each.channel_id == HR)

    assert "Umsatz" in finance
    assert "Bonus base" not in finance
    assert "Bonus base" in hr.message.text
    assert {each.message.text.partition(" do")[0] for each in told} == {"2 jobs", "Umsatz", "Bonus base"}


def test_a_team_without_schedules_hears_under_its_title_that_the_job_is_broken(named: World):
    named.airflow.change(JOB, has_import_errors=True)
    named.catalogue.step()

    (said,) = read_by(named, HR)

    assert "Bonus base" in said
    assert "Import orders" not in said


@pytest.mark.slow
def test_a_run_that_airflow_started_is_told_in_each_channel_under_its_title(named: World):
    named.step()
    named.airflow.start_elsewhere(JOB, "scheduled__1", conf={"fail": "always"})
    named.go_on(timedelta(minutes=2))

    for where, mine, other in ((FINANCE, "Umsatz", "Bonus base"), (HR, "Bonus base", "Umsatz")):
        said = str([each.message for each in named.slack.posted if each.channel_id == where])
        assert mine in said
        assert other not in said
        assert "Import orders" not in said


def test_a_manager_reads_the_projects_own_titles_and_one_who_pauses_hears_of_none(named: World):
    asker = Asker(MAYA, HR)
    assert named.sharing.titles(asker, named.projects["HR"], [JOB])[JOB] == "Bonus base"
    assert (
        dict(named.sharing.targets(asker, named.projects["Finance"]))[Shared(JOB, is_tag=False)] == "Umsatz"
    )

    key = JobKey(named.airflow.deployment, JOB)
    named.running.pause_job(asker, key, paused=True)
    with pytest.raises(Conflict) as refusal:
        named.running.pause_job(asker, key, paused=True)
    assert "Import orders" not in refusal.value.message
