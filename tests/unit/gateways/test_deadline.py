"""Servers that send their answers byte by byte are given up in time by every caller."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING

import pytest
import urllib3
from slack_sdk import WebClient

from bot.domain.errors import Unavailable
from bot.domain.escalation import PagerEvent, Signal
from bot.domain.notice import Message
from bot.domain.run import ResultFile, TaskRun, TaskState
from bot.gateways import pagerduty, slack_calls, slack_files
from bot.gateways.airflow import RestAirflow, StaticToken, connection
from bot.gateways.airflow.sign_in import GoogleAccount, google
from bot.gateways.airflow.sign_in.request import SigningIn
from bot.gateways.deadline import ends_within
from bot.gateways.pagerduty import PagerDuty
from bot.gateways.slack import SlackGateway
from tests.fakes.http_server import Answer, HttpServer
from tests.unit.gateways.airflow.test_sign_in import service_account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow  # real sockets, and each case waits until its end has come
BYTES, EVERY = 100, 0.04
"""Seconds between bytes, fewer than any timeout; so many bytes that the last comes long after each end."""
IN_TIME = 0.3
LOADS = TaskRun("load", -1, TaskState.FAILED, 1, 1, None, None)


class Dripping(ThreadingTCPServer):
    """Answers each request with `head` at once, then one byte after the other."""

    daemon_threads = True

    def __init__(self, head: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Drips)
        self.head = head
        self.dripped = 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Drips(BaseRequestHandler):
    server: Dripping

    def handle(self) -> None:
        with suppress(OSError):
            self.request.recv(65_536)
            self.request.sendall(self.server.head)
            for _ in range(BYTES):
                sleep(EVERY)
                self.request.sendall(b" ")
                self.server.dripped += 1


HEAD = b"HTTP/1.1 200 OK\r\nX-Slow: "
BODY = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {BYTES}\r\n\r\n".encode()


@contextmanager
def dripping(head: bytes) -> Iterator[Dripping]:
    with Dripping(head) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagerduty, "ANSWERS_WITHIN", IN_TIME)
    monkeypatch.setattr(connection, "ENDS_WITHIN", IN_TIME)
    monkeypatch.setattr(google, "ENDS_WITHIN", IN_TIME)
    monkeypatch.setattr(slack_calls, "ENDS_WITHIN", IN_TIME)
    monkeypatch.setattr(slack_files, "ARRIVES_WITHIN", IN_TIME)


def slack(url: str) -> SlackGateway:
    client = WebClient(token="xoxb-1", base_url=f"{url}/")
    client.retry_handlers.clear()
    return SlackGateway(client)


def fetch_file(url: str) -> object:
    described = {"user": "U0TOM", "url_private": f"{url}/orders.csv"}
    return slack_files.fetch(WebClient(base_url=f"{url}/"), described, owner="U0TOM", most=1000)


def sign_in(url: str) -> str:
    return SigningIn(f"{url}/auth/token", refused=("", ""), timeout=IN_TIME / 2).token({})


CALLS: dict[str, Callable[[str], object]] = {
    "Airflow": lambda url: RestAirflow(url, StaticToken("t")).run("orders", "a-run"),
    "Airflow, a log": lambda url: list(RestAirflow(url, StaticToken("t")).log_of("orders", "a-run", LOADS)),
    "Airflow, signing in": sign_in,
    "Slack": lambda url: slack(url).post("C1", Message("hello")),
    "Slack, its list of people": lambda url: slack(url).people(),
    "Slack, an upload": lambda url: slack(url).upload("C1", ResultFile("a.csv", b"1"), thread_ts=None),
    "Slack, a file": fetch_file,
}
QUICK: dict[str, Callable[[str], object]] = {
    "a form": lambda url: slack(url).open_view("trigger", {}),
    "a form that is shown": lambda url: slack(url).update_view("V1", {}),
    "a person": lambda url: slack(url).person("U0TOM"),
    "who is in a channel": lambda url: slack(url).is_in_channel("C1", "U0TOM"),
    "a response URL": lambda url: slack(url).answer(f"{url}/response", {"text": "hello"}),
}


@pytest.mark.parametrize("head", [HEAD, BODY], ids=["head", "body"])
@pytest.mark.parametrize("ask", CALLS.values(), ids=CALLS)
def test_an_answer_that_comes_byte_by_byte_is_given_up(ask: Callable[[str], object], head: bytes):
    with dripping(head) as server:
        with pytest.raises(Unavailable):
            ask(server.url)
        assert server.dripped < BYTES


@pytest.mark.parametrize("head", [HEAD, BODY], ids=["head", "body"])
@pytest.mark.parametrize("ask", QUICK.values(), ids=QUICK)
def test_one_on_which_a_person_waits_is_given_up_sooner(
    ask: Callable[[str], object], head: bytes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(slack_calls, "ENDS_WITHIN", 600)
    monkeypatch.setattr(slack_calls, "QUICK_ENDS_WITHIN", IN_TIME)
    with dripping(head) as server:
        with pytest.raises(Unavailable):
            ask(server.url)
        assert server.dripped < BYTES


def test_a_pager_whose_head_comes_byte_by_byte_is_given_up():
    with dripping(HEAD) as server:
        with pytest.raises(Unavailable, match="ReadTimeoutError"):
            PagerDuty(server.url, {"ops": "key"}).send("ops", PagerEvent(Signal.RESOLVE, "incident"))
        assert server.dripped < BYTES


@pytest.mark.parametrize("head", [HEAD, BODY], ids=["head", "body"])
def test_google_is_given_up_as_well(head: bytes, tmp_path: Path):
    with dripping(head) as server:
        (tmp_path / "key.json").write_text(json.dumps(service_account(server.url)))
        with pytest.raises(Unavailable):
            GoogleAccount(tmp_path / "key.json")()
        assert server.dripped < BYTES


def test_of_two_ends_the_earlier_counts_and_holds_for_what_is_read_later():
    pool = urllib3.PoolManager()
    with dripping(BODY) as server:
        with ends_within(IN_TIME), ends_within(600):
            answer = pool.request("GET", server.url, preload_content=False)
        with pytest.raises(urllib3.exceptions.ReadTimeoutError):
            answer.read()
        assert server.dripped < BYTES


def test_a_connection_that_is_used_again_has_its_own_timeout_again():
    with HttpServer(lambda _request: Answer(200, {})) as server:
        address = server.url.removeprefix("http://")
        kept = HTTPConnection(address, timeout=50)
        with ends_within(20):
            kept.request("GET", "/")
            kept.getresponse().read()
        assert kept.sock.gettimeout() == 50
        kept.request("GET", "/")
        assert kept.getresponse().read() == b"{}"
        kept.close()
