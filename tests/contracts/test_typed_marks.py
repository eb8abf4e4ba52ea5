"""What people type into names, reasons and inputs calls nobody and draws nothing, wherever it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.job import JobSettings
from bot.rules.access import Asker
from tests.company import show_as
from tests.house import ALEX
from tests.world import FINANCE, MAYA, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.house import House

TYPED = "<!channel> <@U0LENA> <https://a.example|b>"
LOOKS = (
    "list all", "list all {name}", "show #1", "week", "jobs", "runs", "help", "admin", "away", "alerts",
    "{name}", "run {name}", "{name} every day at 5am", "stop {name}", "edit #1", "pause #1", "resume #1",
    "skip #1", "run staff costs with note={name}", "staff costs every day at 5am with note={name}",
    "list {name}", "jobs {name}", "runs {name}", "rename #1 to {name}", "copy #1", "who {name}",
    "pause project until tomorrow because {name}",
)  # fmt: skip


AS_IT_STANDS = ("plain_text", "raw_text")
"""Kinds of text in which Slack reads no marks."""


def drawn(thing: Any) -> Iterator[str]:
    """Every text in which Slack reads marks: mrkdwn, and a message's own text."""
    if isinstance(thing, dict):
        for name, value in thing.items():
            is_own = name == "text" and isinstance(value, str) and thing.get("type") not in AS_IT_STANDS
            yield from [value] if is_own else drawn(value)
    elif isinstance(thing, list | tuple):
        for each in thing:
            yield from drawn(each)


@pytest.fixture
def named(own_house: House) -> House:
    """Everything that people name or explain has the marks in its name."""
    house, world = own_house, own_house.world
    finance = world.projects["Finance"]
    world.adjusting.rename(Asker(TOM), house.schedule.schedule_id, TYPED)
    settings = JobSettings(title=TYPED, description=TYPED, runbook=TYPED)
    show_as(world, finance, settings, dag_id="import_orders")
    show_as(world, finance, replace(settings, title="Staff costs", presets={TYPED: {"note": TYPED}}))
    world.managing.edit(Asker(ALEX), finance, lambda _tx, _asker, _id, setup: setup, name=TYPED)
    return house


def test_nothing_that_was_typed_is_read_as_a_mark(named: House):
    house, world = named, named.world
    heard: list[str] = []
    for who in (TOM, MAYA, ALEX):
        for typed in LOOKS:
            words = typed.replace("{name}", TYPED)
            house.hear({"command": "/schedule", "text": words, "channel_id": FINANCE}, who)
            heard += drawn(house.answers)
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(timedelta(minutes=2))
    heard += drawn([[post.message.text, *post.message.blocks] for post in world.slack.posted])
    heard += [post.message.text for post in world.slack.posted]

    assert len(heard) > 300
    assert sum("&lt;!channel&gt;" in each for each in heard) > 50
    assert [each for each in heard if "<!channel>" in each or "<https://a.example" in each] == []
