"""What people are told, as facts in the outbox: every kind comes back, of this release and of the last."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.announcement import draw
from bot.domain import announcement as said
from bot.domain import project_paused
from bot.domain.alert_rule import How
from bot.domain.alert_sum import AlertSum
from bot.domain.altered import Altered
from bot.domain.announcement import Announcement, OfSchedule
from bot.domain.condition_told import Away, NeverCame, NotBegun, RunsLong
from bot.domain.firing import Remedy
from bot.domain.job import Trouble
from bot.domain.notice import Message, NoticeKind
from bot.domain.project import Place
from bot.domain.refused import PagerRefused, SlackRefused
from bot.domain.rights import Role
from bot.domain.run import RunState
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Policies
from bot.domain.when import Once
from storage.announcements import ANNOUNCEMENTS
from tests.world import FINANCE, TEAM
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from tests.world import World

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
DUE = datetime(2026, 5, 5, 9, tzinfo=BERLIN)
IN_UTC = datetime(2026, 5, 5, 7, tzinfo=UTC)
SCHEDULE = OfSchedule(
    "s1", 7, "Sales report", "U1", Once(DUE, BERLIN), None, is_suspended=True, reports_to="C1"
)
EVERY: tuple[Announcement, ...] = (
    said.AccessAsked("r", "U1", None, is_managed=False, job=None, channel_id=None, roles=(Role.VIEWER,)),
    said.AccessSettled("U1", "U2", "", None),
    said.AccessAllowed("U1", "Finance", Role.RUNNER, ("Sales report",), 1, can_schedule=None),
    said.AccessDeclined(""),
    said.StandsIn("U1", DUE, BERLIN, (1, 2), 2),
    said.IsBack("U1"),
    said.ChannelMapped("Finance", "file"),
    said.OwnersLostRight((SCHEDULE,), 1),
    said.CannotBePlanned(SCHEDULE, "because"),
    said.Redirected(SCHEDULE, is_private=True),
    said.TakenOver(SCHEDULE, "U2"),
    *(said.ScheduleTouched(SCHEDULE, "U2", each, DUE, SCHEDULE.when, "f1") for each in said.Touch),
    said.ScheduleTouched(
        SCHEDULE,
        "U2",
        said.Touch.CHANGED,
        altered=Altered(
            (Policies(), Policies(MissedPolicy.ALL, OverlapPolicy.ALLOW, MINUTE, 3, "mine")),
            ("C1", "U1"),
            ("Region",),
        ),
    ),
    said.JobChanged("Sales report", None, "", (SCHEDULE,), 1, reference="", by=""),
    said.JobChanged("Sales report", Trouble.PAUSED, "it is paused", (), 0, reference="x", by="U1"),
    said.JobChanged(*("Sales report", None, "", (), 0, "", ""), job="x", before=Trouble.PAUSED, over_at=DUE),
    said.DidNotRun("Sales report", None, IN_UTC, "because", "", also_missed=0, remedy=Remedy.RUN_NOW),
    said.Flaps("Sales report", 3, DUE),
    said.Withdrawn("Sales report", DUE, BERLIN, "because", began=True, ended=False),
    project_paused.ProjectPaused("Finance", BERLIN, DUE, "U1", "because"),
    project_paused.ProjectGoesOn("Finance", BERLIN, (project_paused.KeptBack("Sales report", DUE),), 3),
    said.NotRetried("Sales report", ""),
    said.FailedAgain("Sales report", "U1", 2, "3 orders were refused"),
    said.Reminder("1f"),
    SlackRefused("C1", "is_archived"),
    said.SampleAlert("U1"),
    AlertSum(How.DIGEST, "Finance", IN_UTC, DUE, BERLIN, (), 0, 0, 0, 0, (), "here.C1"),
    RunsLong("Sales report", "r", 3 * MINUTE, MINUTE, "https://a.b/c"),
    RunsLong("Sales report", "r", 3 * MINUTE, MINUTE, "https://a.b/c", is_limit=True),
    *(
        RunsLong("Sales report", "r", 3 * MINUTE, MINUTE, "https://a.b/c", each)
        for each in (RunState.DONE, RunState.FAILED, RunState.STOPPED)
    ),
    NotBegun("Sales report", "r", IN_UTC, BERLIN, "https://a.b/c"),
    NotBegun("Sales report", "r", IN_UTC, BERLIN, "https://a.b/c", late=MINUTE),
    NotBegun("Sales report", "r", IN_UTC, BERLIN, "https://a.b/c", is_over=True),
    NeverCame("Sales report", IN_UTC, BERLIN),
    NeverCame("Sales report", IN_UTC, BERLIN, "it came 3 min late"),
    said.StoppedAfterFailures(SCHEDULE, 3, "3 orders were refused"),
    said.StoppedAfterFailures(SCHEDULE, 3, "", "it goes on"),
    Away("Airflow", IN_UTC),
    Away("Airflow", IN_UTC, DUE),
    PagerRefused("on-call", "Finance", "400"),
)


def test_every_kind_is_tried() -> None:
    assert {type(each) for each in EVERY} == set(get_args(Announcement))


@pytest.mark.parametrize("told", EVERY, ids=lambda each: type(each).__name__)
def test_what_is_told_comes_back_from_the_outbox_and_can_be_drawn(told: Announcement) -> None:
    kept = json.loads(json.dumps(ANNOUNCEMENTS.encode(told)))
    assert ANNOUNCEMENTS.decode(kept) == told
    if isinstance(told, said.Reminder):
        return  # it is drawn from what its incident is by then
    for shared in (False, True):
        assert draw(ANNOUNCEMENTS.decode(kept), reader_id="U1", shared=shared).text


OF_A_RELEASE = """
{"kind": "DidNotRun", "title": "Sales", "due_at": {"moment": "2026-05-05T07:00:00+00:00", "zone": null},
 "schedule": {"kind": "OfSchedule", "schedule_id": "s1", "number": 7, "title": "Sales", "owner_id": "U1",
  "when": {"kind": "Once", "at": {"moment": "2026-05-05T09:00:00+02:00", "zone": "Europe/Berlin"},
           "tz": {"zone": "Europe/Berlin"}},
  "next_due_at": null, "is_suspended": true, "reports_to": "C1"},
 "reason": "because", "reason_in_shared": "", "also_missed": 0,
 "remedy": {"kind": "Remedy", "name": "RUN_NOW"}}
"""
"""As this release has written it. Never edit it to please a test: companies have rows like this one."""


def test_a_row_that_a_release_has_written_is_still_read() -> None:
    stored = json.loads(OF_A_RELEASE)
    assert ANNOUNCEMENTS.encode(ANNOUNCEMENTS.decode(stored)) == stored


@pytest.mark.parametrize(("shared", "said"), [(False, "Drawn before"), (True, "For both companies")])
def test_a_notice_that_0_1_0_has_drawn_is_delivered_after_the_upgrade(
    world: World, shared: bool, said: str
) -> None:
    place, now = Place(TEAM, FINANCE), world.clock.now()
    with world.database.transaction() as tx:
        channel = tx.channels.get(TEAM, FINANCE)
        assert channel is not None
        tx.channels.describe(replace(channel, is_shared=shared))
        put_drawn(
            tx,
            place,
            Message("Drawn before"),
            in_shared=Message("For both companies"),
            subject="s",
            send_at=now,
            kind=NoticeKind.WORDS,
        )

    world.notifier.step()

    assert [each.message.text for each in world.slack.posted] == [said]
