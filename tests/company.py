"""What a company has beyond a small team: a job that two projects share, a channel of two companies, secrets.

Finance calls the shared job by a name that HR must not learn, and gives it values that nobody else may read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.job import Input, InputKind, Job, JobKey, JobSettings
from bot.domain.ports import UserGroup
from bot.domain.project_setup import ChannelFacts
from bot.domain.rights import Role
from bot.domain.run import Result
from storage.project_setups import channel_of
from tests.world import TEAM, person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.world import World

SHARED_JOB = "staff_costs"
AIRFLOWS_TITLE, HRS_TITLE, FINANCES_TITLE = "Staff costs", "Cost of staff", "Layoff costs"
PRESET = "Quiet plan"
OWN_PRESET, OWN_VALUE = "canary-of-tom", "canary-own-value"
"""What Tom keeps for himself in Finance: his colleagues learn nothing of it either."""
FIXED_VALUE, PLAIN_VALUE = "canary-ledger", "canary-berth"
SECRET = "hunter2-canary"
"""What is given for an input that looks like a secret."""
VALUES = (FIXED_VALUE, PLAIN_VALUE, SECRET)
WORDS = ("orders", "stores", "prices", "rates", "sales")
ACME, OLD = "C0ACME", "C0OLD"
"""Finance's channels: one is shared with another company, one is archived."""
OLGA = person("olga")
"""A runner of Finance through a user group."""
FINANCE_GROUP = UserGroup("S0FINANCE", "finance-team", "Finance team", frozenset({OLGA.person_id}))


def move_in(world: World) -> None:
    """Add all of it to the world, and read the jobs again."""
    _add_shared_job(world)
    world.slack.known_people[OLGA.person_id] = OLGA
    world.slack.known_groups = [*world.slack.known_groups, FINANCE_GROUP]
    world.slack.add_channels(*FINANCES_CHANNELS)
    now = world.clock.now()
    finance, hr = world.projects["Finance"], world.projects["HR"]
    with world.database.transaction() as tx:
        tx.directory.keep_people([OLGA], at=now)
        tx.projects.add_member(finance, TEAM, Role.RUNNER, group_id=FINANCE_GROUP.group_id)
        for facts in FINANCES_CHANNELS:
            tx.channels.map(channel_of(TEAM, finance, facts), at=now)
    show_as(world, finance, FINANCES_SETTINGS)
    show_as(world, hr, JobSettings(title=HRS_TITLE))
    world.catalogue.step()
    world.groups.refresh()


def add_jobs(world: World, count: int, *, tag: str = "finance") -> None:
    """Add jobs with names and inputs of their own, for what must hold at a company's size."""
    for number in range(count):
        key = JobKey(world.airflow.deployment, f"load_{number:04}")
        title = f"Load {WORDS[number % len(WORDS)]} {number:04}"
        world.airflow.add(Job(key, title, inputs=(NOTE, TOKEN), tags=frozenset({tag})))
    world.catalogue.step()


def _add_shared_job(world: World) -> None:
    key = JobKey(world.airflow.deployment, SHARED_JOB)
    tags = frozenset({"finance", "hr"})
    job = Job(key, AIRFLOWS_TITLE, inputs=INPUTS, tags=tags, max_active_runs=16)
    world.airflow.add(
        job,
        takes=timedelta(seconds=2),
        fails=lambda conf, _try: f"ValueError: {_repeated(conf)}" if NOTE.name in conf else None,
        result=lambda conf: Result(f"Done with {_repeated(conf)}"),
    )


def _repeated(conf: Mapping[str, Any]) -> str:
    """Return all that the job was given, as jobs repeat it in what they log and publish."""
    return ", ".join(str(each) for each in conf.values())


def show_as(world: World, project_id: int, settings: JobSettings, *, dag_id: str = SHARED_JOB) -> None:
    """What an admin's form does: how this project shows and limits a job, by default the shared one."""
    deployment = world.airflow.deployment
    with world.database.transaction() as tx:
        kept = tx.project_setups.one(project_id, deployment)
        assert kept is not None
        wanted = kept.setup.with_job(dag_id, settings)
        tx.project_setups.put(TEAM, kept.name, wanted, deployment, at=world.clock.now(), by_file=False)


def _text(name: str, title: str) -> Input:
    return Input(name, InputKind.TEXT, title, {"type": ["string", "null"], "maxLength": 40, "title": title})


LEDGER, DEBUG = _text("ledger", "Ledger"), _text("debug", "Debug")
NOTE, TOKEN = _text("note", "Note"), _text("api_token", "Access key of the bank")
INPUTS = (LEDGER, DEBUG, NOTE, TOKEN)
FINANCES_SETTINGS = JobSettings(
    title=FINANCES_TITLE,
    description="Who may go",
    presets={PRESET: {NOTE.name: PLAIN_VALUE}},
    hidden=frozenset({DEBUG.name}),
    fixed={LEDGER.name: FIXED_VALUE},
)
FINANCES_CHANNELS = (
    ChannelFacts(ACME, "finance-and-acme", is_shared=True),
    ChannelFacts(OLD, "old-finance", is_archived=True),
)
