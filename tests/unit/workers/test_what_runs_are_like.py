"""What people read of runs that wait, are late, did nothing, or are of another day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.blocks import schedule as schedule_blocks
from bot.blocks.job import ask_pause, jobs
from bot.blocks.listing import by_airflow
from bot.blocks.preview import preview
from bot.domain.draft import Draft
from bot.domain.errors import Conflict, Rejected, Unavailable
from bot.domain.job import Job, JobKey
from bot.domain.project import Place, Project
from bot.domain.run import RunState, TaskState
from bot.gateways.airflow.reading import run_from
from bot.rules.access import Asker
from tests.world import BERLIN, FINANCE, NINE, TOM

if TYPE_CHECKING:
    from tests.world import World

KEY = JobKey("default", "nightly_cleanup")
JOB = Job(KEY, "Nightly cleanup", airflow_schedule="At 02:30")
DRAFT = Draft("d", TOM.person_id, KEY, {}, None, 1, Place("T1", FINANCE), NINE)
PROJECT = Project(1, "T1", "Finance", BERLIN)
MINUTE, SECOND, DAY = timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)


def card(world: World) -> str:
    """What the first run's card shows now."""
    first = world.slack.posted[0]
    return str((first.edits or [first.message])[-1].blocks)


def reply(world: World) -> str:
    """What the reply below the card says now, which has the buttons."""
    first = next(each for each in world.slack.posted if each.thread_ts is not None)
    return str((first.edits or [first.message])[-1].blocks)


def failed_run(world: World) -> str:
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(MINUTE)
    with world.database.transaction() as tx:
        (run,) = tx.runs.by_ids("default", [("import_orders", world.starts("import_orders")[0])])
    assert run.state is RunState.FAILED
    return run.run_key


@pytest.mark.slow
def test_while_airflows_scheduler_is_down_the_card_says_so_within_a_minute(world: World):
    world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * SECOND)
    world.airflow.stop_scheduler()

    world.go_to(NINE + 40 * SECOND)
    assert "is waiting to start: Airflow’s scheduler is down, so nothing starts there" in card(world)

    world.airflow.start_scheduler()
    world.go_to(NINE + 3 * MINUTE)
    assert "is done" in card(world)
    assert "scheduler is down" not in card(world)


@pytest.mark.slow
def test_a_late_start_is_said_on_the_card(world: World):
    world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * SECOND)
    world.airflow.stop_scheduler()
    world.go_to(NINE + 4 * MINUTE)
    world.airflow.start_scheduler()

    world.go_to(NINE + 6 * MINUTE)

    assert "4 min" in card(world)
    assert " late" in card(world)


def test_a_run_that_did_nothing_is_not_simply_done(world: World):
    world.run_now()
    world.dispatcher.step()
    (run,) = world.airflow._runs.values()
    run.tasks = [replace(each, state=TaskState.SKIPPED) for each in run.tasks]

    world.go_on(MINUTE)

    assert "but nothing ran: all its tasks were skipped" in card(world)
    assert ":white_check_mark:" not in card(world)


@pytest.mark.slow
def test_a_refused_retry_keeps_its_button_and_says_why(world: World):
    run_key = failed_run(world)
    world.airflow.fail_next(Rejected("Airflow", "422: only_new: Extra inputs are not permitted", "422"))

    world.running.retry(Asker(TOM), run_key)
    world.dispatcher.step()
    world.go_on(10 * SECOND)

    assert "'incident.retry'" in reply(world)
    assert "Retried by" not in card(world)
    assert any("could not be retried" in text for text in world.slack.texts(FINANCE))


@pytest.mark.slow
def test_a_retry_that_the_account_may_not_ask_for_is_told_too(world: World):
    run_key = failed_run(world)
    world.airflow.fail_next(Unavailable("Airflow", "403: Forbidden", not_done=True, code="403"))

    world.running.retry(Asker(TOM), run_key)
    world.dispatcher.step()
    world.go_on(10 * SECOND)

    assert "'incident.retry'" in reply(world)
    assert any("could not be retried" in text for text in world.slack.texts(FINANCE))


@pytest.mark.slow
def test_a_backfill_of_another_day_does_not_mend_today(world: World):
    world.watcher.step()
    now = world.clock.now()
    world.airflow.start_elsewhere("nightly_cleanup", "scheduled__today", logical_date=now)
    world.airflow.fail("nightly_cleanup", "scheduled__today")
    world.go_on(MINUTE)
    world.airflow.start_elsewhere(
        "nightly_cleanup", "backfill__old", run_type="backfill", logical_date=now - 10 * DAY
    )
    world.airflow.finish("nightly_cleanup", "backfill__old")

    world.go_on(2 * MINUTE)

    assert not any("back to normal" in each.message.text for each in world.slack.posted)


def row(**told: object) -> dict[str, object]:
    moment = "2026-11-28T10:00:00Z"
    return {"dag_id": "d", "dag_run_id": "r", "state": "success", "start_date": moment, **told}


def test_started_in_airflow_says_by_what_and_for_which_day():
    old = "2026-11-10T00:00:00Z"
    assert run_from(row(run_type="backfill", logical_date=old)).started_by == "by a backfill for 10 Nov 2026"
    assert run_from(row(run_type="manual", triggering_user_name="olga")).started_by == "by olga"
    assert run_from(row(run_type="asset_triggered")).started_by == "by an update of its data"
    assert run_from(row(run_type="manual")).started_by == ""


def test_a_job_that_airflow_lets_nobody_start_is_refused_at_the_preview(world: World):
    world.airflow.change("sales_report", forbids_manual_runs=True)
    world.catalogue.step()

    with pytest.raises(Conflict, match="lets only its own schedule start"):
        world.schedule("every weekday at 9am")
    with pytest.raises(Conflict, match="lets only its own schedule start"):
        world.run_now()


def test_a_job_that_forbids_it_since_the_preview_is_refused_at_the_press_and_marked_in_lists(world: World):
    schedule = world.schedule("every weekday at 9am")
    drafts = [world.draft(), world.draft(when="every weekday at 10am")]
    world.airflow.change("sales_report", forbids_manual_runs=True)
    world.catalogue.step()

    for draft in drafts:
        with pytest.raises(Conflict, match="lets only its own schedule start"):
            world.previews.confirm(Asker(TOM), draft.draft_id)
    listed = world.scheduling.show(Asker(TOM), schedule.schedule_id)
    assert "Airflow lets only its own schedule start the job." in str(
        schedule_blocks.acted(listed, "Done.").blocks
    )
    assert "(only its own schedule in Airflow may start it)" in str(jobs([listed.job], 1, "").blocks)


def test_a_job_that_began_to_forbid_it_is_told_without_wrong_advice(world: World):
    world.run_now()
    words = "400: Dag with dag_id: 'sales_report' does not allow manual runs"
    world.airflow.fail_next(Rejected("Airflow", words, "400"))

    world.go_on(10 * SECOND)

    told = str(world.slack.posted[-1].message.blocks)
    assert "does not allow manual runs" in told
    assert "Change its inputs" not in told


def test_a_file_that_broke_a_moment_ago_is_waited_for(world: World):
    world.run_now()
    words = "400: Dag with dag_id: 'sales_report' has import errors and cannot be triggered"
    world.airflow.fail_next(Rejected("Airflow", words, "400"))

    world.go_on(20 * SECOND)

    assert len(world.starts()) == 1
    assert world.airflow.run("sales_report", world.starts()[0]).state is RunState.DONE


def test_the_preview_says_that_the_job_is_paused_and_runs_by_its_own_schedule():
    told = str(preview(replace(DRAFT, when=None), replace(JOB, is_paused=True), PROJECT, [], now=NINE).blocks)

    assert "is paused in Airflow for everyone, so nothing would happen." in told
    assert told.count("paused in Airflow") == 1
    assert "It also runs by its own schedule in Airflow: At 02:30 (the job’s own time zone)." in told


def test_the_preview_says_that_airflow_does_not_let_runbell_start_the_job():
    told = str(
        preview(replace(DRAFT, when=None), replace(JOB, is_read_only=True), PROJECT, [], now=NINE).blocks
    )

    assert "Airflow does not let Runbell start this job, so nothing will run." in told
    assert "“DAG Runs: create”" in told


def test_airflows_own_schedule_names_a_zone_and_says_the_next_time_in_the_readers():
    soon = NINE + timedelta(hours=1)
    in_readers = f"<!date^{int(soon.timestamp())}^"
    nightly = replace(JOB, next_run_at=soon)
    hourly = replace(nightly, airflow_schedule="Every hour")

    for told in (
        by_airflow([nightly]),
        str(jobs([nightly], 1, "").blocks),
        str(ask_pause(nightly, "").blocks),
    ):
        assert "t 02:30 (the job’s own time zone), next <!date^" in told
        assert in_readers in told
    assert f"every hour, next {in_readers}" in by_airflow([hourly])
