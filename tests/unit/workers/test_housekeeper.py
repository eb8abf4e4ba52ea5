"""The housekeeper forgets what is over for long, and nothing that is open or can still be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from bot.domain.alert_rule import AlertEvent, How
from bot.domain.history import RunFilter
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.notice import Message
from bot.domain.preset import Preset
from bot.domain.project import Place
from bot.rules.access import Asker
from bot.rules.alert_wanted import Wanted
from bot.services import alerting
from bot.services.history import ROWS
from bot.workers import housekeeper
from bot.workers.housekeeper import BETWEEN_BATCHES, PAUSE, Housekeeper, Keeps
from storage import few, forgetting
from storage.tables import audit, cards, firings, jobs, looks, metadata, notices, runs, schedules
from tests.world import FINANCE, MAYA, TEAM, TOM
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Table

    from bot.domain.project import Person
    from tests.world import World

pytestmark = pytest.mark.both_databases
LONG = timedelta(days=200)
NOT_BY_TIME = {
    *("projects", "channels", "memberships", "shares", "share_people", "job_settings"),  # what people set
    *("own_presets", "workspace_roles"),
    *("people", "user_groups", "user_group_people", "job_tags"),  # as Slack and Airflow have them
    *("watermarks", "leases", "counters"),  # a few names
}
"""Tables that do not grow by themselves as time passes."""


def keeper_of(world: World, keeps: Keeps = housekeeper.USUAL) -> Housekeeper:
    return Housekeeper(world.database, world.clock, "here", keeps)


def count(world: World, table: Table) -> int:
    with world.database.transaction() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(table)).scalar_one())


def age(world: World, table: Table, by: timedelta, **which: Any) -> None:
    """Make rows as old as if they had been written that long ago."""
    moments = [each for each in table.c if each.name.endswith("_at") or each.name == "at"]
    keys = list(table.primary_key)
    with world.database.transaction() as tx:
        for row in tx.connection.execute(select(table).filter_by(**which)).mappings().all():
            older = {each.name: row[each.name] - by for each in moments if row[each.name] is not None}
            is_it = [key == row[key.name] for key in keys]
            tx.connection.execute(table.update().where(*is_it).values(**older))


def ids(world: World, table: Table) -> list[str]:
    (key,) = table.primary_key
    with world.database.transaction() as tx:
        return list(tx.connection.execute(select(key)).scalars())


def run_once(world: World, **wanted: Any) -> None:
    world.run_now(**wanted)
    world.go_on(timedelta(minutes=11))  # until the dispatcher has looked whether it began


@pytest.mark.slow
def test_pages_of_a_list_are_forgotten_a_day_after_they_expired(world: World):
    for _ in range(ROWS + 1):
        world.run_now()
        world.go_on(timedelta(seconds=4))
    world.services().history.first(Asker(TOM), RunFilter())
    keeper = keeper_of(world)

    keeper.step()
    assert count(world, looks) == 1
    world.clock.advance(timedelta(days=2))
    keeper.step()

    assert count(world, looks) == 0


def test_drafts_and_requests_are_forgotten_after_a_day(world: World):
    draft = world.draft(when="every weekday at 9am")
    with world.database.transaction() as tx:
        tx.deliveries.first_time(TEAM, "Ev1", at=world.clock.now())
    keeper = keeper_of(world)

    keeper.step()
    with world.database.transaction() as tx:
        assert tx.drafts.lock(TEAM, draft.draft_id) is not None
        assert not tx.deliveries.first_time(TEAM, "Ev1", at=world.clock.now())

    world.clock.advance(timedelta(days=2))
    keeper.step()
    with world.database.transaction() as tx:
        assert tx.drafts.lock(TEAM, draft.draft_id) is None
        assert tx.deliveries.first_time(TEAM, "Ev1", at=world.clock.now())


@pytest.mark.slow
def test_old_runs_go_with_all_that_was_told_of_them_and_the_jobs_last_one_stays(world: World):
    run_once(world)
    (first,) = ids(world, firings)
    run_once(world)
    for table in (firings, runs):
        age(world, table, LONG, firing_id=first)
    assert (count(world, firings), count(world, runs), count(world, cards)) == (2, 2, 2)

    keeper_of(world).step()

    assert (count(world, firings), count(world, runs), count(world, cards)) == (1, 1, 1)
    age(world, runs, LONG)
    age(world, firings, LONG)
    keeper_of(world).step()
    assert count(world, runs) == 1, "a recovery is told from it"


@pytest.mark.slow
def test_the_last_run_that_a_schedule_shows_stays_though_its_job_ran_since(world: World):
    schedule = world.schedule("every day at 9am")
    world.go_on(timedelta(minutes=16))
    (first,) = ids(world, firings)
    run_once(world)
    for table in (firings, runs):
        age(world, table, LONG, firing_id=first)

    keeper_of(world).step()

    with world.database.transaction() as tx:
        assert tx.runs.last_of_schedules([schedule.schedule_id])
    world.scheduling.delete(Asker(TOM), schedule.schedule_id)
    keeper_of(world).step()
    assert count(world, runs) == 1, "nobody can show a schedule that is gone"


def test_moments_that_never_ran_are_forgotten_and_those_to_come_are_not(world: World):
    schedule = world.schedule("every day at 9am")
    world.adjusting.skip_next(Asker(TOM), schedule.schedule_id)
    keeper_of(world).step()
    assert count(world, firings) == 1

    age(world, firings, LONG)
    keeper_of(world).step()

    assert count(world, firings) == 0


def test_what_is_open_is_never_forgotten(world: World):
    """A run that goes on, one that is to be retried, and what Slack must still be told."""
    world.run_now(dag_id="build_warehouse", seconds=3600)
    world.go_on(timedelta(seconds=20))
    place = Place(TEAM, FINANCE)
    with world.database.transaction() as tx:
        put_drawn(tx, place, Message("hello"), subject="s", send_at=world.clock.now() + timedelta(days=1))
    for table in (firings, runs, notices):
        age(world, table, LONG)
    before = count(world, firings), count(world, runs)

    keeper_of(world, Keeps(timedelta(days=1), timedelta(days=1), timedelta(days=1))).step()

    assert (count(world, firings), count(world, runs)) == before
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() == 1


@pytest.mark.slow
def test_notices_that_were_told_or_given_up_and_the_audit_have_terms_of_their_own(world: World):
    run_once(world)
    with world.database.transaction() as tx:
        put_drawn(tx, Place(TEAM, FINANCE), Message("x"), subject="s", send_at=world.clock.now())
        (lost,) = tx.outbox.claim(world.clock.now(), leased_until=world.clock.now(), limit=10)
        tx.outbox.give_up(lost, "is_archived", at=world.clock.now())
    told, written = count(world, notices), count(world, audit)
    assert told > 1
    assert written

    world.clock.advance(timedelta(days=8))
    keeper_of(world).step()
    assert (count(world, notices), count(world, audit)) == (0, written)

    world.clock.advance(timedelta(days=723))
    keeper_of(world, Keeps(audit=None)).step()
    assert count(world, audit) == written
    keeper_of(world).step()
    assert count(world, audit) == 0


def test_much_is_forgotten_in_small_steps_by_one_process(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 3)
    monkeypatch.setattr(few, "AT_ONCE", 3)
    monkeypatch.setattr(housekeeper, "AT_ONCE", 3)
    for _ in range(7):
        ended_run(world, at=world.clock.now() - LONG)
    ended_run(world, at=world.clock.now())
    keeper, another = keeper_of(world), Housekeeper(world.database, world.clock, "there")

    assert keeper.step() == BETWEEN_BATCHES
    assert count(world, runs) == 5
    assert another.step() == PAUSE
    assert count(world, runs) == 5
    assert [keeper.step(), keeper.step()] == [BETWEEN_BATCHES, PAUSE]
    assert count(world, runs) == 1


def ended_run(world: World, *, at: datetime) -> None:
    """One that was started in Airflow itself."""
    with world.database.transaction() as tx:
        tx.connection.execute(
            runs.insert().values(
                id=new_id(), deployment="default", dag_id="sales_report", run_id=new_id(), state="done",
                ended_at=at, seen_at=at,
            )
        )  # fmt: skip


def test_every_table_that_grows_is_forgotten():
    forgotten = {name for name, table in metadata.tables.items() if vars(forgetting).get(name) is table}

    assert forgotten | NOT_BY_TIME == set(metadata.tables)
    assert not forgotten & NOT_BY_TIME


@pytest.mark.slow
@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "ended"])
def test_a_schedule_that_is_over_is_forgotten_after_its_last_run(world: World, *, is_deleted: bool):
    schedule = world.schedule("every day at 9am" if is_deleted else "today at 9am")
    world.go_on(timedelta(minutes=16))
    (first,) = ids(world, firings)
    run_once(world)
    if is_deleted:
        world.scheduling.delete(Asker(TOM), schedule.schedule_id)
    keeper_of(world).step()
    assert count(world, schedules) == 1

    for table in (firings, runs):
        age(world, table, LONG, firing_id=first)
    age(world, schedules, LONG)
    keeper_of(world).step()

    assert (count(world, schedules), count(world, firings), count(world, runs)) == (0, 1, 1)


def test_a_schedule_that_goes_on_or_waits_is_kept_however_old(world: World):
    world.schedule("every year on 1 January at 9am")
    paused = world.schedule("every day at 9am", dag_id="import_orders")
    world.scheduling.pause(Asker(TOM), paused.schedule_id)
    age(world, schedules, LONG)

    keeper_of(world).step()

    assert count(world, schedules) == 2


def test_a_job_that_is_gone_is_forgotten_with_its_last_run(world: World):
    ended_run(world, at=world.clock.now() - LONG)
    world.airflow.remove("sales_report")
    world.catalogue.step()
    before = count(world, jobs)

    keeper_of(world).step()
    assert (count(world, jobs), count(world, runs)) == (before, 1)
    age(world, jobs, LONG, dag_id="sales_report")
    keeper_of(world).step()

    assert (count(world, jobs), count(world, runs)) == (before - 1, 0)


def test_rules_and_absences_that_have_ended_are_forgotten_and_leave_room(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(alerting, "MOST_RULES", 1)
    about = f"project.{world.projects['Finance']}"
    soon = world.clock.now() + timedelta(days=1)
    ends = Wanted(about, frozenset({AlertEvent.FAILURE}), How.EACH, 1, None, 0, (), (None, None), False, soon)
    world.alerting.add(Asker(MAYA), FINANCE, ends)
    world.schedule("every year on 1 January at 9am")
    world.standing_in.away(Asker(TOM), until=soon, stand_in_id=MAYA.person_id)
    with world.database.transaction() as tx:
        tx.closed_places.close(Place(TEAM, "C0ARCHIVED"), "is_archived", until=soon)
    tables = [metadata.tables[name] for name in ("alert_rules", "absences", "closed_places")]
    keeper_of(world).step()
    assert [count(world, each) for each in tables] == [1, 1, 1]

    world.clock.advance(timedelta(days=1, minutes=1))
    world.alerting.add(Asker(MAYA), FINANCE, replace(ends, until=None))
    world.clock.advance(timedelta(days=2))
    keeper_of(world).step()

    assert [count(world, each) for each in tables] == [1, 0, 0]


def test_presets_of_who_left_long_ago_are_forgotten_and_those_of_others_stay(world: World):
    def presets_of(who: Person) -> int:
        with world.database.reading() as tx:
            return sum(map(len, tx.own_presets.of(who).values()))

    offer = next(each for each in world.offers(Asker(TOM)) if each.job.key.dag_id == "sales_report")
    for who in (TOM, MAYA):
        world.presets.save(
            Asker(who),
            offer.project.project_id,
            offer.job,
            "Mine",
            {"region": "us"},
            is_own=True,
            replaces=False,
        )
    with world.database.transaction() as tx:
        tx.directory.keep_people([replace(TOM, is_deactivated=True)], at=world.clock.now())
    keeper_of(world).step()
    assert (presets_of(TOM), presets_of(MAYA)) == (1, 1)

    world.clock.advance(timedelta(days=91))
    keeper_of(world).step()

    assert (presets_of(TOM), presets_of(MAYA)) == (0, 1)


def test_so_many_presets_of_who_left_are_forgotten_in_one_transaction_and_no_more(world: World):
    key, rows = JobKey("default", "sales_report"), few.AT_ONCE + 3
    with world.database.transaction() as tx:
        for number in range(rows):
            mine = Preset(f"Mine {number}", {"rows": number})
            tx.own_presets.keep(TOM, world.projects["Finance"], key, mine)
        tx.directory.keep_people([replace(TOM, is_deactivated=True)], at=world.clock.now())
    later = world.clock.now() + timedelta(days=91)

    deleted = []
    for _ in range(3):
        with world.database.transaction() as tx:
            deleted.append(tx.forgetting.own_presets(before=later))

    assert deleted == [few.AT_ONCE, 3, 0]
