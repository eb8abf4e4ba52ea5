"""The journal is read by a driver in one thread while the server writes it in another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from playground.slack.changes import Changes
from playground.slack.clock import SystemClock
from playground.slack.journal import Journal


@pytest.mark.slow
def test_it_is_read_while_it_is_written() -> None:
    journal = Journal(SystemClock(), Changes())
    for _ in range(1000):
        journal.open("app → Slack", "chat.postMessage", {})

    is_read = Event()

    def write() -> None:
        while not is_read.is_set():
            journal.open("app → Slack", "chat.postMessage", {})

    with ThreadPoolExecutor() as threads:
        writing = threads.submit(write)
        try:
            for _ in range(30):
                assert len(journal.entries()) == 1000
        finally:
            is_read.set()
        writing.result()
