"""What the database promises, the same on SQLite and on PostgreSQL; most of it with two threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from bot.domain.errors import Conflict, Unavailable
from bot.domain.firing import Firing, FiringState
from bot.domain.identity import new_id
from bot.domain.job import Job, JobKey
from bot.domain.notice import Message, NoticeKind
from bot.domain.project import Channel, Person, Place
from bot.domain.project_setup import ChannelFacts, ProjectSetup, Shared, Who
from bot.domain.rights import Action, Role
from bot.domain.run import Run, RunState
from bot.domain.schedule import Schedule, ScheduleState
from bot.language.when import read
from bot.rules.access import Asker
from bot.services.catalog import Catalog
from bot.services.projects.from_file import Administration
from bot.services.schedules.drafting import Drafting
from bot.services.schedules.previews import Previews
from bot.services.schedules.scheduling import Scheduling
from storage.database import Database
from storage.reach import Reach
from tests.fakes.clock import FakeClock
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.postgresql import RunningPostgreSQL

Answer = TypeVar("Answer")
NOW = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TEAM, KEY = "T1", JobKey("default", "sales_report")
PLACE = Place(TEAM, "C1")
TOM = Person(TEAM, "U0TOM", "Tom", BERLIN)
A_MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def project_id(database: Database) -> int:
    with database.transaction() as tx:
        tx.directory.keep_people([TOM], at=NOW)
        tx.jobs.keep("default", [Job(KEY, "Sales report", tags=frozenset({"finance"}))], at=NOW)
        project_id = tx.projects.create(TEAM, "Finance", "Europe/Berlin", reports_to="C1", at=NOW)
        tx.channels.map(Channel(TEAM, "C1", "finance", project_id), at=NOW)
        tx.projects.add_member(project_id, TEAM, Role.RUNNER, person_id=TOM.person_id)
        tx.shares.add(project_id, "default", Action, at=NOW, tag="finance")
    return project_id


def a_schedule(project_id: int, number: int, *, due_at: datetime = NOW) -> Schedule:
    return Schedule(
        schedule_id=new_id(),
        number=number,
        key=KEY,
        inputs={"region": "us"},
        when=read("every weekday at 9am", now=NOW, tz=BERLIN).when,
        project_id=project_id,
        owner_id=TOM.person_id,
        place=PLACE,
        state=ScheduleState.ACTIVE,
        reason="",
        next_due_at=due_at,
    )


def a_firing(project_id: int, schedule_id: str | None = None, *, due_at: datetime = NOW) -> Firing:
    return Firing(new_id(), schedule_id, due_at, KEY, {}, project_id, TOM.person_id, PLACE)


def at_once(work: Callable[[], Answer], threads: int = 2) -> list[Answer]:
    """What each of so many threads answers, all let go at the same moment."""
    gate = threading.Barrier(threads)

    def wait_and_work() -> Answer:
        gate.wait()
        return work()

    with ThreadPoolExecutor(threads) as pool:
        return [each.result() for each in [pool.submit(wait_and_work) for _ in range(threads)]]


def test_migrating_twice_changes_nothing(database: Database, project_id: int):
    database.migrate()

    with database.transaction() as tx:
        assert tx.projects.get(project_id) is not None


def test_moments_come_back_as_they_went_in(database: Database, project_id: int):
    schedule = a_schedule(project_id, 1, due_at=NOW.astimezone(ZoneInfo("Asia/Kolkata")))
    with database.transaction() as tx:
        tx.schedules.add(schedule, at=NOW)

    with database.transaction() as tx:
        kept = tx.schedules.get(schedule.schedule_id)

    assert kept is not None
    assert kept.next_due_at == NOW
    assert kept == schedule


def test_what_raises_leaves_nothing_behind(database: Database, project_id: int):
    schedule = a_schedule(project_id, 1)

    def add_and_fail() -> None:
        with database.transaction() as tx:
            tx.schedules.add(schedule, at=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()

    with database.transaction() as tx:
        assert tx.schedules.get(schedule.schedule_id) is None


def test_numbers_are_never_given_twice(database: Database):
    def take() -> list[int]:
        numbers = []
        for _ in range(20):
            with database.transaction() as tx:
                numbers.append(tx.schedules.next_number(TEAM))
        return numbers

    taken = [number for numbers in at_once(take, 4) for number in numbers]

    assert sorted(taken) == list(range(1, 81))


def test_a_due_moment_has_one_firing(database: Database, project_id: int):
    schedule = a_schedule(project_id, 1)
    with database.transaction() as tx:
        tx.schedules.add(schedule, at=NOW)

    def add() -> bool:
        with database.transaction() as tx:
            return tx.firings.add(a_firing(project_id, schedule.schedule_id), act_at=NOW, at=NOW)

    assert sorted(at_once(add, 4)) == [False, False, False, True]


def test_a_cancelled_firing_makes_room_for_another(database: Database, project_id: int):
    schedule = a_schedule(project_id, 1)
    first, second = (a_firing(project_id, schedule.schedule_id) for _ in range(2))
    with database.transaction() as tx:
        tx.schedules.add(schedule, at=NOW)
        tx.firings.add(first, act_at=NOW, at=NOW)
        tx.firings.move(first, FiringState.CANCELLED)

        assert tx.firings.add(second, act_at=NOW, at=NOW)


def test_a_request_has_one_firing(database: Database, project_id: int):
    def add() -> bool:
        with database.transaction() as tx:
            return tx.firings.add(a_firing(project_id), act_at=NOW, at=NOW, request_id="press")

    assert sorted(at_once(add)) == [False, True]


def test_a_firing_is_claimed_by_one_and_free_again_when_the_lease_ends(database: Database, project_id: int):
    with database.transaction() as tx:
        for _ in range(30):
            tx.firings.add(a_firing(project_id), act_at=NOW, at=NOW)

    def claim() -> set[str]:
        with database.transaction() as tx:
            claimed = tx.firings.claim(NOW, leased_until=NOW + A_MINUTE, limit=100)
            return {firing.firing_id for firing in claimed}

    first, second = at_once(claim)
    assert first.isdisjoint(second)
    assert len(first | second) == 30
    with database.transaction() as tx:
        later = NOW + A_MINUTE
        assert len(tx.firings.claim(later, leased_until=later + A_MINUTE, limit=100)) == 30


def test_a_due_schedule_is_claimed_by_one_and_moved_on(database: Database, project_id: int):
    with database.transaction() as tx:
        for number in range(1, 31):
            tx.schedules.add(a_schedule(project_id, number), at=NOW)

    def claim() -> list[str]:
        with database.transaction() as tx:
            claimed = tx.schedules.claim_due(NOW, limit=100)
            for schedule in claimed:
                tx.schedules.advance(schedule.schedule_id, NOW + A_MINUTE)
            return [schedule.schedule_id for schedule in claimed]

    claimed = [schedule_id for ids in at_once(claim) for schedule_id in ids]
    assert len(claimed) == len(set(claimed)) == 30


@pytest.mark.parametrize(
    "databases", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_what_another_process_is_claiming_is_passed_over_without_waiting(database: Database, project_id: int):
    """SQLite has one process, whose transactions wait for each other."""
    with database.transaction() as tx:
        for number in range(1, 31):
            tx.schedules.add(a_schedule(project_id, number), at=NOW)
            tx.firings.add(a_firing(project_id), act_at=NOW, at=NOW)
            tx.outbox.put(Place(TEAM, f"C{number}"), NoticeKind.FAILURE, f"run {number}", send_at=NOW)

    def claim(limit: int) -> list[int]:
        with database.transaction() as tx:
            until = NOW + A_MINUTE
            claimed = (
                tx.schedules.claim_due(NOW, limit=limit),
                tx.firings.claim(NOW, leased_until=until, limit=limit),
                tx.outbox.claim(NOW, leased_until=until, limit=limit),
            )
            theirs = pool.submit(claim, 100).result(timeout=10) if limit < 100 else []
            return [*(len(each) for each in claimed), *theirs]

    with ThreadPoolExecutor(1) as pool:
        assert claim(10) == [10, 10, 10, 20, 20, 20]


@pytest.mark.parametrize("room", [0, -60])
def test_nothing_is_claimed_where_there_is_no_room(database: Database, project_id: int, room: int):
    """SQLite takes a LIMIT below zero for all that there is, and PostgreSQL refuses it."""
    with database.transaction() as tx:
        tx.schedules.add(a_schedule(project_id, 1), at=NOW)
        tx.firings.add(a_firing(project_id), act_at=NOW, at=NOW)

    with database.transaction() as tx:
        assert tx.schedules.claim_due(NOW, limit=room) == []
        assert tx.firings.claim(NOW, leased_until=NOW + A_MINUTE, limit=room) == []
        assert tx.runs.claim_retries(NOW, leased_until=NOW + A_MINUTE, limit=room) == []
        assert len(tx.firings.claim(NOW, leased_until=NOW + A_MINUTE, limit=1)) == 1


@pytest.mark.usefixtures("project_id")
def test_two_presses_on_one_preview_make_one_schedule(database: Database):
    clock = FakeClock(NOW)
    drafting, previews = Drafting(database, clock), Previews(database, clock, wake=lambda: None)
    asker = Asker(TOM, "C1")
    (offer,) = Catalog(database, clock).search(asker, "")
    when = read("every weekday at 9am", now=NOW, tz=BERLIN).when
    draft = drafting.propose(asker, offer, when=when, inputs={}).draft

    def press() -> str:
        try:
            return f"#{previews.confirm(asker, draft.draft_id).schedule.number}"
        except Conflict as told:
            return told.message

    assert sorted(at_once(press, 3)) == [
        "#1",
        *["That is scheduled already. Pressing twice changes nothing."] * 2,
    ]
    assert len(Scheduling(database, clock, wake=lambda: None).listed(asker)) == 1


def test_a_schedule_that_has_no_moment_left_has_ended(database: Database, project_id: int):
    schedule = a_schedule(project_id, 1)
    with database.transaction() as tx:
        tx.schedules.add(schedule, at=NOW)
        tx.schedules.advance(schedule.schedule_id, None)
        kept = tx.schedules.get(schedule.schedule_id)

    assert kept is not None
    assert kept.state is ScheduleState.ENDED


def test_a_move_that_the_table_of_states_does_not_have_is_refused(database: Database, project_id: int):
    schedule = a_schedule(project_id, 1)
    with database.transaction() as tx:
        tx.schedules.add(schedule, at=NOW)

        with pytest.raises(Conflict, match="active already"):
            tx.schedules.move(schedule, ScheduleState.ACTIVE)


def test_what_is_deleted_is_gone_for_everyone(database: Database, project_id: int):
    schedule = a_schedule(project_id, 1)
    with database.transaction() as tx:
        tx.schedules.add(schedule, at=NOW)
        tx.schedules.delete(schedule.schedule_id, at=NOW)

        assert tx.schedules.get(schedule.schedule_id) is None
        assert tx.schedules.owned_by(TEAM, TOM.person_id) == []
        assert tx.schedules.claim_due(NOW, limit=10) == []


def test_notices_of_one_subject_are_claimed_in_their_order(database: Database):
    with database.transaction() as tx:
        for text in ("first", "second"):
            put_drawn(tx, PLACE, Message(text), subject="run", send_at=NOW)
        tx.outbox.put(PLACE, NoticeKind.FAILURE, "other", send_at=NOW)

    with database.transaction() as tx:
        found = []
        for _ in range(3):  # one of a channel at once
            (claimed,) = tx.outbox.claim(NOW, leased_until=NOW + A_MINUTE, limit=10)
            tx.outbox.sent(claimed, at=NOW)
            found.append((claimed.kind, claimed.drawn and claimed.drawn.message.text))

    assert found == [
        (NoticeKind.FAILURE, None),
        (NoticeKind.WORDS, "first"),
        (NoticeKind.WORDS, "second"),
    ]


def test_what_is_claimed_waits_for_nothing_but_what_must_come_before_it(database: Database):
    """Of a run: its card, which stands; an edit of it and a failure that wait; of another channel, words."""
    elsewhere = Place(TEAM, "C2")
    with database.transaction() as tx:
        run = Run(new_id(), KEY, "manual__1", RunState.RUNNING, None, NOW, NOW, None)
        tx.runs.add(run, at=NOW)
        tx.outbox.keep_card(run.run_key, PLACE, PLACE.channel_id, "1.0")
        for kind in (NoticeKind.CARD, NoticeKind.FAILURE):
            tx.outbox.put(PLACE, kind, run.run_key, send_at=NOW)
        put_drawn(tx, elsewhere, Message("words"), subject="other", send_at=NOW)

    def claimed(**limits: Any) -> list[NoticeKind]:
        with database.transaction() as tx:
            found = tx.outbox.claim(NOW, leased_until=NOW + A_MINUTE, limit=10, **limits)
            tx.outbox.release(found)
            return [each.kind for each in found]

    assert claimed() == [NoticeKind.FAILURE, NoticeKind.WORDS]
    assert claimed(resting={PLACE.channel_id}) == [NoticeKind.WORDS]
    with database.transaction() as tx:
        (failure, words) = tx.outbox.claim(NOW, leased_until=NOW + A_MINUTE, limit=10)
        tx.outbox.sent(failure, at=NOW)
        tx.outbox.release([words])
    assert claimed() == [NoticeKind.WORDS, NoticeKind.CARD]
    assert claimed(progress=False) == claimed(edits=False) == [NoticeKind.WORDS]


def test_a_card_that_waits_is_not_put_twice(database: Database):
    with database.transaction() as tx:
        for _ in range(3):
            tx.outbox.put(PLACE, NoticeKind.CARD, "run", send_at=NOW)

        assert tx.outbox.waiting() == 1


def test_who_sends_notices_is_woken_once_one_is_committed_and_by_nothing_else(database: Database):
    """Only the watcher woke it: what people's presses and the dispatcher queued waited up to a second."""
    inside: list[bool] = []
    database.wake_at_notices(lambda: inside.append(database.in_transaction))
    with database.transaction() as tx:
        tx.outbox.put(PLACE, NoticeKind.CARD, "run 1", send_at=NOW + A_MINUTE)
        tx.outbox.put(PLACE, NoticeKind.LOG, "run 1", send_at=NOW)
        assert inside == []
    assert inside == [False]
    with database.transaction() as tx:
        tx.outbox.hasten(PLACE, "run 1", send_at=NOW)
    assert inside == [False, False]

    with pytest.raises(ZeroDivisionError):
        _queues_a_notice_and_fails(database)
    with database.transaction() as tx:
        tx.outbox.put(PLACE, NoticeKind.CARD, "run 1", send_at=NOW)  # one waits already
        tx.outbox.waiting()

    assert inside == [False, False]


def _queues_a_notice_and_fails(database: Database) -> None:
    with database.transaction() as tx:
        tx.outbox.put(PLACE, NoticeKind.LOG, "run 2", send_at=NOW)
        _ = 1 / 0


def test_a_loop_has_one_holder_until_its_lease_ends(database: Database):
    def take(holder: str, now: datetime) -> bool:
        with database.transaction() as tx:
            return tx.leases.take("watcher", holder, now=now, until=now + A_MINUTE)

    assert take("here", NOW)
    assert not take("there", NOW)
    assert take("here", NOW + A_MINUTE / 2)
    assert not take("there", NOW + A_MINUTE)
    assert take("there", NOW + 2 * A_MINUTE)


def test_a_request_of_slack_is_handled_once(database: Database):
    def first_time() -> bool:
        with database.transaction() as tx:
            return tx.deliveries.first_time(TEAM, "Ev1", at=NOW)

    assert sorted(at_once(first_time)) == [False, True]


def test_a_run_is_known_once_and_its_life_is_kept(database: Database):
    run = Run(new_id(), KEY, "manual__1", RunState.WAITING, None, NOW, None, None)
    with database.transaction() as tx:
        assert tx.runs.add(run, at=NOW)
        assert not tx.runs.add(run, at=NOW)
        assert tx.runs.open("default", due_before=NOW, limit=5) == [run]
        tx.runs.close_stopped(run.run_key, at=NOW)
        assert tx.runs.open("default", due_before=NOW, limit=5) == []


def test_jobs_that_airflow_no_longer_has_are_kept_as_gone(database: Database, project_id: int):
    with database.transaction() as tx:
        assert list(tx.shares.concerning(TOM, Reach(TEAM, frozenset([project_id])))) == [(project_id, KEY)]
        tx.jobs.keep("default", [], at=NOW)
        kept = tx.jobs.get(KEY)

        assert kept is not None
        assert kept.is_gone
        assert list(tx.shares.concerning(TOM, Reach(TEAM, frozenset([project_id])))) == [(project_id, KEY)], (
            "for its schedules"
        )


def test_shares_reach_people_themselves_through_groups_and_not_otherwise(database: Database, project_id: int):
    group = "S1"
    with database.transaction() as tx:
        named = tx.shares.add(
            project_id,
            "default",
            [Action.RUN],
            at=NOW,
            dag_id="sales_report",
            workspace_id=TEAM,
            only=[{"person_id": "U0OTHER"}, {"group_id": group}],
        )
        found = tx.shares.concerning(TOM, Reach(TEAM, frozenset([project_id])), [KEY])[project_id, KEY]
        assert {share.named for share in found} == {None, ()}
        tx.shares.remove(named)
        assert (
            len(tx.shares.concerning(TOM, Reach(TEAM, frozenset([project_id])), [KEY])[project_id, KEY]) == 1
        )


@pytest.mark.postgresql
def test_where_somebody_asks_is_the_whole_channel_and_their_roles(database: Database, project_id: int):
    private = Channel(TEAM, "C2", "payroll", project_id, is_shared=True, is_private=True, is_archived=True)
    with database.transaction() as tx:
        tx.channels.map(private, at=NOW)
        tx.directory.give_workspace_role(TEAM, TOM.person_id, "auditor")

        assert tx.channels.whereabouts(TOM, "C2") == (private, frozenset({"auditor"}))
        assert tx.channels.whereabouts(TOM, "C3") == (None, frozenset({"auditor"}))
        assert tx.channels.get(TEAM, "C2") == private
        assert [each.channel_id for each in tx.channels.of_project(project_id)] == ["C1", "C2"]


def test_two_that_start_together_on_an_empty_database_both_find_it_migrated(
    running_postgresql: RunningPostgreSQL,
):
    url = running_postgresql.url_for(f"contract_{new_id()}", "psycopg")

    def migrate() -> None:
        database = Database(url)
        database.migrate()
        database.check()
        database.close()

    at_once(migrate, 3)


@pytest.mark.postgresql
def test_a_server_that_falls_silent_is_not_waited_for(running_postgresql: RunningPostgreSQL):
    """That it is given up after 20 seconds is the driver's to do: here, that it has been told to."""
    database = Database(running_postgresql.url_for(f"contract_{new_id()}", "psycopg"))

    with database.transaction() as tx:
        connection = tx.connection.connection.driver_connection
        assert connection is not None
        told = connection.info.get_parameters()
    database.close()

    assert (told["tcp_user_timeout"], told["keepalives_idle"]) == ("20000", "5")


def test_a_database_that_cannot_be_reached_is_unavailable():
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable, match="database"):
        nowhere.migrate()

    with pytest.raises(Unavailable, match="database"), nowhere.transaction():
        pass


# Projects from a file --------------------------------------------------------------------------------


def test_a_project_is_put_as_a_file_wants_it_and_read_back_the_same(database: Database, project_id: int):
    helpers = Who("S1", is_group=True)
    wanted = ProjectSetup(
        tz="UTC",
        channels={"C2": ChannelFacts("C2", "reports", is_private=True)},
        reports_to="C2",
        members={Who("U0MAYA"): Role.MANAGER, Who(TOM.person_id): Role.VIEWER, helpers: Role.RUNNER},
        shares={
            Shared("finance", is_tag=True): frozenset({Action.SEE}),
            Shared("payroll", is_tag=False, only=(helpers, Who("U0MAYA"))): frozenset(Action),
        },
    )
    for _ in range(2):
        with database.transaction() as tx:
            assert tx.project_setups.put(TEAM, "Finance", wanted, "default", at=NOW) == project_id
        with database.transaction() as tx:
            kept = tx.project_setups.all(TEAM, "default")["Finance"]
        assert (kept.is_managed, kept.is_archived, kept.setup) == (True, False, wanted)

    with database.transaction() as tx:
        tx.project_setups.archive(project_id, at=NOW)
        assert tx.project_setups.all(TEAM, "default")["Finance"].is_archived
        assert tx.projects.memberships(TOM) == {}


@pytest.mark.usefixtures("project_id")
def test_of_two_who_apply_one_plan_the_second_is_told(database: Database):
    administration = Administration(database, FakeClock(NOW), workspace_id=TEAM, deployment="default")
    text = "projects:\n  Finance:\n    time_zone: UTC\n    managers: [U0TOM]\n"
    planned = administration.plan(text, {})

    def apply() -> str:
        try:
            return f"done, {len(administration.apply(planned))} suspended"
        except Conflict:
            return "it has changed"

    assert sorted(at_once(apply)) == ["done, 0 suspended", "it has changed"]
    assert administration.plan(text, {}).changes == []


@pytest.mark.parametrize("channels", [1, 300])
def test_hundreds_of_notices_are_claimed_by_as_many_statements_as_one(database: Database, channels: int):
    statements: list[str] = []
    event.listen(database._engine, "before_cursor_execute", lambda *_: statements.append(str(_[2])))
    asked = []
    for count in (1, 300):
        with database.transaction() as tx:
            for number in range(count):
                place = Place(TEAM, f"C{number % channels:04}")
                put_drawn(tx, place, Message("words"), subject=new_id(), send_at=NOW)
            statements.clear()
            claimed = tx.outbox.claim(NOW, leased_until=NOW + A_MINUTE, limit=10)
            asked.append(len(statements))
            tx.outbox.release(claimed)

    assert len(claimed) == min(channels, 10)
    assert asked[0] == asked[1]
