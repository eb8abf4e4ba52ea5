"""Every message and view within Slack's limits: longest names, many of them, emoji, right-to-left text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks import firing, form, job, policies, preview, run, schedule
from bot.blocks import help as help_blocks
from bot.domain.card import RunCard
from bot.domain.draft import Draft
from bot.domain.errors import NotUnderstood
from bot.domain.firing import Firing
from bot.domain.job import Input, InputKind, Job, JobKey
from bot.domain.listed import Listed, Skipped
from bot.domain.project import Place, Project
from bot.domain.rights import Action
from bot.domain.run import Failure, Result, Run, RunState
from bot.domain.schedule import Schedule, ScheduleState
from bot.domain.when import upcoming
from bot.language.when import read

if TYPE_CHECKING:
    from bot.domain.notice import Message

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NAMES = ["Sales report", "x" * 250, "<!channel> & <@U1> ```", "📈" * 80, "تقرير المبيعات اليومي", "a"]
PLACE = Place("T1", "C1")
WHEN = read("every weekday at 9am", now=NOW, tz=BERLIN).when


def a_job(name: str) -> Job:
    choices = tuple((f"{name}{number}", f"{name} {number}") for number in range(120))
    fields = [
        Input(f"{kind.name.lower()}{number}", kind, name, {}, description=name * 20, section=name)
        for number in range(3)
        for kind in InputKind
    ]
    with_choices = [
        replace(each, choices=choices) if each.kind in {InputKind.CHOICE, InputKind.CHOICES} else each
        for each in fields
    ]
    return Job(JobKey("default", name[:250]), name, description=name * 30, inputs=tuple(with_choices))


def a_run(name: str, state: RunState) -> RunCard:
    ended = NOW + timedelta(hours=49) if state.is_over else None
    failure = Failure(name, 3, name * 40, name * 400) if state is RunState.FAILED else None
    result = Result(name * 50, "https://example.com/?a=1&b=<2>|3")
    found = Run("f" * 24, JobKey("d", "x"), "r", state, "f", NOW, NOW, ended, 3, 9, failure, result)
    inputs = {each.name: name for each in a_job(name).inputs}
    fired = Firing("f" * 24, "s", NOW, JobKey("d", "x"), inputs, 1, "U1", PLACE)
    return RunCard(found, a_job(name), fired, a_schedule(name), "https://airflow.example.com/r", 12)


def a_schedule(name: str) -> Schedule:
    return Schedule(
        "s" * 24, 123456, JobKey("d", "x"), {"text0": name * 99}, WHEN, 1, "U1", PLACE,
        ScheduleState.ACTIVE, name, NOW,
    )  # fmt: skip


def messages(name: str) -> list[Message]:
    a, project = a_job(name), Project(1, "T1", name[:200], ZoneInfo("Asia/Kathmandu"))
    draft = Draft("d" * 24, "U1", a.key, {"text0": name * 99}, WHEN, 1, PLACE, NOW)
    listed = [
        Listed(
            replace(a_schedule(name), state=state, nickname=name[:60], resumes_at=NOW),
            a,
            project,
            a_run(name, RunState.DONE).run,
            True,
            True,
            True,
            (("f" * 24, NOW),) * 40,
        )
        for state in ScheduleState
    ]
    cards = [a_run(name, state) for state in RunState]
    fired = cards[0].firing
    assert fired is not None
    return [
        preview.preview(draft, a, project, upcoming(WHEN, NOW, 5), warnings=[name * 3] * 5),
        preview.preview(replace(draft, when=None), a, project, []),
        preview.scheduled(a_schedule(name), a),
        preview.started(a, PLACE),
        preview.choose("Which one?", [(name, "d" * 24)] * 30),
        *(draw(card, shared=shared) for card in cards for shared in (True, False) for draw in
          (run.card, run.failure, run.result, run.recovery)),
        *(run.private_log(card) for card in cards),
        run.recent(cards * 3),
        run.recent([]),
        firing.not_run(fired, name, a_schedule(name), name, also_missed=3, is_suspended=True),
        firing.not_run(fired, name, None, name, also_missed=0, is_suspended=False),
        firing.withdrawn(fired, name, began=True),
        firing.not_retried(name, name),
        schedule.schedules(listed * 5, everyones=True),
        schedule.schedules([], everyones=False),
        preview.preview(draft, a, project, [], changes=a_schedule(name)),
        preview.changed(a_schedule(name), a),
        schedule.schedule(listed[0], timedelta(minutes=10)),
        schedule.with_policies(listed[0], timedelta(minutes=10)),
        schedule.skipped(Skipped(listed[0], "f" * 24, NOW)),
        schedule.not_skipped(Skipped(listed[0], "f" * 24, NOW)),
        *(draw(each) for draw in (schedule.paused, schedule.resumed) for each in listed),
        schedule.deleted(listed[0]),
        job.jobs([a] * 100, name), job.jobs([], name),
        job.ask_pause(replace(a, airflow_schedule=name), "r"), job.ask_resume(a, "r"),
        job.paused(a, is_paused=True),
        help_blocks.usage(frozenset(Action), [name]),
        help_blocks.problem(NotUnderstood(name, example=name)),
        help_blocks.our_side("abcd1234"),
        help_blocks.no_project(),
        help_blocks.asks_for_access("U0SAM", name, "C0FINANCE"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_message_is_within_slacks_limits(name: str):
    for message in messages(name):
        blocks = [dict(block) for block in message.blocks]
        _check(blocks, most=50)
        assert message.text.strip()


@pytest.mark.parametrize("name", NAMES)
def test_what_others_wrote_pings_nobody_and_breaks_nothing(name: str):
    for message in messages(name):
        for text in _texts(list(message.blocks)):
            assert "<!channel>" not in text
            assert text.count("```") % 2 == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_view_is_within_slacks_limits(name: str):
    a = a_job(name)
    filled = form.Filled(
        reference="r" * 24, label=name, when=name, job=a, places=[PLACE], place_names={"C1": name}
    )
    for view in (
        form.form(form.Filled(), metadata="{}"),
        form.form(filled, metadata="{}"),
        form.preview(messages(name)[0], metadata="d" * 24, submit="Schedule it"),
        policies.form(
            Listed(a_schedule(name), a, Project(1, "T1", name[:200], BERLIN), None, True, True),
            timedelta(minutes=10),
        ),
        form.told("Scheduled", messages(name)[2]),
    ):
        _check(view["blocks"], most=100)
        View(**view).to_dict()
        assert len(view["title"]["text"]) <= 24


def _check(blocks: list[Any], *, most: int) -> None:
    assert len(blocks) <= most
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    assert len(ids) == len(set(ids))
    for block in blocks:
        actions = [each.get("action_id") for each in block.get("elements", ()) if "action_id" in each]
        assert len(actions) == len(set(actions))
    for parsed in Block.parse_all(blocks):
        parsed.to_dict()


def _texts(thing: Any) -> list[str]:
    if isinstance(thing, dict):
        own = [thing["text"]] if isinstance(thing.get("text"), str) and thing.get("type") == "mrkdwn" else []
        return own + [text for value in thing.values() for text in _texts(value)]
    return [text for each in thing for text in _texts(each)] if isinstance(thing, list) else []
