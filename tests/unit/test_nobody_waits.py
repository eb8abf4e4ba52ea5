"""Whoever waits for something slow holds up no other, and hears soon that it is slow."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt import Ack, BoltRequest
from slack_sdk import WebClient
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot import wiring
from bot.domain.errors import Conflict, Rejected, Unavailable
from bot.gateways.slack_calls import call
from bot.services.room import MOST_AT_AIRFLOW, Room
from bot.settings import Settings
from bot.waiting import computing
from handlers import turns
from handlers.answer import Answering
from handlers.bolt import make_app
from handlers.payloads import Origin
from handlers.turns import CROWDED, MOST_OF_ONE, Turns
from storage import giving_way
from storage.database import Database
from storage.engines import PATIENCE, WHILE_SOMEBODY_WAITS, in_a_hurry
from storage.tables import leases
from tests.fakes.talking import Answers
from tests.world import FINANCE, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.project import Person
    from handlers.payloads import Command
    from handlers.talk import Talk
    from tests.world import World


COMMAND = {
    "command": "/schedule", "text": "jobs", "channel_id": FINANCE, "user_id": TOM.person_id, "team_id": TEAM,
    "response_url": "https://slack.test/answer", "trigger_id": "t",
}  # fmt: skip


def test_an_acknowledgement_waits_for_no_conversation_and_one_too_many_is_told_so(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """Twenty forms that a slow Slack opened held the threads on which everybody is acknowledged."""
    monkeypatch.setattr(turns, "MOST_WAITING", 3)
    let_go, acknowledged, talked = threading.Event(), [], []

    def slow(talk: Talk, _command: Command) -> None:
        let_go.wait(30)
        talked.append(talk.asker.person.person_id)

    with ThreadPoolExecutor(1) as talks:
        listener: Any = Answering(world.services(), world.slack, Turns(talks)).command(slow)
        for number in range(4):
            listener(ack=lambda number=number: acknowledged.append(number), body=COMMAND)
        told_at_once = list(acknowledged)
        let_go.set()

    assert told_at_once == [0, 1, 2, CROWDED]
    assert talked == [TOM.person_id] * 3


class Flooded:
    """Tom has sent as much as one person may, and a slow Slack lets none of it be answered."""

    def __init__(self, answering: Answering, talks: Answers) -> None:
        self.answering, self._talks = answering, talks
        self._let_go = threading.Event()
        self.acknowledged: list[Any] = []
        for _ in range(MOST_OF_ONE):
            self.send(TOM)

    def send(self, who: Person) -> None:
        listener: Any = self.answering.command(lambda _talk, _command: self.wait())
        listener(
            ack=lambda *words: self.acknowledged.append(words), body={**COMMAND, "user_id": who.person_id}
        )

    def wait(self) -> None:
        self._let_go.wait(30)

    def let_all_go(self) -> None:
        self._let_go.set()
        self._talks.wait()


@pytest.fixture
def flooded(world: World) -> Iterator[Flooded]:
    with Answers(wiring.TALKS) as talks:
        flooded = Flooded(Answering(world.services(), world.slack, Turns(talks)), talks)
        yield flooded
        flooded.let_all_go()


def test_one_person_has_a_share_of_the_threads_and_reads_that_it_is_used_up(flooded: Flooded):
    assert flooded.acknowledged == [()] * MOST_OF_ONE

    flooded.send(TOM)
    flooded.send(MAYA)

    (refused,), taken = flooded.acknowledged[MOST_OF_ONE:]
    assert "busy with the last 10 things that you sent" in refused
    assert taken == ()


def test_a_form_says_so_at_a_field_and_stays(flooded: Flooded):
    sent: list[object] = []
    listener: Any = flooded.answering.submission(lambda _talk, submission: sent.append(submission) or {})  # type: ignore[func-returns-value]  # None is what it is to return
    view = {
        "id": "V1", "callback_id": "form", "blocks": [{"block_id": "when"}],
        "state": {"values": {"when": {"value": {"type": "plain_text_input", "value": "every day at 9am"}}}},
    }  # fmt: skip
    answers: list[dict[str, Any]] = []
    body = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": TOM.person_id}, "view": view}

    listener(ack=lambda **answer: answers.append(answer), body=body)

    assert answers[0]["response_action"] == "errors"
    assert "busy with the last" in answers[0]["errors"]["when"]
    assert sent == []


def test_a_menu_stays_empty(flooded: Flooded):
    listener: Any = flooded.answering.typing(lambda _talk, _typing: [{"value": "1"}])
    menus: list[dict[str, Any]] = []
    body = {"type": "block_suggestion", "team": {"id": TEAM}, "block_id": "b", "value": "sal"}

    for who in (TOM, MAYA):
        listener(ack=lambda **menu: menus.append(menu), body={**body, "user": {"id": who.person_id}})

    assert menus == [{"options": []}, {"options": [{"value": "1"}]}]


def test_whoever_floods_the_direct_messages_is_told_once(world: World, flooded: Flooded):
    listener: Any = flooded.answering.written(lambda _talk, _written: flooded.wait())
    for number in range(5):
        event = {
            "type": "message",
            "channel_type": "im",
            "channel": "D0TOM",
            "user": TOM.person_id,
            "text": "hi",
        }
        listener(body={"team_id": TEAM, "event_id": f"Ev{number}", "event": event})

    flooded.let_all_go()

    assert [each for each in world.slack.texts("D0TOM") if "busy with the last" in each][1:] == []
    assert len(world.slack.texts("D0TOM")) == 1


def test_there_is_room_again_once_all_is_answered(flooded: Flooded):
    flooded.let_all_go()

    for _ in range(2 * MOST_OF_ONE):
        flooded.send(TOM)
        flooded.let_all_go()

    assert [each for each in flooded.acknowledged if each] == []


def test_an_acknowledgement_is_given_on_the_thread_that_hears():
    """On another one it waited for ten milliseconds and for the turns of all who compute."""
    on: list[int] = []

    def listener(ack: Ack) -> None:
        on.append(threading.get_ident())
        ack()

    app = make_app(WebClient(token="xoxb-1"))
    app.command("/schedule")(listener)
    app.dispatch(BoltRequest(body={"command": "/schedule", **COMMAND}, mode="socket_mode"))

    assert on == [threading.get_ident()]


def test_few_compute_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(turns, "MOST_COMPUTING", 2)
    computing, most = [0], [0]
    lock = threading.Lock()

    def compute() -> None:
        with lock:
            computing[0] += 1
            most[0] = max(most[0], computing[0])
        time.sleep(0.005)
        with lock:
            computing[0] -= 1

    with ThreadPoolExecutor(8) as talks:
        some = Turns(talks)
        for number in range(40):
            origin = Origin(TEAM, f"U{number}", "", "")
            assert some.reserve(origin) is None
            some.run(origin, compute)

    assert most == [2]


@pytest.mark.parametrize("where", ["Slack", "Airflow"])
def test_whoever_waits_for_slack_or_airflow_lets_others_compute(where: str, monkeypatch: pytest.MonkeyPatch):
    """Three meet while they wait, though one computes at a time."""
    monkeypatch.setattr(turns, "MOST_COMPUTING", 1)
    meeting, room, met = threading.Barrier(3), Room(3), []

    def wait() -> None:
        if where == "Slack":
            call(lambda: met.append(meeting.wait(30)))
            return
        with room.entered():
            met.append(meeting.wait(30))

    with ThreadPoolExecutor(3) as talks:
        some = Turns(talks)
        for number in range(3):
            origin = Origin(TEAM, f"U{number}", "", "")
            assert some.reserve(origin) is None
            some.run(origin, wait)

    assert sorted(met) == [0, 1, 2]


LOCKING = {
    "UPDATE": update(leases).values(holder="me"),
    "DELETE": delete(leases),
    "INSERT": insert(leases).values(name="a loop", holder="me", until=datetime(2027, 1, 1, tzinfo=UTC)),
    "SELECT": select(leases).with_for_update(),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", LOCKING)
def test_whoever_waits_for_a_lock_lets_others_compute(
    database: Database, statement: str, monkeypatch: pytest.MonkeyPatch
):
    """On SQLite for the write lock, on PostgreSQL for a row's."""
    monkeypatch.setattr(turns, "MOST_COMPUTING", 1)
    done, others_are_done = [], threading.Event()
    if statement != "INSERT":
        with database.transaction() as tx:
            tx.connection.execute(LOCKING["INSERT"])

    def write() -> None:
        with in_a_hurry(), database.transaction() as tx, suppress(IntegrityError):
            tx.connection.execute(LOCKING[statement])
        done.append("written")

    def compute() -> None:
        done.append("computed")
        others_are_done.set()

    with ThreadPoolExecutor(2) as talks:
        some = Turns(talks)
        with database.transaction() as tx:
            tx.connection.execute(LOCKING["INSERT" if statement == "INSERT" else "UPDATE"])
            for number, act in enumerate((write, compute)):
                origin = Origin(TEAM, f"U{number}", "", "")
                assert some.reserve(origin) is None
                some.run(origin, act)
            assert others_are_done.wait(1), "what only computes waited for the one who writes"

    assert sorted(done) == ["computed", "written"]


@pytest.mark.parametrize("room", [0, 1])
def test_only_so_many_hold_a_connection_while_they_let_others_compute(
    room: int, monkeypatch: pytest.MonkeyPatch
):
    """Forty threads that all waited for one row would leave no connection to anybody."""
    monkeypatch.setattr(giving_way, "_room", threading.Semaphore(room))
    place = threading.Semaphore(1)

    def is_free() -> bool:
        free = place.acquire(blocking=False)
        if free:
            place.release()
        return free

    def steps() -> Iterator[str]:
        yield "to read"
        yield "to read"

    with computing(place):
        statement: Any = giving_way._giving_way(steps())  # type: ignore[arg-type]  # psycopg has other types
        next(statement)
        assert not is_free()
        statement.send(0)  # a wait has ended with nothing to read
        assert is_free() == bool(room)
        with pytest.raises(StopIteration):
            statement.send(1)
        assert not is_free()
    assert giving_way._room.acquire(blocking=False) == bool(room)


def test_most_threads_are_left_for_those_who_need_no_airflow():
    assert wiring.TALKS >= 4 * MOST_AT_AIRFLOW


def test_most_threads_are_left_for_others_than_one_person():
    assert min(wiring.TALKS, wiring.LISTENERS) >= 2 * MOST_OF_ONE


def test_threads_that_answer_give_way_soon_to_those_that_acknowledge(monkeypatch: pytest.MonkeyPatch):
    turns: list[float] = []
    monkeypatch.setattr(sys, "setswitchinterval", turns.append)
    settings = Settings.model_construct(database_url="nowhere", secrets_keys=())

    with pytest.raises(Rejected):
        wiring.build(settings)  # which sets it before anything else

    assert turns == [wiring.TURN]
    assert sys.getswitchinterval() >= 10 * wiring.TURN


def test_few_at_once_wait_for_airflow_and_the_rest_are_told():
    room = Room(2)
    with (
        room.entered(), room.entered(), pytest.raises(Conflict, match="Airflow is slow just now"),
        room.entered(),
    ):  # fmt: skip
        pass
    with room.entered():
        pass


def test_whoever_is_answered_waits_for_no_lock_for_long(world: World):
    patience: list[float] = []

    def look(*_: object) -> Any:
        patience.append(PATIENCE.get())
        return []

    view = {"id": "V1", "callback_id": "form", "blocks": [], "state": {"values": {}}}
    about: dict[str, Any] = {"team": {"id": TEAM}, "user": {"id": TOM.person_id}}
    with Answers(wiring.TALKS) as talks:
        answering = Answering(world.services(), world.slack, Turns(talks))
        doors: list[tuple[Any, dict[str, Any]]] = [
            (answering.command(look), COMMAND),
            (answering.submission(look), {**about, "type": "view_submission", "view": view}),
            (answering.typing(look), {**about, "type": "block_suggestion", "block_id": "b", "value": "sal"}),
        ]
        for listener, body in doors:
            listener(ack=lambda *_, **__: None, body=body)
            talks.wait()

    assert patience == [WHILE_SOMEBODY_WAITS] * 3


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_locked_database_is_given_up_soon_where_a_person_waits(database: Database):
    url = database._engine.url.render_as_string(hide_password=False)
    other, third = Database(url), Database(url)
    locked, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with other.transaction() as tx:
            tx.leases.free_all()
            if not other.is_sqlite:
                tx.connection.exec_driver_sql("LOCK TABLE leases IN ACCESS EXCLUSIVE MODE")
            locked.set()
            let_go.wait(60)

    def wait_elsewhere() -> None:
        with third.transaction() as tx:
            tx.leases.release_all("another")

    holder, patient = (threading.Thread(target=each) for each in (hold, wait_elsewhere))
    holder.start()
    try:
        assert locked.wait(10)
        patient.start()
        with pytest.raises(Unavailable), in_a_hurry(), database.transaction() as tx:
            tx.leases.release_all("me")
        assert patient.is_alive(), "where nobody waits, a lock is waited for longer"
    finally:
        let_go.set()
        holder.join()
        patient.join()
        third.close()
        other.close()
