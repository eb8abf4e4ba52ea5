"""Samples of alert rules: what a place hears, the form, why, tests and sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks import alert_rule, alert_rule_form, alert_sum
from bot.blocks.parts import escape
from bot.domain.alert_rule import AlertEvent, AlertRule, How, Quiet, by_default
from bot.domain.alert_sum import AlertSum, Coming, JobSum
from bot.domain.alerts_shown import Heard, Why
from bot.domain.announcement import SampleAlert
from bot.domain.job import JobKey
from bot.domain.notice import Message
from bot.domain.project import Place, Project
from tests.drawn.samples import of
from tests.drawn.world import BERLIN, NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drawn.samples import Builder

CHANNEL, PERSON = Place("T1", "C1"), Place("T1", "U1")
KEY = JobKey("default", "d" * 250)


def made(name: str, place: Place = CHANNEL) -> Iterator[AlertRule]:
    rule = AlertRule("r" * 24, place, 1, BERLIN, events=frozenset(AlertEvent), made_by="U1")
    yield replace(rule, key=KEY, how=How.AFTER, after=3, mentions=("U1", "S1", "channel", "here"))
    yield replace(rule, tag=name[:60], how=How.DIGEST, at=time(8), says_nothing_happened=True)
    yield replace(rule, how=How.WEEKLY, at=time(8), weekday=6, until=NOW + timedelta(days=9), made_by="file")
    quiet = Quiet(time(20), time(8))
    yield replace(rule, quiet=quiet, muted_by="U2", muted_until=NOW + timedelta(hours=1), how=How.EACH)
    yield replace(rule, events=frozenset(), project_id=0)


def heard(name: str) -> Iterator[Heard]:
    project = Project(1, "T1", name[:80], BERLIN)
    of_channel, of_person = by_default(CHANNEL, 1, BERLIN), by_default(PERSON, 0, BERLIN)
    titles = {(1, KEY): name}
    most = [each for _ in range(3) for each in made(name)]
    yield Heard(CHANNEL, project, [*of_channel, *most], titles, may_change=True)
    yield Heard(CHANNEL, project, of_channel, {}, may_change=False, who_can="<@U1> can allow it.")
    groups = {"S1": name[:60], "S2": "on-call"}
    yield Heard(CHANNEL, project, most[:2], titles, may_change=True, groups=groups)
    yield Heard(PERSON, None, [*of_person, *made(name, PERSON)], {}, may_change=True)
    yield Heard(CHANNEL, project, of_channel, titles, may_change=True, removed=most[0], undo="12")
    yield Heard(CHANNEL, project, of_channel, {}, may_change=True, removed=of_channel[0], undo="12")


@of(alert_rule.rules)
def rules(build: Builder, name: str) -> Iterator[Any]:
    for each in heard(name):
        yield build(each, NOW)
        yield build(each, NOW, notice="Saved.")


@of(alert_rule_form.form)
def form(build: Builder, name: str) -> Iterator[Any]:
    for each in heard(name):
        yield build(each)
        for rule in each.rules:
            yield build(each, rule)


@of(alert_rule_form.offered)
def offered(build: Builder, name: str) -> Iterator[Any]:
    yield build([(name, f"tag.{number}") for number in range(100)])
    yield build([])


@of(alert_rule.why)
def why(build: Builder, name: str) -> Iterator[Any]:
    yield build(Why((), {}, may_change=False), NOW)
    yield build(Why((), {}, may_change=False, is_escalated=True), NOW)
    for place in (CHANNEL, PERSON):
        for rule in (*by_default(place, 1, BERLIN), *made(name, place)):
            yield build(Why([rule], {(1, KEY): name}, may_change=True), NOW)
            yield build(Why([rule, rule], {}, may_change=False), NOW)


@of(alert_rule.with_why)
def with_why(build: Builder, name: str) -> Iterator[Any]:
    rules = (*by_default(CHANNEL, 1, BERLIN), *by_default(PERSON, 0, BERLIN), *made(name))
    for each in rules:
        yield build(alert_rule.sample(SampleAlert("U1")), each.reference)
    yield build(alert_rule.rules(next(heard(name)), NOW), rules[0].reference)
    yield build(Message(escape(name)), rules[0].reference)


@of(alert_rule.sample)
def sample(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(SampleAlert("U1"))


@of(alert_rule.tested)
def tested(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build("your direct messages")


@of(alert_sum.summed)
def summed(build: Builder, name: str) -> Iterator[Any]:
    jobs = tuple(JobSum(name, 9, number % 2, number % 3, still_fails=number % 4 == 1) for number in range(30))
    coming = tuple(Coming(name, number, NOW, BERLIN) for number in range(15))
    since = NOW - timedelta(days=7)
    for how in How:
        full = AlertSum(how, name[:80], since, NOW, BERLIN, jobs, 99, 9, 9, 9, coming, "here.C1")
        yield build(full)
        yield build(replace(full, project="", jobs=(), count=0, done=0, failed=0, missed=0, coming=()))
