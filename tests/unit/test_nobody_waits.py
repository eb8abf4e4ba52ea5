"""Whoever waits for something slow holds up no other, and hears soon that it is slow."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.domain.errors import Conflict, Rejected, Unavailable
from bot.services.room import MOST_AT_AIRFLOW, Room
from bot.settings import Settings
from handlers import turns
from handlers.answer import Answering
from handlers.turns import Turns
from storage.database import Database
from storage.engines import in_a_hurry
from tests.world import FINANCE, TEAM, TOM

if TYPE_CHECKING:
    from handlers.payloads import Command
    from handlers.talk import Talk
    from tests.world import World


COMMAND = {
    "command": "/schedule", "text": "jobs", "channel_id": FINANCE, "user_id": TOM.person_id, "team_id": TEAM,
    "response_url": "https://slack.test/answer", "trigger_id": "t",
}  # fmt: skip


def test_an_acknowledgement_waits_for_no_conversation_and_too_many_get_none(
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

    assert told_at_once == [0, 1, 2]
    assert talked == [TOM.person_id] * 3


def test_most_threads_are_left_for_those_who_need_no_airflow():
    assert wiring.TALKS >= 4 * MOST_AT_AIRFLOW


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


@pytest.mark.both_databases
def test_a_locked_database_is_given_up_soon_where_a_person_waits(database: Database):
    other = Database(database._engine.url.render_as_string(hide_password=False))
    locked, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with other.transaction() as tx:
            tx.leases.free_all()
            if not other.is_sqlite:
                tx.connection.exec_driver_sql("LOCK TABLE leases IN ACCESS EXCLUSIVE MODE")
            locked.set()
            let_go.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(10)
    began = time.monotonic()
    try:
        with pytest.raises(Unavailable), in_a_hurry(), database.transaction() as tx:
            tx.leases.release_all("me")
        assert time.monotonic() - began < 20, "not for as long as a lock is waited for elsewhere"
    finally:
        let_go.set()
        holder.join()
        other.close()
