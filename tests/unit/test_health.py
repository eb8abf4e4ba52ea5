"""/readyz and a stop answer in time, whatever hangs."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from bot import health as health_module
from bot import health_server, lifecycle
from bot.domain.clock import SystemClock
from bot.domain.ports import AirflowHealth
from bot.health import LONGEST_STEP, NO_ANSWER, Health
from bot.health_server import HealthServer
from bot.lifecycle import Bot
from bot.workers.loop import Loop

if TYPE_CHECKING:
    from tests.world import World


class Rested:
    def step(self) -> float:
        return 1.0


def test_a_piece_that_hangs_is_named_in_time_and_asked_once(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health_module, "ANSWERS_WITHIN", 0.2)
    let_go, asked = threading.Event(), []

    def hang() -> str:
        asked.append(1)
        let_go.wait(10)
        return "T0"

    monkeypatch.setattr(world.slack, "check", hang)
    health = Health(world.database, world.slack, world.airflow, [])
    for _ in range(2):
        report = health.report()
        assert report["checks"] == {"database": "ok", "slack": NO_ANSWER, "airflow": "ok"}
        assert not report["ready"]
    assert len(asked) == 1

    let_go.set()
    health._questions["slack"].within(10)
    assert health.report()["ready"]


def test_a_fault_of_our_own_is_told_as_what_it_is(world: World, monkeypatch: pytest.MonkeyPatch):
    """It was told as "no answer within 3 seconds", and looked for in the network."""
    monkeypatch.setattr(world.airflow, "health", lambda: dict[str, str]()["version"])

    report = Health(world.database, world.slack, world.airflow, []).report()

    assert not report["ready"]
    assert "KeyError" in report["checks"]["airflow"]


def test_the_version_of_airflow_and_a_token_that_ends_soon_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    ends_at = SystemClock().now() + timedelta(days=2)
    known = AirflowHealth("3.9.0", True, True, True, tried="not tried", token_ends_at=ends_at)
    monkeypatch.setattr(world.airflow, "health", lambda: known)

    report = Health(world.database, world.slack, world.airflow, []).report()

    assert report["airflow"] == "3.9.0 (not tried)"
    assert [each for each in report["warnings"] if "nobody renews it" in each]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("triggerer", "its triggerer is unhealthy: what waits for something outside Airflow goes on waiting"),
        ("dag_processor", "its dag processor is unhealthy: changes to jobs are not seen there"),
    ],
)
def test_a_part_of_airflow_that_is_down_is_a_warning_until_it_is_back(world: World, part: str, words: str):
    health = Health(world.database, world.slack, world.airflow, [])
    for is_well, is_told in ((True, False), (False, True), (None, False), (True, False)):
        setattr(world.airflow, part, is_well)

        report = health.report()

        assert any(words in each for each in report["warnings"]) == is_told
        assert report["checks"]["airflow"] == "ok"


@pytest.mark.parametrize(("rests_too_long", "is_stuck"), [(-1, False), (1, True)])
def test_a_loop_that_is_stuck_in_its_step_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, rests_too_long: int, is_stuck: bool
):
    loop = Loop("watcher", Rested())
    loop._step()
    assert loop.heartbeat.stepped_at is not None
    later = loop.heartbeat.stepped_at + 1.0 + LONGEST_STEP + rests_too_long
    monkeypatch.setattr(health_module, "monotonic", lambda: later)

    checks = Health(world.database, world.slack, world.airflow, [loop]).report()["checks"]

    assert ("its last step was" in checks["loop watcher"]) == is_stuck


def test_a_database_that_does_not_answer_does_not_hold_up_a_stop(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lifecycle, "GIVES_BACK_WITHIN", 0.1)
    let_go = threading.Event()
    told: list[str] = []

    def give_back() -> None:
        let_go.wait(10)

    pieces: dict[str, Any] = {
        name: SimpleNamespace(close=lambda name=name: told.append(name)) for name in ("socket", "database")
    }
    bot = Bot(
        **pieces,
        loops=(),
        health=SimpleNamespace(stop=lambda: told.append("health")),  # type: ignore[arg-type]  # the same
        give_back=give_back,
    )

    assert not bot.stop(), "whoever called it ends the process at once"
    assert told == ["socket", "health"]
    let_go.set()


@pytest.mark.slow
def test_who_connects_and_says_nothing_takes_no_thread_for_long_and_not_all_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(health_server, "MOST_SILENT", 4)
    server = HealthServer(Health(world.database, world.slack, world.airflow, []), "127.0.0.1", 0)
    server.start()
    address = urlsplit(server.address)
    before = threading.active_count()
    silent = [socket.create_connection((address.hostname, address.port)) for _ in range(40)]
    try:
        assert threading.active_count() - before <= 4
        assert _status(server.address, "/healthz") == 200
        assert _status(server.address, "/readyz") == 200
    finally:
        for each in silent:
            each.close()
        server.stop()


@pytest.mark.slow
def test_who_fetches_files_slowly_keeps_no_probe_out(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health_server, "SPEAKS_WITHIN", 600.0)
    large = bytes(20_000_000)  # more than the network holds for somebody who reads nothing
    health = Health(world.database, world.slack, world.airflow, [])
    server = HealthServer(health, "127.0.0.1", 0, lambda _path: (200, large))
    server.start()
    address = urlsplit(server.address)
    slow, began = [], []
    try:
        for _ in range(20):
            slow.append(socket.create_connection((address.hostname, address.port)))
            slow[-1].sendall(b"GET /files/1/orders.csv HTTP/1.0\r\n\r\n")
            began.append(slow[-1].recv(12))

        assert began == [b"HTTP/1.0 200"] * health_server.MOST_FILES + [b"HTTP/1.0 503"] * 12
        assert _status(server.address, "/healthz") == 200
        assert _status(server.address, "/readyz") == 200
    finally:
        for each in slow:
            each.close()
        server.stop()


def _status(address: str, path: str) -> int:
    with urlopen(f"{address}{path}", timeout=60) as answer:
        return int(answer.status)
