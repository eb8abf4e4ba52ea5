"""PagerDuty's answer is its status alone: whatever comes behind holds nothing up."""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Rejected
from bot.domain.escalation import PagerEvent, Signal
from bot.gateways.pagerduty import PagerDuty

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow  # real sockets
EVENT = PagerEvent(Signal.RESOLVE, "incident")
ENDLESS, NEVER = b"x" * 65_536, b""
A_LOT = 50_000_000


class Answering:
    """A server of one answer, with a body that has no end or never comes."""

    def __init__(self, head: bytes, body: bytes) -> None:
        self._head, self._body = head, body
        self.sent = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/v2/enqueue"
        self._thread = Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        peer, _ = self._listening.accept()
        with peer, suppress(OSError):
            peer.recv(65_536)
            peer.sendall(self._head + b"\r\n\r\n")
            while self._body and self.sent < A_LOT:
                self.sent += peer.send(self._body)
            peer.recv(1)  # until the other side hangs up

    def close(self) -> None:
        self._thread.join(30)
        self._listening.close()


@contextmanager
def answering(head: bytes, body: bytes) -> Iterator[Answering]:
    server = Answering(head, body)
    try:
        yield server
    finally:
        server.close()


def test_an_answer_without_end_is_not_read():
    with answering(b"HTTP/1.1 202 Accepted", ENDLESS) as server:
        PagerDuty(server.url, {"ops": "key"}).send("ops", EVENT)
    assert server.sent < A_LOT


def test_an_answer_whose_body_never_comes_is_an_answer_all_the_same():
    with answering(b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000", NEVER) as server:
        PagerDuty(server.url, {"ops": "key"}).send("ops", EVENT)


def test_a_redirect_is_not_followed_and_its_body_not_read():
    elsewhere = b"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/elsewhere"
    with answering(elsewhere, ENDLESS) as server, pytest.raises(Rejected):
        PagerDuty(server.url, {"ops": "key"}).send("ops", EVENT)
    assert server.sent < A_LOT
