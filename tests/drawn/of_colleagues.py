"""Samples of what colleagues ask of and tell each other: access, standing in, taking over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from drawn.samples import of
from drawn.world import BERLIN, NOW, a_job, a_project, a_schedule

from bot.blocks import absence, access_request, taking_over
from bot.domain.absence import Absence
from bot.domain.access_request import AccessRequest
from bot.domain.rights import Action, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drawn.samples import Builder

AWAY = Absence("U1", NOW + timedelta(days=3), "U2")


@of(access_request.asks)
def asks(build: Builder, name: str) -> Iterator[Any]:
    project, job = a_project(name), a_job(name)
    request = AccessRequest("r" * 24, "T1", "U1", project.project_id, job.key)
    roles = (Role.VIEWER, Role.RUNNER)
    yield build(request, project, job=job, channel_id=None, roles=roles)
    yield build(request, replace(project, is_managed=True), job=None, channel_id="C1", roles=())
    yield build(replace(request, project_id=None), None, job=None, channel_id=None, roles=())


@of(access_request.choose)
def choose(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(AccessRequest("r" * 24, "T1", "U1", None))


@of(access_request.allowed)
def allowed(build: Builder, name: str) -> Iterator[Any]:
    yield build("U1", name, Role.RUNNER, [(name, frozenset(Action))] * 9)
    yield build("U1", name, Role.VIEWER, [])


@of(access_request.declined)
def declined(build: Builder, name: str) -> Iterator[Any]:
    yield build(name)
    yield build("")


@of(access_request.settled)
def settled(build: Builder, name: str) -> Iterator[Any]:
    yield build("U1", "U2", name, Role.VIEWER)
    yield build("U1", "U2", "", None)


@of(access_request.already)
def already(build: Builder, name: str) -> Iterator[Any]:
    yield build(name)


@of(access_request.asked)
def asked(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


@of(absence.form)
def away_form(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


@of(absence.offer)
def away_offer(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


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
    yield build(AWAY, BERLIN, [a_schedule(name)] * 30)


@of(absence.is_back)
def is_back(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build("U1")


@of(taking_over.was_taken_over)
def was_taken_over(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_schedule(name), name, "U2")
