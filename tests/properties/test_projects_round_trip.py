"""A file applied, exported and applied again: nothing to change, whatever is in it; no text is a crash."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from bot.domain.alert_rule import AlertEvent, How, Quiet, Standing
from bot.domain.alert_setup import AlertSetup
from bot.domain.job import LONGEST_RUN, Input, InputKind, Job, JobKey, JobSettings
from bot.domain.ports import UserGroup
from bot.domain.project import Person
from bot.domain.project_setup import ChannelFacts, Names, ProjectSetup, Shared, Who
from bot.domain.rights import Action, Role
from bot.language.projects_file import LONGEST_NAME, read_projects_file
from bot.language.projects_text import write_projects_file
from bot.language.yaml_nodes import WrongFile
from bot.services.projects.from_file import Administration
from tests.fakes.airflow import FakeAirflow
from tests.fakes.clock import FakeClock
from tests.fakes.slack import FakeSlack
from tests.properties.how_many import examples
from tests.world import NINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

TEAM = "T1"
AWKWARD = (
    "no",
    "~",
    "- x",
    "a: b",
    "#1",
    "@b",
    "'",
    '"',
    "007",
    "Ünï cödé",
    "[x]",
    "x # y",
    "*a",
    "&a",
    "!t",
    "? q",
)
PEOPLE = tuple(
    Person(TEAM, f"U{n}", name, ZoneInfo("UTC")) for n, name in enumerate(("Ann", "ann", *AWKWARD), 100)
)
GROUPS = tuple(
    UserGroup(f"S{n}", handle, handle, frozenset()) for n, handle in enumerate(("team", "ann"), 100)
)
CHANNELS = tuple(ChannelFacts(f"C{n}", name) for n, name in enumerate(("a", "b", "c"), 100))
DAGS, TAGS = ("sales", "no", "1e3", "with.dots"), ("fin", "null", "yes: no", "#tag")

INPUTS = (
    Input("note", InputKind.TEXT, "Note", {"type": "string"}),
    Input("day", InputKind.TEXT, "Day", {"type": "string"}),
    Input("spare", InputKind.TEXT, "Spare", {"type": "string"}),
    Input("rows", InputKind.WHOLE, "Rows", {"type": "integer"}),
    Input("sure", InputKind.YES_NO, "Sure", {"type": "boolean"}),
)

names = some.one_of(
    some.sampled_from(AWKWARD),
    some.text(
        some.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=LONGEST_NAME
    ).filter(lambda name: name.isprintable() and name.strip() == name),
)
whos = some.sampled_from(
    [Who(each.person_id) for each in PEOPLE] + [Who(each.group_id, is_group=True) for each in GROUPS]
)
shared = some.builds(
    lambda target, only: Shared(
        target[0], is_tag=target[1], only=None if only is None else tuple(sorted(only))
    ),
    some.sampled_from([(dag, False) for dag in DAGS] + [(tag, True) for tag in TAGS]),
    some.none() | some.sets(whos, min_size=1, max_size=3),
)
actions = some.frozensets(some.sampled_from(Action), min_size=1)


inputs = some.fixed_dictionaries(
    {}, optional={"note": some.sampled_from(AWKWARD), "rows": some.integers(0, 99), "sure": some.booleans()}
)
lines = some.one_of(some.just(""), some.sampled_from(AWKWARD))
job_settings = some.builds(
    JobSettings,
    title=lines,
    description=lines,
    presets=some.dictionaries(some.sampled_from(AWKWARD), inputs, max_size=2),
    fixed=some.just({}) | some.fixed_dictionaries({"day": some.sampled_from(AWKWARD)}),
    hidden=some.frozensets(some.just("spare")),
    asks_first=some.booleans(),
    longest_minutes=some.none() | some.integers(1, LONGEST_RUN),
    runbook=lines | some.just("Look here: https://wiki.example.com/a#b\nthen press *Retry*"),
).filter(lambda each: each != JobSettings())


def alerts_of(channel_ids: list[str]) -> some.SearchStrategy[frozenset[AlertSetup]]:
    """Rules of these channels; of each standing one at most one."""
    if not channel_ids:
        return some.just(frozenset())
    times = some.times().map(lambda at: at.replace(second=0, microsecond=0))
    hows = some.one_of(
        some.sampled_from([(How.FIRST, 1, None, 0), (How.EACH, 1, None, 0)]),
        some.integers(1, 100).map(lambda after: (How.AFTER, after, None, 0)),
        times.map(lambda at: (How.DIGEST, 1, at, 0)),
        some.tuples(times, some.integers(0, 6)).map(lambda each: (How.WEEKLY, 1, *each)),
    )
    abouts = some.one_of(
        some.sampled_from([(each, "", "") for each in (None, Standing.HERE, Standing.AIRFLOW)]),
        some.sampled_from([(None, dag, "") for dag in DAGS] + [(None, "", tag) for tag in TAGS]),
    )
    people = [*(each.person_id for each in PEOPLE), *(each.group_id for each in GROUPS)]
    rules = some.builds(
        lambda channel_id, about, how, events, mentions, whole, quiet, nothing, until: AlertSetup(
            channel_id,
            dag_id=about[1],
            until_on=until,
            events=events,
            standing=about[0],
            tag=about[2],
            **dict(zip(("how", "after", "at", "weekday"), how, strict=True)),
            mentions=(*mentions, *whole),
            quiet=quiet,
            says_nothing_happened=nothing,
        ),
        some.sampled_from(channel_ids),
        abouts,
        hows,
        some.frozensets(some.sampled_from(AlertEvent)),
        some.lists(some.sampled_from(people), unique=True, max_size=2),
        some.lists(some.sampled_from(["channel", "here"]), unique=True),
        some.none()
        | some.tuples(times, times).filter(lambda each: each[0] != each[1]).map(lambda each: Quiet(*each)),
        some.booleans(),
        some.none() | some.dates(date(2026, 1, 1), date(2099, 12, 31)),
    )
    several = some.lists(
        rules, max_size=3, unique_by=lambda each: (each.channel_id, each.standing, each.about)
    )
    return several.map(frozenset)


@some.composite
def workspaces(draw: some.DrawFn) -> dict[str, ProjectSetup]:
    """Projects that share no channel."""
    free = list(CHANNELS)
    found = {}
    for name in draw(some.lists(names, unique=True, max_size=3)):
        mine = draw(some.lists(some.sampled_from(free), unique=True)) if free else []
        free = [each for each in free if each not in mine]
        found[name] = ProjectSetup(
            tz=draw(some.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Ushuaia"])),
            channels={each.channel_id: each for each in mine},
            reports_to=draw(some.sampled_from([None, *(each.channel_id for each in mine)])),
            members=draw(some.dictionaries(whos, some.sampled_from(Role), max_size=4)),
            shares=draw(some.dictionaries(shared, actions, max_size=3)),
            jobs=draw(some.dictionaries(some.sampled_from(DAGS), job_settings, max_size=2)),
            asked=draw(some.frozensets(some.sampled_from([each.person_id for each in PEOPLE]), max_size=2)),
            tells_changes=draw(some.booleans()),
            alerts=draw(alerts_of([each.channel_id for each in mine])),
        )
    return found


@pytest.mark.slow
@given(
    before=workspaces(),
    after=workspaces(),
    admins=some.sets(some.sampled_from(PEOPLE), min_size=1, max_size=2),
)
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_applied_is_exported_and_is_nothing_to_change(
    databases: Databases,
    before: dict[str, ProjectSetup],
    after: dict[str, ProjectSetup],
    admins: set[Person],
):
    roles = {"admin": [each.person_id for each in admins]}
    with _office(databases) as (administration, channels):
        for wanted in (before, after):
            text = write_projects_file(wanted, roles, Names({}, {}, {}, {}))
            administration.apply(administration.plan(text, channels))

            assert administration.plan(text, channels).changes == []
            exported = administration.export()
            assert administration.plan(exported, channels).changes == []
            assert administration.plan(exported, channels).wanted.projects == wanted
            assert administration.export() == exported


@given(
    some.text(
        alphabet=some.sampled_from("ab:-#@[]{},&*!|>'\"%? \n\t\r\u2028é\x00\ufeff~") | some.characters()
    )
)
@example("&a [*a]")
@example("projects: &p {x: *p}")
@example("a: !!binary x")
@example("\ud800")
@settings(max_examples=examples(300), deadline=None)
def test_no_text_is_more_than_a_list_of_mistakes(text: str):
    try:
        read_projects_file(text)
    except WrongFile as refusal:
        assert refusal.problems  # noqa: PT017  a text may be right, too
        assert all(each.line >= 1 and each.column >= 1 for each in refusal.problems)  # noqa: PT017  as above


@contextmanager
def _office(databases: Databases) -> Iterator[tuple[Administration, dict[str, ChannelFacts]]]:
    with databases.fresh() as database:
        clock = FakeClock(NINE)
        slack = FakeSlack(TEAM, [], PEOPLE)
        slack.known_groups, slack.known_channels = list(GROUPS), list(CHANNELS)
        airflow = FakeAirflow(clock)
        for dag_id in DAGS:
            job = Job(JobKey("default", dag_id), dag_id.title(), inputs=INPUTS, tags=frozenset(TAGS))
            airflow.add(job, tasks=("t",))
        administration = Administration(database, clock, workspace_id=TEAM, deployment="default")
        named = {"P": ProjectSetup("UTC", jobs={dag_id: JobSettings("x") for dag_id in DAGS})}
        text = write_projects_file(named, {}, Names({}, {}, {}, {}))
        yield administration, dict(administration.refresh(slack, airflow, text))
