"""A job that is paused, broken or gone in Airflow: told once, as it begins and as it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.late_runs import TOMS
from tests.unit.workers.test_incidents import shown
from tests.world import FINANCE, LENA, MAYA, NINE, TOM

if TYPE_CHECKING:
    from tests.world import World

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
ERROR = "NameError: name 'this' is not defined (mine_break.py)"


def look(world: World) -> None:
    world.catalogue.step()
    world.notifier.step()


def go_on(world: World, span: timedelta) -> None:
    """In strides of 20 seconds, with the catalogue, which looks about as often."""
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(20 * SECOND)
        world.step()
        world.catalogue.step()
    world.notifier.step()


def heard(world: World, where: str, words: str) -> int:
    return sum(words in text for text in world.slack.texts(where))


@pytest.mark.slow
def test_paused_in_airflow_it_is_told_once_with_the_schedules_that_wait_and_not_at_each_due_moment(
    world: World,
):
    schedule = world.schedule("every minute")
    go_on(world, 2 * MINUTE)

    world.airflow.change("sales_report", is_paused=True)
    go_on(world, 12 * MINUTE)

    assert heard(world, FINANCE, "does not run: the job is paused in Airflow") == 1
    assert heard(world, TOM.person_id, "the job is paused in Airflow") == 1
    blocks = str([each.message.blocks for each in world.slack.posted if each.channel_id == FINANCE])
    assert f"#{schedule.number} of <@{TOM.person_id}> waits" in blocks
    assert "Resume for everyone" in blocks


@pytest.mark.slow
def test_resumed_in_airflow_it_is_told_once_and_runs_go_on(world: World):
    world.schedule("every minute")
    world.airflow.change("sales_report", is_paused=True)
    go_on(world, 3 * MINUTE)
    before = len(world.starts())

    world.airflow.change("sales_report", is_paused=False)
    go_on(world, 5 * MINUTE)

    assert heard(world, FINANCE, "can run again") == 1
    assert len(world.starts()) > before


@pytest.mark.slow
def test_paused_again_it_is_told_again(world: World):
    world.schedule("every weekday at 9am")
    for paused in (True, False, True):
        world.airflow.change("sales_report", is_paused=paused)
        go_on(world, MINUTE)

    assert heard(world, FINANCE, "paused in Airflow") == 2


def standing(world: World, where: str, words: str) -> list[str]:
    """Return the blocks of the messages that stand there now and whose text has these words."""
    return [shown(each) for each in world.slack.posted if each.channel_id == where and words in each.text]


@pytest.mark.slow
@pytest.mark.parametrize("where", [FINANCE, TOMS])
@pytest.mark.parametrize(
    "trouble",
    [{"is_paused": True}, {"has_import_errors": True, "import_error": ERROR}, "gone"],
    ids=["paused", "broken", "gone"],
)
@pytest.mark.both_databases
def test_once_it_runs_again_the_message_that_it_does_not_says_so(
    world: World, where: str, trouble: dict[str, object] | str
):
    world.schedule("every weekday at 9am")
    job = world.airflow.job("sales_report")
    if isinstance(trouble, str):
        world.airflow.remove("sales_report")
    else:
        world.airflow.change("sales_report", **trouble)
    go_on(world, MINUTE)
    (before,) = standing(world, where, "does not run")

    world.airflow.add(job)
    go_on(world, MINUTE)

    assert standing(world, where, "does not run") == []
    (after,) = standing(world, where, "did not run")
    assert "it can run again" in after
    assert "Resume for everyone" not in after
    assert ("Resume for everyone" in before) is (trouble == {"is_paused": True})
    assert len(standing(world, where, "can run again")) == 1


@pytest.mark.slow
@pytest.mark.both_databases
def test_what_stops_it_for_another_reason_puts_the_first_message_right(world: World):
    world.schedule("every weekday at 9am")
    world.airflow.change("sales_report", is_paused=True)
    go_on(world, MINUTE)
    world.airflow.change("sales_report", has_import_errors=True, import_error=ERROR)
    go_on(world, MINUTE)

    (first,) = standing(world, FINANCE, "did not run")
    assert "it does not run for another reason" in first
    (second,) = standing(world, FINANCE, "does not run")
    assert ERROR in second.replace("\\", "")

    world.airflow.change("sales_report", is_paused=False, has_import_errors=False, import_error="")
    go_on(world, MINUTE)
    assert standing(world, FINANCE, "does not run") == []
    assert len(standing(world, FINANCE, "did not run")) == 2
    assert heard(world, FINANCE, "can run again") == 1


@pytest.mark.slow
@pytest.mark.both_databases
def test_each_time_has_a_message_of_its_own_and_leaves_the_last_one_as_it_is(world: World):
    world.schedule("every weekday at 9am")
    for paused in (True, False, True):
        world.airflow.change("sales_report", is_paused=paused)
        go_on(world, MINUTE)

    assert len(standing(world, FINANCE, "did not run")) == 1
    assert len(standing(world, FINANCE, "does not run")) == 1


@pytest.mark.slow
def test_a_schedule_made_while_it_is_paused_is_told_of_once_when_it_is_due(world: World):
    world.airflow.change("sales_report", is_paused=True)
    look(world)
    world.schedule("every minute")

    go_on(world, 4 * MINUTE)

    assert heard(world, FINANCE, "the job is paused in Airflow") == 1


def test_paused_for_everyone_in_slack_it_is_told_who_did_it(world: World):
    world.schedule("every weekday at 9am")

    with world.database.transaction() as tx:
        key = tx.schedules.of_projects(world.projects.values())[0].key
    world.running.pause_job(Asker(MAYA, FINANCE), key, paused=True)
    look(world)

    assert heard(world, FINANCE, "the job is paused in Airflow") == 1
    blocks = str([each.message.blocks for each in world.slack.posted if each.channel_id == FINANCE])
    assert f"by <@{MAYA.person_id}>" in blocks


@pytest.mark.slow
def test_a_file_that_cannot_be_loaded_is_told_as_what_it_is_and_its_schedules_go_on_when_it_heals(
    world: World,
):
    schedule = world.schedule("every weekday at 9am")
    world.airflow.change("sales_report", has_import_errors=True, import_error=ERROR)

    look(world)
    assert heard(world, FINANCE, f"its file in Airflow has an error: {ERROR}") == 1
    world.go_to(NINE + 15 * MINUTE)
    assert heard(world, FINANCE, "has an error") == 1, "not at each due moment"
    assert world.scheduling.show(Asker(TOM), schedule.schedule_id).schedule.state is ScheduleState.ACTIVE

    world.airflow.change("sales_report", has_import_errors=False, import_error="")
    look(world)
    assert heard(world, FINANCE, "can run again") == 1
    world.clock.set(NINE + timedelta(days=1, seconds=5))
    world.step()
    assert len(world.starts()) == 1


def test_a_schedule_whose_job_is_gone_stays_in_its_owners_and_managers_lists(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.airflow.remove("sales_report")
    look(world)
    assert heard(world, FINANCE, "the job is no longer in Airflow") == 1

    for who in (TOM, MAYA, LENA):
        listed = world.scheduling.listed(Asker(who), everyones=True)
        assert [each.schedule.number for each in listed] == [schedule.number]
        assert listed[0].job.is_gone
    assert world.scheduling.find(Asker(TOM), f"#{schedule.number}") == [schedule.schedule_id]
    assert "sales_report" not in {each.job.key.dag_id for each in world.offers(Asker(TOM))}


@pytest.mark.slow
def test_it_is_suspended_when_due_and_can_be_paused_or_deleted_and_resumed_once_it_is_back(world: World):
    schedule = world.schedule("every weekday at 9am")
    job = world.airflow.job("sales_report")
    world.airflow.remove("sales_report")
    look(world)
    world.go_to(NINE + 15 * MINUTE)
    suspended = world.scheduling.show(Asker(TOM), schedule.schedule_id).schedule
    assert (suspended.state, suspended.reason) == (ScheduleState.SUSPENDED, "the job is no longer in Airflow")

    with pytest.raises(Conflict, match="no longer in Airflow, so nothing would run"):
        world.scheduling.resume(Asker(TOM), schedule.schedule_id)
    world.airflow.add(job)
    look(world)
    blocks = str([each.message.blocks for each in world.slack.posted if each.channel_id == FINANCE])
    assert f"Resume #{schedule.number}" in blocks
    world.scheduling.resume(Asker(TOM), schedule.schedule_id)
    world.clock.set(NINE + timedelta(days=1, seconds=5))
    world.step()
    assert len(world.starts()) == 1


@pytest.mark.parametrize("act", ["pause", "delete"])
def test_a_schedule_of_a_job_that_is_gone_can_still_be_put_away(world: World, act: str):
    schedule = world.schedule("every weekday at 9am")
    world.airflow.remove("sales_report")
    look(world)

    getattr(world.scheduling, act)(Asker(TOM), schedule.schedule_id)

    kept = world.scheduling.listed(Asker(TOM))
    states = [each.schedule.state for each in kept]
    assert states == ([] if act == "delete" else [ScheduleState.PAUSED])


def test_a_share_by_tag_still_gives_rights_on_what_is_gone_and_on_nothing_that_lost_the_tag(world: World):
    world.schedule("every weekday at 9am")
    world.airflow.change("sales_report", tags=frozenset())
    look(world)

    assert world.scheduling.listed(Asker(TOM), everyones=True) == []


@pytest.mark.slow
def test_what_airflow_held_when_its_file_broke_is_told_as_that(world: World):
    world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * SECOND)
    world.airflow.change("sales_report", has_import_errors=True, is_paused=True, import_error=ERROR)
    go_on(world, 12 * MINUTE)

    cards = [text for text in world.slack.texts(FINANCE) if "stopped" in text]
    assert cards == []
    assert heard(world, FINANCE, ERROR) >= 1
