"""Samples of what colleagues ask of and tell each other: access, standing in, taking over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks import absence, access_request, announcement, project_pause, taking_over
from bot.domain.absence import Absence
from bot.domain.access_request import AccessRequest
from bot.domain.announcement import (
    AccessAllowed,
    AccessAsked,
    AccessDeclined,
    AccessSettled,
    IsBack,
    OfSchedule,
    StandsIn,
    TakenOver,
)
from bot.domain.project import ProjectPause
from bot.domain.project_paused import KeptBack, ProjectGoesOn, ProjectPaused
from bot.domain.rights import Role
from tests.drawn.samples import of
from tests.drawn.world import BERLIN, NOW, a_project, a_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drawn.samples import Builder

AWAY = Absence("U1", NOW + timedelta(days=3), "U2")


@of(access_request.asks)
def asks(build: Builder, name: str) -> Iterator[Any]:
    roles = (Role.VIEWER, Role.RUNNER)
    told = AccessAsked("r" * 24, "U1", name, is_managed=False, job=name, channel_id=None, roles=roles)
    yield build(told)
    yield build(replace(told, reason=name[:200]))
    yield build(replace(told, is_managed=True, job=None, channel_id="C1", roles=()))
    yield build(replace(told, job=None, roles=()))
    yield build(replace(told, project=None, job=None, roles=()))


@of(access_request.choose)
def choose(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(AccessRequest("r" * 24, "T1", "U1", None))


@of(access_request.allowed)
def allowed(build: Builder, name: str) -> Iterator[Any]:
    yield build(AccessAllowed("U1", name, Role.RUNNER, (name,) * 5, 9, can_schedule=name))
    yield build(AccessAllowed("U1", name, Role.VIEWER, (), 0, can_schedule=None))


@of(access_request.declined)
def declined(build: Builder, name: str) -> Iterator[Any]:
    yield build(AccessDeclined(name))
    yield build(AccessDeclined(name, "U1", name[:200]))
    yield build(AccessDeclined(""))


@of(access_request.settled)
def settled(build: Builder, name: str) -> Iterator[Any]:
    yield build(AccessSettled("U1", "U2", name, Role.VIEWER))
    yield build(AccessSettled("U1", "U2", "", None))


@of(access_request.already)
def already(build: Builder, name: str) -> Iterator[Any]:
    yield build(name)


@of(access_request.asked)
def asked(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build("r" * 24)


@of(access_request.explain)
def explains(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build("r" * 24)


@of(access_request.explained)
def explained(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


@of(access_request.decline)
def declines(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(AccessRequest("r" * 24, "T1", "U1", None))


@of(absence.form)
def away_form(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


@of(absence.offer)
def away_offer(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


@of(absence.still_away)
def still_away(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(AWAY, BERLIN)


@of(absence.you_are_away)
def you_are_away(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(AWAY, BERLIN, covered=1, owned=2)
    yield build(AWAY, BERLIN, covered=2, owned=2)


@of(absence.you_are_back)
def you_are_back(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


@of(absence.you_stand_in)
def you_stand_in(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(StandsIn("U1", AWAY.ends_at, BERLIN, (1,) * 10, 30))
    yield build(StandsIn("U1", AWAY.ends_at, BERLIN, (1,), 1))


@of(absence.is_back)
def is_back(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(IsBack("U1"))


@of(project_pause.paused)
def project_paused(build: Builder, name: str) -> Iterator[Any]:
    yield build(ProjectPaused(name, BERLIN, AWAY.ends_at, "U1", name[:200]))
    yield build(ProjectPaused(name, BERLIN, AWAY.ends_at, "U1", ""))


@of(project_pause.rests)
def rests(build: Builder, name: str) -> Iterator[Any]:
    yield build(replace(a_project(name), pause=ProjectPause(NOW, NOW + timedelta(days=2), "U1", name[:200])))


@of(project_pause.retry_all_in_a_pause)
def retried_in_a_pause(build: Builder, name: str) -> Iterator[Any]:
    paused = replace(a_project(name), pause=ProjectPause(NOW, NOW + timedelta(days=2), "U1", name[:200]))
    yield build("f" * 24, [paused] * 12)


@of(project_pause.going_on)
def going_on(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_project(name))


@of(project_pause.which)
def which_project(build: Builder, name: str) -> Iterator[Any]:
    commands = [(name[:80], f"pause project {name[:80]} until monday")] * 12
    yield build(commands, NOW)
    yield build(commands[:2], None)


@of(project_pause.goes_on)
def project_goes_on(build: Builder, name: str) -> Iterator[Any]:
    yield build(ProjectGoesOn(name, BERLIN, (KeptBack(name, AWAY.ends_at),) * 5, 30))
    yield build(ProjectGoesOn(name, BERLIN, (KeptBack(name, AWAY.ends_at),), 1))
    yield build(ProjectGoesOn(name, BERLIN, (), 0))


@of(taking_over.was_taken_over)
def was_taken_over(build: Builder, name: str) -> Iterator[Any]:
    yield build(TakenOver(OfSchedule.of(a_schedule(name), name), "U2"))


@of(announcement.draw)
def drawn(build: Builder, name: str) -> Iterator[Any]:
    """Each of the others' samples shows one fact; here, that they meet."""
    yield build(AccessDeclined(name), reader_id="U1", shared=False)
