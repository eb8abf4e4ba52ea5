"""Samples of the administration's pages and forms, and of what a channel reads when it is mapped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks import introduction
from bot.blocks.admin import alerts, audit, channels, desk, inputs, job, jobs, people, project, taking_away
from bot.blocks.admin.frame import ROWS, Where
from bot.blocks.ids import Admin, AdminPage
from bot.domain.announcement import ChannelMapped
from bot.domain.entry import Entry, EntryNames
from bot.domain.escalation import Escalation
from bot.domain.job import JobSettings
from bot.domain.project import Channel, ProjectPause
from bot.domain.project_setup import ChannelFacts, KeptProject, ProjectSetup, Shared, Who
from bot.domain.rights import Action, Role
from bot.domain.suggestion import Suggestion
from tests.drawn.samples import of
from tests.drawn.world import NOW, a_job, a_project, a_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drawn.samples import Builder

MANY = 3 * ROWS + 5
HERE = Where(AdminPage.PROJECT, 1, channel_id="C0FINANCE")
LATER = replace(HERE, at=2 * ROWS)


def setup(name: str) -> ProjectSetup:
    groups = [Who(f"S{number}", is_group=True) for number in range(MANY)]
    someone = [Who(f"U{number}") for number in range(MANY)]
    facts = [
        ChannelFacts(f"C{number}", name[:80], number % 2 == 0, number % 3 == 0, is_archived=number % 5 == 0)
        for number in range(MANY)
    ]
    shares = {
        Shared(f"{name[:240]}{number}", number % 2 == 0, tuple(someone[:12]) if number % 3 else None): (
            frozenset(Action)
        )
        for number in range(MANY)
    }
    return ProjectSetup(
        "America/Argentina/ComodRivadavia",
        {each.channel_id: each for each in facts},
        "C1",
        dict(zip([*someone, *groups], [*Role] * MANY, strict=False)),
        shares,
        {f"{name[:240]}1": settings(name)},
        frozenset(each.slack_id for each in someone[:3]),
    )


def settings(name: str) -> JobSettings:
    inputs = {each.name: name for each in a_job(name).inputs[:3]}
    presets = {f"{name[:50]} {number}": inputs for number in range(3)}
    return JobSettings(
        name[:150], name[:300], presets, frozenset({"text0"}), inputs, asks_first=False, runbook=name
    )


def states(name: str) -> Iterator[KeptProject]:
    """Full, empty, managed by a file, archived."""
    full = KeptProject(1, name[:80], is_managed=False, is_archived=False, setup=setup(name))
    yield full
    yield replace(full, setup=ProjectSetup("UTC"))
    yield replace(full, setup=replace(full.setup, shares={}))
    for place_id, pager in (("C1", ""), ("U1", name[:60]), ("", name[:60])):
        yield replace(full, setup=replace(full.setup, escalation=Escalation(15, place_id, pager)))
    yield replace(full, is_managed=True)
    yield replace(full, pause=ProjectPause(NOW, NOW + timedelta(days=2), "U1", name[:200]))
    yield replace(full, is_archived=True)


@of(introduction.introduction)
def introduced(build: Builder, name: str) -> Iterator[Any]:
    yield build(ChannelMapped(name, "U0ALEX"))
    yield build(ChannelMapped(name, "file"))


@of(desk.desk)
def desks(build: Builder, name: str) -> Iterator[Any]:
    many = [replace(a_project(name), project_id=number, is_managed=number % 2 == 0) for number in range(MANY)]
    page = many[:ROWS]
    yield build(HERE, page, MANY, is_admin=True, reads_audit=True, notice=":white_check_mark: Done.")
    yield build(LATER, page, MANY, is_admin=False, reads_audit=False)
    yield build(HERE, [], 0, is_admin=True, reads_audit=True, backlog=[name * 3, "1 message waits"])
    yield build(HERE, [], 0, is_admin=False, reads_audit=True)


@of(desk.offer)
def offered(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


@of(desk.new_project)
def new_project(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(HERE, "Europe/Berlin")


@of(desk.roles)
def roles(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(HERE, {"admin": ["U1", "U2"], "auditor": []}, ["U1"])
    yield build(HERE, {"admin": [], "auditor": ["U3"]}, [])


@of(project.project)
def projects(build: Builder, name: str) -> Iterator[Any]:
    for kept in states(name):
        yield build(HERE, kept, is_admin=True, notice=":white_check_mark: Saved.")
        yield build(HERE, kept, is_admin=False)


@of(project.pause_form)
def pause_forms(build: Builder, name: str) -> Iterator[Any]:
    for kept in states(name):
        yield build(HERE, kept, NOW)


@of(project.settings)
def project_settings(build: Builder, name: str) -> Iterator[Any]:
    own = [Channel("T1", f"C{number}", name, 1, is_private=number % 2 == 0) for number in range(120)]
    for kept in states(name):
        yield build(HERE, kept, own, [f"{number} {name}"[:60] for number in range(120)])
        yield build(HERE, kept, [])


@of(channels.channels)
def channel_pages(build: Builder, name: str) -> Iterator[Any]:
    for kept in states(name):
        yield build(replace(HERE, page=AdminPage.CHANNELS), kept, notice=":warning: No.")
    yield build(replace(LATER, page=AdminPage.CHANNELS), next(states(name)))


@of(alerts.alerts)
def alert_pages(build: Builder, name: str) -> Iterator[Any]:
    for kept in states(name):
        yield build(HERE, kept, notice=":white_check_mark: Done.")
        yield build(LATER, kept)


@of(channels.map_channel)
def map_channel(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(HERE)
    yield build(replace(HERE, channel_id="D1"))


@of(people.people)
def people_pages(build: Builder, name: str) -> Iterator[Any]:
    for kept in states(name):
        yield build(replace(HERE, page=AdminPage.PEOPLE), kept)
    yield build(replace(LATER, page=AdminPage.PEOPLE), next(states(name)))


@of(people.add_people)
def add_people(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(HERE)
    yield build(HERE, chosen="U1", role=Role.MANAGER)


@of(taking_away.take_away)
def take_away(build: Builder, name: str) -> Iterator[Any]:
    lost = [replace(a_schedule(name), number=number) for number in range(MANY)]
    titles = {lost[0].key.dag_id: name}
    yield build(
        replace(HERE, page=AdminPage.PEOPLE, subject="U1"),
        Admin.REMOVE,
        "<@U1>",
        project=name,
        lost=lost,
        titles=titles,
    )
    yield build(
        replace(HERE, page=AdminPage.JOBS, subject="x" * 24),
        Admin.UNSHARE,
        "x",
        project=name,
        lost=[],
        titles={},
    )


@of(jobs.jobs)
def job_pages(build: Builder, name: str) -> Iterator[Any]:
    titles = {f"{name[:240]}{number}": name for number in range(0, MANY, 2)}
    for kept in states(name):
        yield build(replace(HERE, page=AdminPage.JOBS), kept, titles, is_admin=True)
        yield build(replace(LATER, page=AdminPage.JOBS), kept, titles, is_admin=False, notice="x")


@of(jobs.share)
def shares(build: Builder, name: str) -> Iterator[Any]:
    only = (Who("U1"), Who("S1", is_group=True))
    some = Shared(name[:250], is_tag=False, only=only)
    yield build(HERE, handles={})
    yield build(HERE, shared=some, title=name, has=[Action.RUN], handles={"S1": name})
    yield build(HERE, shared=replace(some, only=None), title=name, has=list(Action), handles={})
    yield build(HERE, shared=replace(some, only=None), title=name, has=[Action.SCHEDULE], handles={})


@of(jobs.target_options)
def targets(build: Builder, name: str) -> Iterator[Any]:
    yield build([("a" * 24, name)] * 120, [("b" * 24, name)] * 120)
    yield build([], [])


@of(jobs.suggestions)
def suggestions(build: Builder, name: str) -> Iterator[Any]:
    found = Suggestion(f"Tagged {name} in Airflow", (Shared(name[:200], is_tag=True),), (name,) * 9)
    for kept in states(name):
        yield build(replace(HERE, page=AdminPage.SUGGESTIONS), kept, [found] * 4)
        yield build(replace(HERE, page=AdminPage.SUGGESTIONS), kept, [], notice="x")


@of(job.job_form)
def job_form(build: Builder, name: str) -> Iterator[Any]:
    plain = a_job(name)
    yield build(HERE, plain, settings(name))
    yield build(HERE, plain, JobSettings())
    yield build(HERE, replace(plain, inputs=(), description=""), JobSettings())


@of(inputs.inputs)
def inputs_of_a_job(build: Builder, name: str) -> Iterator[Any]:
    here, plain = replace(HERE, page=AdminPage.INPUTS, job="d" * 250), a_job(name)
    for kept in states(name):
        yield build(here, kept, plain, settings(name), notice=":white_check_mark: Done.")
        yield build(replace(here, at=ROWS), kept, plain, JobSettings())
        yield build(here, kept, replace(plain, inputs=()), JobSettings())


@of(inputs.fix_form)
def fix_forms(build: Builder, name: str) -> Iterator[Any]:
    here, plain = replace(HERE, page=AdminPage.INPUTS, job="d" * 250, subject="x" * 8), a_job(name)
    for each in plain.inputs:
        alone = replace(plain, inputs=(each,))
        yield build(here, alone, "r" * 24 + "p1", {})
        yield build(here, alone, "r" * 24 + "p1", {each.name: each.default})


@of(audit.audit)
def audits(build: Builder, name: str) -> Iterator[Any]:
    entry = Entry(
        1, NOW, "T1", "U1", "C1", "share.add", name, 1, True, {"a": name * 9}, {"a": [name], "b": True}
    )
    entries = [
        entry,
        replace(entry, action="member.add", subject="U2", allowed=False, before=None),
        replace(entry, action="channel.map", subject="C2", person_id="file", channel_id="", after=None),
        replace(entry, action="unheard.of", project_id=None, before=None, after={"x": {"y": 1}}),
    ]
    where = replace(HERE, page=AdminPage.AUDIT, who="U1", kind="Shares")
    kinds = ["Shares", "Refused attempts"]
    names = EntryNames({1: name}, {(1, name): name})
    yield build(where, name[:80], entries * 2, names, kinds=kinds, has_more=True, is_first=False)
    yield build(HERE, "Audit", [], EntryNames(), kinds=kinds, has_more=False, is_first=True, notice="x")
