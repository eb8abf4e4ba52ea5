"""Alert rules: what a place hears, when it wants quiet, and when a sum is due, through both long nights."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.alert_rule import (
    AlertEvent,
    AlertRule,
    Happening,
    How,
    Quiet,
    Standing,
    by_default,
    concerns,
    decide,
)
from bot.domain.job import JobKey
from bot.domain.project import Place

BERLIN = ZoneInfo("Europe/Berlin")
HERE, ELSEWHERE, TOM = Place("T1", "C1"), Place("T1", "C2"), Place("T1", "U1")
JOB, OTHER = JobKey("default", "sales"), JobKey("default", "other")
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
NO_TAGS: frozenset[str] = frozenset()
NIGHT = Quiet(time(20), time(8))


def rule(**changes: object) -> AlertRule:
    made = AlertRule("r1", HERE, 1, BERLIN, events=frozenset({AlertEvent.FAILURE, AlertEvent.RECOVERY}))
    return replace(made, **changes)  # type: ignore[arg-type]  # fields it has


def happening(**changes: object) -> Happening:
    return replace(Happening(AlertEvent.FAILURE, "T1", 1, JOB, ELSEWHERE), **changes)  # type: ignore[arg-type]  # fields it has


def moment(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("now", "ends"),
        [
            (moment(2, 19, 59), None),
            (moment(2, 20), moment(3, 8)),
            (moment(3, 0, 30), moment(3, 8)),
            (moment(3, 7, 59), moment(3, 8)),
            (moment(3, 8), None),
        ],
    )
    def test_they_span_midnight(self, now: datetime, ends: datetime | None):
        assert NIGHT.end_if_in(now, BERLIN) == ends

    def test_on_the_short_night_they_end_when_the_clock_jumps_over_their_end(self):
        quiet = Quiet(time(22), time(2, 30))

        assert quiet.end_if_in(moment(29, 1, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    def test_on_the_long_night_they_end_once(self):
        quiet = Quiet(time(22), time(2, 30))
        first = datetime(2026, 10, 25, 0, 29, tzinfo=UTC)

        assert quiet.end_if_in(first, BERLIN) == first + timedelta(minutes=1)
        assert quiet.end_if_in(first + timedelta(minutes=40), BERLIN) is None  # 02:09 for the second time


class TestSums:
    @pytest.mark.parametrize(("month", "day"), [(3, 28), (10, 24)])
    def test_a_digest_comes_once_a_day_at_its_time_on_the_clock(self, month: int, day: int):
        daily = rule(how=How.DIGEST, at=time(8))
        first = daily.next_sum(moment(day, 8, month=month))
        assert first is not None
        second = daily.next_sum(first)

        assert first == moment(day + 1, 8, month=month)
        assert second == moment(day + 2, 8, month=month)

    def test_one_in_the_hour_that_comes_twice_comes_once(self):
        daily = rule(how=How.DIGEST, at=time(2, 30))
        found = [moment(24, 12, month=10)]
        for _ in range(2):
            coming = daily.next_sum(found[-1])
            assert coming is not None
            found.append(coming)

        assert found[1] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert found[2] == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)

    def test_a_weekly_report_comes_on_its_day(self):
        weekly = rule(how=How.WEEKLY, at=time(8), weekday=4)

        assert weekly.next_sum(NOON) == moment(6, 8)
        assert weekly.next_sum(moment(6, 8)) == moment(13, 8)

    def test_quiet_hours_are_summed_up_at_their_end(self):
        assert rule(quiet=NIGHT).next_sum(NOON) == moment(3, 8)
        assert rule().next_sum(NOON) is None


class TestWhatARuleIsAbout:
    def test_a_job_a_tag_or_the_whole_project(self):
        tags = frozenset({"finance"})

        assert concerns(rule(), happening(), NO_TAGS)
        assert concerns(rule(key=JOB), happening(), NO_TAGS)
        assert not concerns(rule(key=OTHER), happening(), NO_TAGS)
        assert concerns(rule(tag="finance"), happening(), tags)
        assert not concerns(rule(tag="finance"), happening(), NO_TAGS)
        assert not concerns(rule(project_id=2), happening(), NO_TAGS)
        assert not concerns(rule(), happening(event=AlertEvent.MISSED), NO_TAGS)

    def test_the_standing_rules_of_a_channel(self):
        here, airflow = by_default(HERE, 1, BERLIN)
        reported = happening(reports_to=HERE)
        in_airflow = happening(reports_to=HERE, is_elsewhere=True)

        assert (here.standing, airflow.standing) == (Standing.HERE, Standing.AIRFLOW)
        assert [concerns(each, reported, NO_TAGS) for each in (here, airflow)] == [True, False]
        assert [concerns(each, in_airflow, NO_TAGS) for each in (here, airflow)] == [False, True]
        assert not concerns(here, happening(reports_to=ELSEWHERE), NO_TAGS)

    def test_the_standing_rules_of_a_person(self):
        here, own, managed = by_default(TOM, 0, BERLIN)
        owned = happening(owners=(TOM,))
        suspended = happening(event=AlertEvent.SUSPENDED, managers=(TOM,))

        assert [concerns(each, owned, NO_TAGS) for each in (here, own, managed)] == [False, True, False]
        assert [concerns(each, suspended, NO_TAGS) for each in (here, own, managed)] == [False, False, True]
        assert AlertEvent.SUCCESS not in own.events


class TestDecision:
    def test_nobody_hears_of_what_no_rule_is_about(self):
        assert decide([rule(key=OTHER)], happening(), NO_TAGS, NOON) is None
        assert decide([], happening(), NO_TAGS, NOON) is None

    def test_a_digest_says_nothing_by_itself(self):
        assert decide([rule(how=How.DIGEST, at=time(8))], happening(), NO_TAGS, NOON) is None

    def test_a_rule_that_has_ended_says_nothing(self):
        assert decide([rule(until=NOON)], happening(), NO_TAGS, NOON) is None
        assert decide([rule(until=NOON + timedelta(minutes=1))], happening(), NO_TAGS, NOON) is not None

    def test_rules_add_to_each_other_and_the_one_that_says_most_decides(self):
        whole = rule(how=How.AFTER, after=3, mentions=("U7",))
        of_job = rule(rule_id="r2", key=JOB, how=How.EACH, mentions=("U8",))

        for rules in ([whole, of_job], [of_job, whole]):
            route = decide(rules, happening(), NO_TAGS, NOON)
            assert route is not None
            assert route.rule == of_job
            assert set(route.mentions) == {"U7", "U8"}

    def test_what_is_urgent_comes_in_quiet_hours(self):
        at_night = moment(2, 23)
        quiet, urgent = rule(quiet=NIGHT, mentions=("U7",)), rule(rule_id="r2", key=JOB)

        held = decide([quiet], happening(), NO_TAGS, at_night)
        said = decide([quiet, urgent], happening(), NO_TAGS, at_night)

        assert held is not None
        assert held.held_until == moment(3, 8)
        assert not held.speaks
        assert said is not None
        assert said.speaks
        assert said.rule == urgent
        assert said.mentions == ()

    def test_a_muted_rule_lets_others_speak(self):
        muted = rule(muted_by="U1", muted_until=NOON + timedelta(hours=2))
        other = rule(rule_id="r2", how=How.AFTER, after=2)

        route = decide([muted, other], happening(), NO_TAGS, NOON)

        assert route is not None
        assert route.rule == other
        assert not route.speaks_at(1)
        assert route.speaks_at(2)
        alone = decide([muted], happening(), NO_TAGS, NOON)
        assert alone is not None
        assert not alone.speaks
