"""How often Slack is asked for what it tells: its limits are the whole company's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.workers.mirrors.people import DirectoryMirror
from tests.world import TEAM, TOM

if TYPE_CHECKING:
    import pytest

    from bot.domain.project_setup import ChannelFacts
    from tests.world import World


def test_every_change_of_a_person_is_asked_about_however_many_there_were(world: World):
    calls: list[None] = []
    world.slack._before_call = lambda: calls.append(None)

    for number in range(10):
        zone = ("Europe/Rome", "Europe/Paris")[number % 2]
        world.people.changed(TEAM, {"id": TOM.person_id, "team_id": TEAM, "tz": zone})

    assert len(calls) == 10


def test_channels_are_read_by_the_hour(world: World, monkeypatch: pytest.MonkeyPatch):
    calls: list[None] = []
    channels = world.slack.channels

    def counted() -> list[ChannelFacts]:
        calls.append(None)
        return channels()

    monkeypatch.setattr(world.slack, "channels", counted)
    directory = DirectoryMirror(world.database, world.clock, world.slack, "here")
    for _ in range(120):
        directory.step()
        world.clock.advance(timedelta(minutes=1))

    assert len(calls) == 2
