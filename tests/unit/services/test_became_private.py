"""A job that only named people may know of since Airflow dropped a tag: its channel hears nothing more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.project_setup import Shared, Who
from bot.domain.rights import Action
from bot.rules import project_edits
from bot.rules.access import Asker
from tests.world import FINANCE, MAYA, NINE, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
JOB = "import_orders"


@pytest.fixture
def shared(world: World) -> World:
    """Where Tom has the job by name, and everybody in Finance by its tag."""
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")
    alone = Shared(JOB, is_tag=False, only=(Who(TOM.person_id),))
    world.managing.edit(Asker(MAYA), world.projects["Finance"], project_edits.share(alone, frozenset(Action)))
    return world


def untag(world: World) -> None:
    world.airflow.change(JOB, tags=frozenset())
    world.catalogue.step()


def test_its_schedules_report_to_their_owners(shared: World):
    schedule = shared.schedule("every day at 9am", TOM, dag_id=JOB)
    other = shared.schedule("every day at 9am", TOM)
    assert schedule.place.channel_id == other.place.channel_id == FINANCE

    untag(shared)
    shared.notifier.step()

    with shared.database.transaction() as tx:
        moved, kept = (tx.schedules.get(each.schedule_id) for each in (schedule, other))
    assert moved is not None
    assert kept is not None
    assert (moved.place.channel_id, kept.place.channel_id) == (TOM.person_id, FINANCE)
    assert any("reports to you" in each for each in shared.slack.texts(TOM.person_id))


@pytest.mark.slow
@pytest.mark.parametrize("by_hand", [True, False])
def test_what_is_under_way_is_told_to_the_owner_alone(shared: World, *, by_hand: bool):
    if by_hand:
        shared.run_now(TOM, dag_id=JOB, fail="always")
        shared.step()
    else:
        shared.schedule("every day at 9am", TOM, dag_id=JOB, fail="always")
        shared.go_to(NINE)
    before = shared.slack.texts(FINANCE)

    untag(shared)
    shared.go_on(timedelta(minutes=2))

    assert not [each for each in shared.slack.texts(FINANCE) if "failed" in each], before
    assert any("failed" in each for each in shared.slack.texts(TOM.person_id))


@pytest.mark.slow
def test_a_share_that_comes_to_name_people_moves_a_run_by_hand_as_well(shared: World):
    shared.run_now(TOM, dag_id=JOB, fail="always")
    shared.step()

    unshared = project_edits.unshare(Shared("finance", is_tag=True))
    shared.managing.edit(Asker(MAYA), shared.projects["Finance"], unshared)
    shared.go_on(timedelta(minutes=2))

    assert not [each for each in shared.slack.texts(FINANCE) if "failed" in each]
    assert any("failed" in each for each in shared.slack.texts(TOM.person_id))


def test_a_tag_that_gave_the_job_to_nobody_changes_nothing(shared: World):
    shared.airflow.change(JOB, tags=frozenset({"finance", "odd"}))
    shared.catalogue.step()
    schedule = shared.schedule("every day at 9am", TOM, dag_id=JOB)
    shared.airflow.change(JOB, tags=frozenset({"finance"}))
    shared.catalogue.step()

    with shared.database.transaction() as tx:
        kept = tx.schedules.get(schedule.schedule_id)
    assert kept is not None
    assert kept.place.channel_id == FINANCE
