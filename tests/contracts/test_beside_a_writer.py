"""What only reads is answered while another process writes: on SQLite one may write at a time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from tests.fakes.talking import talking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from tests.world import World

QUESTIONS = {
    "list": "1 schedule",
    "show 1": "It may start up to 10 min late",
    "runs": "There are no runs yet",
    "jobs": "Jobs you can use here",
    "week": "The next seven days",
    "help": "What you can do here",
    "alerts": "What #finance hears",
    "run the sales reprot": "Did you mean Sales report?",
}
"""What is typed, and words of its answer."""


@contextmanager
def writing(world: World) -> Iterator[None]:
    """Hold an open transaction that has written, in another process's place, for the length of the block."""
    other = Database(world.database._engine.url.render_as_string(hide_password=False))
    begun, let_go = threading.Event(), threading.Event()

    def write() -> None:
        with other.transaction() as tx:
            tx.leases.free_all()
            begun.set()
            let_go.wait(100)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(10)
        yield
    finally:
        let_go.set()
        writer.join()
        other.close()


@pytest.mark.both_databases
def test_questions_are_answered(world: World):
    world.schedule("every day at 9am")
    with talking(world) as slack:
        tom = slack.driver.as_person("Tom Okafor")
        with writing(world):
            for typed, answer in QUESTIONS.items():
                tom.type("#finance", f"/schedule {typed}")
                tom.see("#finance", answer)
            _fill_a_form(tom)


def _fill_a_form(tom: Person) -> None:
    tom.type("#finance", "/schedule")
    form = tom.open_modal()
    form.choose("Job", "Sales report", query="sal")
    form.fill("When", "every day at 9am")
    form.see("Next: Mon ")
