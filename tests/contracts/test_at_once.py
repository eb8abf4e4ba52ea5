"""What two people do at the same moment, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text, update

from bot.domain.errors import Rejected, RunbellError, Unavailable
from bot.domain.escalation import Escalation
from bot.rules.access import Asker
from storage.channels import CHANNEL_COLUMNS
from storage.database import Database
from storage.pages import escalation_of, escalation_row
from storage.tables import SLACK_ID, cards, leases, metadata, projects
from tests.world import FINANCE, MAYA, NINE, TEAM, TOM, World, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.project import Person

pytestmark = pytest.mark.both_databases
NEW_ID = "C0NEW"
OF_SOMEBODY = {
    "workspace_id",
    "person_id",
    "group_id",
    "owner_id",
    "stand_in_id",
    "stopped_by",
    "retried_by",
    "settled_by",
    "paused_by",
    "claimed_by",
    "muted_by",
    "made_by",
    "mended_by",
}
"""Columns with Slack ids of people and the like."""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    gate = threading.Barrier(len(acts))

    def act(each: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return each()
        except RunbellError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_two_admins_who_take_each_others_role_leave_one(world: World):
    ann, bob = person("ann"), person("bob")
    with world.database.transaction() as tx:
        tx.directory.keep_people([ann, bob], at=world.clock.now())
    for _ in range(10):
        with world.database.transaction() as tx:
            for each in (ann, bob):
                tx.directory.give_workspace_role(TEAM, each.person_id, "admin")

        def keeps_only(who: Any) -> Callable[[], Any]:
            wanted = {"admin": frozenset({who.person_id}), "auditor": frozenset()}
            return lambda: world.managing.set_workspace_roles(Asker(who), wanted)

        at_once(keeps_only(ann), keeps_only(bob))

        with world.database.transaction() as tx:
            assert len(tx.project_setups.workspace_roles(TEAM)["admin"]) == 1


@pytest.mark.parametrize("second", [MAYA, TOM], ids=["a colleague's", "one's own"])
def test_a_second_press_on_stop_that_fails_leaves_the_first_ones_stop(world: World, second: Person):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(timedelta(seconds=30))
    with world.database.transaction() as tx:
        (run,) = tx.runs.open(world.airflow.deployment, due_before=world.clock.now(), limit=5)
    world.running.stop(Asker(TOM), run.run_key)

    world.airflow.fail_next(Unavailable("Airflow", "500"))
    with pytest.raises(Unavailable):
        world.running.stop(Asker(second), run.run_key)
    world.go_on(timedelta(seconds=30))

    with world.database.transaction() as tx:
        stopped = tx.runs.get(run.run_key)
    assert stopped is not None
    assert (stopped.state, stopped.stopped_by) == ("stopped", TOM.person_id)


def test_every_column_with_a_channels_id_follows_when_slack_changes_it():
    columns = {
        column for table in metadata.tables.values() for column in table.columns if column.type is SLACK_ID
    }
    of_channels = {
        each
        for each in columns
        if each.name not in OF_SOMEBODY and each.table.name not in {"audit", "closed_places"}
    }

    assert of_channels == set(CHANNEL_COLUMNS)


def test_what_nobody_claims_is_heard_in_the_channel_that_has_a_new_id(world: World):
    kept = Escalation(30, place_id=FINANCE)
    with world.database.transaction() as tx:
        tx.connection.execute(update(projects).values(escalation=escalation_row(kept)))

    world.channels.change_id(TEAM, FINANCE, NEW_ID)

    with world.database.transaction() as tx:
        rows = tx.connection.execute(select(projects.c.escalation)).all()
    assert {escalation_of(row.escalation) for row in rows} == {replace(kept, place_id=NEW_ID)}


def test_a_card_is_edited_where_it_stands_after_its_channel_has_a_new_id(world: World):
    world.run_now(dag_id="build_warehouse", seconds=60)
    draft = world.draft(when="every day at 9am")
    world.go_on(timedelta(seconds=20))
    with world.database.transaction() as tx:
        assert len(tx.connection.execute(select(cards)).all()) == 1

    world.channels.change_id(TEAM, FINANCE, NEW_ID)

    with world.database.transaction() as tx:
        (card,) = tx.connection.execute(select(cards)).all()
    assert (card.place_id, card.channel_id) == (NEW_ID, NEW_ID)
    done = world.previews.confirm(Asker(TOM), draft.draft_id)
    assert done.schedule is not None
    assert done.schedule.place.channel_id == NEW_ID


def test_a_transaction_inside_a_transaction_is_refused_at_once(database: Database):
    with database.transaction() as tx:
        with pytest.raises(RuntimeError, match="inside a transaction"), database.transaction():
            pass
        tx.leases.release_all("nobody")
    with database.transaction():
        pass


def test_what_the_database_undid_for_anothers_sake_is_done_once_more(world: World):
    """The other takes a firing before its schedule, as nothing of ours does any more."""
    schedule = world.schedule("every day at 9am")
    world.clock.set(NINE - timedelta(seconds=40))
    world.dispatcher.step()
    with world.database.transaction() as tx:
        firing = tx.firings.at_moment(schedule.schedule_id, NINE)
    assert firing is not None
    if world.database.is_sqlite:  # which has one lock: nobody waits in a circle
        return
    unwatched = Database(world.database._url.render_as_string(hide_password=False))
    has_it, may_go_on = threading.Event(), threading.Event()

    def the_other() -> None:
        with unwatched.transaction() as tx:
            tx.firings.lock(firing.firing_id)
            has_it.set()
            may_go_on.wait(20)
            tx.connection.execute(
                text("SET LOCAL deadlock_timeout = '20s'")
            )  # the person's is the one undone
            tx.schedules.lock(TEAM, schedule.schedule_id)

    with ThreadPoolExecutor(2) as pool:
        other = pool.submit(the_other)
        assert has_it.wait(20)
        pause = pool.submit(world.scheduling.pause, Asker(TOM), schedule.schedule_id)
        wait_until_somebody_waits(world.database)
        may_go_on.set()
        other.result(30)
        assert pause.result(30).schedule.state == "paused"
    unwatched.close()


def test_what_the_database_refuses_leaves_storage_under_our_own_name(database: Database):
    twice = [{"name": "a", "holder": "b", "until": NINE}] * 2

    with pytest.raises(Rejected, match="database"), database.transaction() as tx:
        tx.connection.execute(leases.insert(), twice)


def wait_until_somebody_waits(database: Database) -> None:
    for _ in range(400):
        with database.transaction() as tx:
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if tx.connection.execute(waiting).scalar():
                return
        threading.Event().wait(0.05)
    raise AssertionError("nobody waits")
