"""Alert rules at work: what channels and people hear by them, in quiet hours, after mutes, and in sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.alert_rule import AlertEvent, How, Standing
from bot.domain.alert_setup import AlertSetup
from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.job import JobKey, job_reference
from bot.domain.project import Place
from bot.rules.access import Asker
from bot.rules.alert_wanted import Wanted
from bot.workers.summing import Summing
from tests.unit.workers.test_incidents import (
    A_WHILE,
    TOMS,
    add_failing,
    fails_at_nine,
    in_channel,
    incidents_at,
)
from tests.world import FINANCE, GENERAL, HR, LENA, MAYA, NINE, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
HERE, AIRFLOW, OWN = f"here.{FINANCE}", f"airflow.{FINANCE}", f"own.{TOM.person_id}"
NINE_THIRTY = time(9, 30)
FAILURES = frozenset({AlertEvent.FAILURE, AlertEvent.RECOVERY})
PLAIN = Wanted(
    about=None,
    events=FAILURES,
    how=How.FIRST,
    after=1,
    at=None,
    weekday=0,
    mentions=(),
    quiet=(None, None),
    says_nothing_happened=False,
    until=None,
)
SYNC = JobKey("default", "sync")
IN_FINANCE = Asker(MAYA, FINANCE)


def whole_project(world: World) -> str:
    return f"project.{world.projects['Finance']}"


def the_job(world: World) -> str:
    return job_reference(world.projects["Finance"], SYNC)


def change(world: World, reference: str, who: Asker = IN_FINANCE, **wanted: object) -> None:
    world.alerting.change(who, reference, replace(PLAIN, **wanted))  # type: ignore[arg-type]  # fields it has


def add(world: World, who: Asker = IN_FINANCE, place_id: str = "", **wanted: object) -> None:
    world.alerting.add(who, place_id, replace(PLAIN, **wanted))  # type: ignore[arg-type]  # fields it has


def go_to(world: World, moment: datetime) -> None:
    """With the sums, which need not step as often as the others."""
    world.go_to(moment)
    world.summing.step()
    world.go_on(A_WHILE)


def texts(world: World, channel_id: str = FINANCE) -> list[str]:
    return [each.message.text for each in in_channel(world, channel_id)]


class TestEvents:
    @pytest.mark.slow
    def test_a_channel_of_failures_only_shows_no_card_of_a_good_run_and_the_failure_with_all_its_buttons(
        self, world: World
    ):
        change(world, HERE)
        world.schedule("every day at 9am", TOM)
        fails_at_nine(world)

        (alert,) = in_channel(world)
        assert "Sync failed in task pull" in alert.text
        assert "incident.claim" in str(alert.message.blocks)

    @pytest.mark.slow
    def test_a_channel_that_wants_to_hear_nothing_hears_nothing_and_the_owner_still_does(self, world: World):
        change(world, HERE, events=frozenset())
        fails_at_nine(world)

        assert texts(world) == []
        assert len(in_channel(world, TOMS)) == 1

    def test_what_somebody_runs_by_hand_is_always_answered(self, world: World):
        change(world, HERE)
        world.run_now(TOM)
        world.go_on(A_WHILE)

        (card,) = in_channel(world)
        assert "Sales report" in card.text

    @pytest.mark.slow
    def test_a_person_hears_of_a_job_that_reports_elsewhere_and_of_its_good_runs(self, world: World):
        state = add_failing(world)
        add(world, Asker(LENA), about=the_job(world), events=frozenset(AlertEvent))
        state["broken"] = False
        world.schedule("every day at 9am", TOM, dag_id="sync")
        world.go_to(NINE + A_WHILE)

        (card,) = in_channel(world, f"D{LENA.person_id}")
        assert "Sync" in card.text

    @pytest.mark.slow
    def test_who_may_no_longer_see_the_job_hears_no_more_of_it(self, world: World):
        add_failing(world)
        add(world, Asker(LENA), about=the_job(world))
        with world.database.transaction() as tx:
            tx.projects.remove_member(world.projects["Finance"], TEAM, LENA.person_id)
        fails_at_nine(world)

        assert texts(world, f"D{LENA.person_id}") == []

    @pytest.mark.slow
    @pytest.mark.parametrize("hears", [True, False])
    def test_a_job_that_cannot_run_is_told_only_where_a_rule_wants_it(self, world: World, hears: bool):
        change(world, HERE, events=frozenset(AlertEvent) if hears else FAILURES)
        add(world, Asker(LENA), about=whole_project(world), events=frozenset({AlertEvent.BROKEN}))
        world.schedule("every day at 9am", TOM)
        world.airflow.change("sales_report", is_paused=True)
        world.catalogue.step()
        world.go_on(A_WHILE)

        assert [bool(texts(world)), bool(texts(world, TOMS))] == [hears, True]
        assert bool(texts(world, f"D{LENA.person_id}"))


class TestHow:
    @pytest.mark.slow
    def test_each_failure_is_a_message_of_its_own(self, world: World):
        change(world, HERE, how=How.EACH)
        add_failing(world)
        world.schedule("every 5 minutes", TOM, dag_id="sync")
        world.go_on(timedelta(minutes=15, seconds=30))

        assert ["failed" in each for each in texts(world)] == [True] * 3

    @pytest.mark.slow
    def test_after_three_in_a_row_the_third_is_told_with_the_count_and_then_the_recovery(self, world: World):
        change(world, HERE, how=How.AFTER, after=3)
        state = add_failing(world)
        world.schedule("every 5 minutes", TOM, dag_id="sync")
        world.go_on(timedelta(minutes=10, seconds=30))
        assert texts(world) == []

        world.go_on(timedelta(minutes=5))
        (alert,) = in_channel(world)
        assert "Sync failed 3 times" in alert.text

        state["broken"] = False
        world.go_on(timedelta(minutes=5))
        assert "back to normal" in texts(world)[-1]

    @pytest.mark.slow
    def test_two_failures_and_a_recovery_below_the_number_are_not_told(self, world: World):
        change(world, HERE, how=How.AFTER, after=3)
        state = add_failing(world)
        world.schedule("every 5 minutes", TOM, dag_id="sync")
        world.go_on(timedelta(minutes=10, seconds=30))
        (incident,) = incidents_at(world)
        assert incident.is_unsaid
        state["broken"] = False
        world.go_on(timedelta(minutes=5))

        assert texts(world) == []
        (incident,) = incidents_at(world)
        assert incident.ended_at is not None

    @pytest.mark.slow
    def test_the_people_of_a_rule_are_mentioned_and_nobody_else(self, world: World):
        change(world, HERE, mentions=("U0LENA", "channel"))
        fails_at_nine(world)

        (alert,) = in_channel(world)
        (direct,) = in_channel(world, TOMS)
        assert "<@U0LENA> <!channel>" in str(alert.message.blocks)
        assert "<!channel>" not in str(direct.message.blocks)


class TestQuietHours:
    NIGHT = (time(8), time(10))  # in Berlin, around the failure at nine

    @pytest.mark.slow
    def test_a_failure_waits_until_they_end_and_comes_once_with_a_sum(self, world: World):
        change(world, HERE, quiet=self.NIGHT)
        fails_at_nine(world)
        assert texts(world) == []

        go_to(world, NINE + timedelta(hours=1, minutes=1))

        alert, summed = sorted(texts(world), reverse=True)
        assert summed.startswith("In quiet hours of Finance: 1 failed")
        assert "Sync failed in task pull" in alert
        go_to(world, NINE + timedelta(hours=1, minutes=5))
        assert len(texts(world)) == 2

    @pytest.mark.slow
    def test_the_recovery_of_what_was_told_then_is_told(self, world: World):
        change(world, HERE, quiet=self.NIGHT)
        state = add_failing(world)
        world.schedule("every 30 minutes", TOM, dag_id="sync")
        go_to(world, NINE + timedelta(hours=1, minutes=1))
        state["broken"] = False
        world.go_on(timedelta(minutes=40))

        assert "Sync is back to normal" in texts(world)[-1]

    @pytest.mark.slow
    def test_what_failed_and_recovered_in_them_is_only_in_the_sum(self, world: World):
        change(world, HERE, quiet=self.NIGHT)
        state = add_failing(world)
        world.schedule("every 10 minutes", TOM, dag_id="sync")
        world.go_to(NINE + timedelta(minutes=15))
        state["broken"] = False
        go_to(world, NINE + timedelta(hours=1, minutes=1))

        (summed,) = in_channel(world)
        assert "2 failed" in summed.text or "1 failed" in summed.text
        assert "works again" in str(summed.message.blocks)

    @pytest.mark.slow
    def test_a_rule_without_them_is_urgent(self, world: World):
        add_failing(world)
        change(world, HERE, quiet=self.NIGHT)
        add(world, about=the_job(world))
        fails_at_nine(world)

        assert len(texts(world)) == 1

    @pytest.mark.slow
    def test_ended_by_hand_they_let_go_of_what_waits(self, world: World):
        change(world, HERE, quiet=self.NIGHT)
        fails_at_nine(world)
        change(world, HERE)
        go_to(world, NINE + timedelta(minutes=2))

        assert ["Sync failed" in each for each in texts(world)] == [True]

    @pytest.mark.slow
    @pytest.mark.parametrize("urgent", ["sync", "cleanup"])
    def test_what_still_waits_keeps_back_no_other(
        self, world: World, monkeypatch: pytest.MonkeyPatch, urgent: str
    ):
        monkeypatch.setattr("bot.workers.summing.HELD_AT_ONCE", 1)
        change(world, HERE, quiet=self.NIGHT)
        for dag_id in ("sync", "cleanup"):
            add_failing(world, dag_id)
            world.schedule("every day at 9am", TOM, dag_id=dag_id)
        world.go_to(NINE + A_WHILE)
        assert texts(world) == []

        add(world, about=job_reference(world.projects["Finance"], JobKey("default", urgent)))
        for _ in range(3):
            world.summing.step()
        world.go_on(A_WHILE)

        (told,) = texts(world)
        assert f"{urgent.title()} failed" in told

    @pytest.mark.slow
    def test_a_run_that_did_not_take_place_is_told_when_they_end(self, world: World):
        change(world, HERE, events=frozenset(AlertEvent), quiet=(time(21), time(23)))
        world.schedule("every day at 9am", TOM)
        world.clock.advance(timedelta(hours=13))  # Runbell was down
        world.go_on(A_WHILE)
        assert texts(world) == []
        assert "did not run" in texts(world, TOMS)[0]

        world.go_to(NINE + timedelta(hours=14, minutes=1))

        (told,) = texts(world)
        assert "Sales report (#1) at Mon 2 Mar 2026, 09:00" in told
        assert "did not run" in told


class TestMutes:
    @pytest.mark.slow
    def test_a_muted_rule_says_nothing_for_two_hours_and_then_what_still_fails(self, world: World):
        world.alerting.mute(IN_FINANCE, HERE)
        fails_at_nine(world)
        assert texts(world) == []

        go_to(world, NINE + timedelta(hours=2))

        assert ["Sync failed" in each for each in texts(world)] == [True]

    @pytest.mark.slow
    def test_the_end_of_a_mute_is_at_once(self, world: World):
        world.alerting.mute(IN_FINANCE, HERE)
        fails_at_nine(world)
        world.alerting.unmute(IN_FINANCE, HERE)
        go_to(world, NINE + timedelta(minutes=2))

        assert len(texts(world)) == 1
        with pytest.raises(Conflict):
            world.alerting.unmute(IN_FINANCE, HERE)


class TestSums:
    @pytest.mark.slow
    def test_a_digest_says_what_ran_what_failed_and_what_comes_once_with_two_processes(self, world: World):
        add(world, about=whole_project(world), how=How.DIGEST, at=time(9, 30))
        fails_at_nine(world)
        world.schedule("every day at 9am", TOM)
        world.clock.advance(timedelta(minutes=35))
        for _ in range(2):
            Summing(world.database, world.clock).step()
            world.summing.step()
        world.go_on(A_WHILE)

        digests = [each for each in in_channel(world) if each.text.startswith("Digest of Finance")]
        (digest,) = digests
        assert digest.text == "Digest of Finance: 1 failed, 1 job still failing."
        assert "Sync*: 1 failed, still failing" in str(digest.message.blocks)
        assert "Sales report (#2)" in str(digest.message.blocks)
        assert "08:56 (Berlin time) to Mon 2 Mar 2026, 09:35 (Berlin time)" in str(digest.message.blocks)

    @pytest.mark.slow
    def test_it_comes_once_a_day_across_the_night_when_clocks_change(self, world: World):
        world.clock.advance(datetime(2026, 3, 27, 12, tzinfo=UTC) - world.clock.now())
        add(world, about=whole_project(world), how=How.DIGEST, at=time(8), says_nothing_happened=True)
        for _ in range(4 * 24 * 2):
            world.clock.advance(timedelta(minutes=30))
            world.summing.step()
            world.notifier.step()

        assert texts(world) == ["Digest of Finance: nothing ran."] * 4

    def test_nothing_is_said_when_nothing_happened(self, world: World):
        add(world, about=whole_project(world), how=How.WEEKLY, at=time(8))
        world.clock.advance(timedelta(days=8))
        world.summing.step()
        world.notifier.step()

        assert texts(world) == []


class TestRights:
    def test_only_managers_change_what_a_channel_hears_and_members_look(self, world: World):
        for who in (TOM, LENA):
            heard = world.alerting.heard(Asker(who, FINANCE))
            assert not heard.may_change
            assert "<@U0MAYA> can change these rules." in heard.who_can
            for act in (
                lambda who=who: world.alerting.mute(Asker(who, FINANCE), HERE),
                lambda who=who: world.alerting.change(Asker(who, FINANCE), HERE, PLAIN),
                lambda who=who: world.alerting.add(Asker(who, FINANCE), FINANCE, PLAIN),
                lambda who=who: world.alerting.test(Asker(who, FINANCE), FINANCE),
            ):
                with pytest.raises(NotAllowed):
                    act()

    @pytest.mark.parametrize("who", [PRIYA, SAM])
    def test_others_learn_nothing(self, world: World, who):
        for reference in (HERE, OWN, "here.C0NOWHERE", "nonsense", "here.", "."):
            with pytest.raises(NotFound):
                world.alerting.rule(Asker(who), reference)
        with pytest.raises(NotFound):
            world.alerting.heard(Asker(who), FINANCE)

    def test_a_persons_rules_are_their_own(self, world: World):
        with pytest.raises(NotFound):
            world.alerting.rule(IN_FINANCE, OWN)
        change(world, OWN, Asker(TOM), how=How.DIGEST, at=time(9))

        assert [each.how for each in world.alerting.heard(Asker(TOM)).rules] == [How.FIRST, How.DIGEST]

    def test_a_rule_is_about_what_its_maker_may_see_there(self, world: World):
        for about in (f"project.{world.projects['HR']}", "everything", "", "tag.1.hr"):
            with pytest.raises(NotUnderstood):
                add(world, about=about)
        with pytest.raises(NotUnderstood):
            add(world, Asker(PRIYA), about=whole_project(world))

    @pytest.mark.parametrize(
        ("mentions", "words"),
        [
            (tuple(f"U{number:05}" for number in range(10_000)), "at most 20"),
            (("U0NOBODY",), "has left Slack"),
            (("U0TOM> <!channel",), "has left Slack"),
        ],
    )
    def test_a_rule_mentions_a_few_people_whom_slack_has(
        self, world: World, mentions: tuple[str, ...], words: str
    ):
        with pytest.raises(NotUnderstood, match=words) as refused:
            change(world, HERE, mentions=mentions)
        assert refused.value.field == FormField.PEOPLE

    def test_who_has_left_since_keeps_nobody_from_changing_the_rule(self, world: World):
        change(world, HERE, mentions=(LENA.person_id,))
        with world.database.transaction() as tx:
            tx.directory.keep_people([replace(LENA, is_deactivated=True)], at=world.clock.now())

        change(world, HERE, mentions=(LENA.person_id, TOM.person_id))

    def test_a_channel_of_no_project_says_so(self, world: World):
        with pytest.raises(NotUnderstood, match="belongs to no project"):
            world.alerting.heard(Asker(MAYA, GENERAL))

    def test_a_channel_hears_of_another_only_as_long_as_it_belongs_to_the_project(self, world: World):
        add_failing(world)
        add(world, about=whole_project(world))
        with world.database.transaction() as tx:
            found = tx.alert_rules.concerning(TEAM, world.projects["Finance"], SYNC)
            elsewhere = tx.alert_rules.concerning(TEAM, world.projects["HR"], SYNC)

        assert (found, elsewhere) == ([Place(TEAM, FINANCE)], [])

    def test_every_change_is_in_the_audit(self, world: World):
        change(world, HERE, quiet=(time(20), time(8)))
        add(world, about=whole_project(world))
        world.alerting.mute(IN_FINANCE, AIRFLOW)
        with world.database.transaction() as tx:
            entries = tx.audit.entries(TEAM, limit=10)

        assert [each.action for each in entries] == ["alert.mute", "alert.add", "alert.change"]


class TestRulesOfTheFile:
    def of_file(self, world: World, **changes: object) -> AlertSetup:
        """Let the projects file say this of the channel, beside what it says already."""
        wanted = replace(AlertSetup(FINANCE, events=FAILURES), **changes)  # type: ignore[arg-type]  # fields it has
        project_id, now = world.projects["Finance"], world.clock.now()
        with world.database.transaction() as tx:
            kept = tx.project_setups.one(project_id, "default")
            assert kept is not None
            setup = replace(kept.setup, alerts=kept.setup.alerts | {wanted})
            tx.project_setups.put(TEAM, "Finance", setup, "default", at=now)
        return wanted

    @pytest.mark.slow
    def test_they_work_and_are_changed_in_the_file_alone_but_for_mutes(self, world: World):
        self.of_file(world, standing=Standing.HERE, how=How.AFTER, after=3)

        heard = world.alerting.heard(IN_FINANCE).rules[0]
        assert (heard.how, heard.after, heard.made_by) == (How.AFTER, 3, "file")
        with pytest.raises(Conflict, match="stands in the projects file"):
            change(world, HERE)
        with pytest.raises(Conflict, match="stands in the projects file"):
            world.alerting.remove(IN_FINANCE, HERE)
        world.alerting.mute(IN_FINANCE, HERE)
        fails_at_nine(world)
        assert texts(world) == []

    def test_a_rule_that_stays_in_the_file_stays_muted_and_rules_made_in_slack_stay(self, world: World):
        self.of_file(world, standing=Standing.HERE)
        world.alerting.mute(IN_FINANCE, HERE)
        add(world, about=whole_project(world))
        self.of_file(world, how=How.DIGEST, at=time(8))

        rules = world.alerting.heard(IN_FINANCE).rules
        assert rules[0].is_muted(world.clock.now())
        assert sorted(each.made_by for each in rules) == ["", MAYA.person_id, "file", "file"]

    def test_a_standing_rule_of_the_file_takes_the_place_of_one_changed_in_slack(self, world: World):
        change(world, HERE)
        self.of_file(world, standing=Standing.HERE, how=How.EACH)

        assert [each.made_by for each in world.alerting.heard(IN_FINANCE).rules] == ["file", ""]


class TestWhy:
    @pytest.mark.slow
    def test_it_names_the_rule_and_who_made_it(self, world: World):
        change(world, HERE)
        fails_at_nine(world)
        (incident,) = incidents_at(world)
        (own,) = incidents_at(world, TOM.person_id)

        of_channel = world.explaining.why(Asker(LENA, FINANCE), incident.incident_id)
        of_tom = world.explaining.why(Asker(TOM), own.incident_id)

        assert [(each.reference, each.made_by) for each in of_channel.rules] == [(HERE, MAYA.person_id)]
        assert not of_channel.may_change
        assert [(each.reference, each.made_by) for each in of_tom.rules] == [(OWN, "")]
        assert of_tom.may_change
        with pytest.raises(NotFound):
            world.explaining.why(Asker(PRIYA, HR), incident.incident_id)
