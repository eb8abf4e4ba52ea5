"""Nothing of one project is told in another: whatever is pressed, and wherever something is posted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.blocks import preview as preview_blocks
from bot.blocks import schedule as schedule_blocks
from bot.domain.errors import Rejected, Unavailable
from bot.domain.job import JobKey
from bot.domain.schedule import MissedPolicy, OverlapPolicy
from bot.rules.access import Asker
from tests import company
from tests.crawl import OPENS_HOME, crawl
from tests.house import ALEX, NINA, House, revealed
from tests.kept import dump
from tests.latest import latest_run
from tests.world import FINANCE, GENERAL, HR, LENA, MAYA, NINE, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person
    from tests.world import World


@pytest.mark.parametrize(
    ("who", "where"),
    [(PRIYA, HR), (PRIYA, ""), (NINA, GENERAL), (SAM, "")],
    ids=["a runner in their channel", "a runner", "a manager", "nobody"],
)
def test_whatever_they_press_they_learn_nothing_of_another_project(own_house: House, who: Person, where: str):
    sent = crawl(own_house, who, where=where, job=company.HRS_TITLE.lower())

    assert [(revealed(each), each) for each in own_house.transcript if revealed(each)] == []
    assert len(sent) > (10 if who is not SAM else 0)
    if who is not SAM:
        assert company.HRS_TITLE in "\n".join(own_house.transcript)


@pytest.mark.parametrize(
    ("who", "sees_it"),
    [(TOM, True), (MAYA, False), (ALEX, False)],
    ids=["its owner", "a manager", "an admin"],
)
def test_colleagues_learn_nothing_of_a_preset_that_somebody_keeps(
    own_house: House, who: Person, sees_it: bool
):
    job = company.FINANCES_TITLE.lower()
    wrong = f"run {job} with preset=nothing"
    for text in ("", job, f"run {job}", wrong, f"jobs {job}", f"show {job}", "list", "admin", "help"):
        own_house.hear({"command": "/schedule", "text": text, "channel_id": FINANCE}, who)
    own_house.hear(OPENS_HOME, who)

    heard = "\n".join(own_house.transcript)
    assert company.PRESET in heard
    assert (company.OWN_PRESET in heard) is sees_it
    assert company.OWN_VALUE not in heard
    assert company.OWN_PRESET not in json.dumps(dump(own_house.world.database)["audit"], default=str)


@pytest.fixture
def firm(world: World) -> World:
    company.move_in(world)
    return world


def everything_posted(world: World, channel_id: str = "") -> str:
    """All that was ever shown there, with what was written before an edit; "" is everywhere."""
    shown = [
        (message.text, message.blocks)
        for each in world.slack.posted
        if channel_id in {"", each.channel_id}
        for message in (each.message, *each.edits)
    ]
    return json.dumps(shown, ensure_ascii=False)


def narrow(world: World, *names: str, also_here: bool) -> None:
    """The job's author takes less for these inputs; `also_here`: and Runbell has read that."""
    strict = tuple(
        replace(each, schema={"type": "string", "maxLength": 2}) if each.name in names else each
        for each in world.airflow.job(company.SHARED_JOB).inputs
    )
    world.airflow.change(company.SHARED_JOB, inputs=strict)
    if also_here:
        world.catalogue.step()


GIVEN: dict[str, Any] = {"note": company.PLAIN_VALUE, "api_token": company.SECRET}


@pytest.mark.parametrize("also_here", [True, False], ids=["runbell refuses", "airflow refuses"])
@pytest.mark.parametrize("given", [{"api_token": company.SECRET}, {"note": company.PLAIN_VALUE}], ids=str)
def test_a_refused_value_is_told_nowhere(
    firm: World, given: dict[str, Any], also_here: bool, caplog: pytest.LogCaptureFixture
):
    firm.schedule("every day at 9:00", dag_id=company.SHARED_JOB, where=company.ACME, **given)
    narrow(firm, *given, also_here=also_here)

    firm.go_to(NINE + timedelta(minutes=1))

    (value,) = given.values()
    assert "did not run" in everything_posted(firm, company.ACME)
    assert value not in everything_posted(firm)
    kept = dump(firm.database)
    told = [each.get("reason") for table in ("firings", "schedules") for each in kept[table]]
    assert value not in json.dumps([told, kept["audit"], kept["notices"]], default=str)
    assert value not in caplog.text


@pytest.mark.parametrize(
    ("ours", "given", "told"),
    [(True, GIVEN, "failed"), (False, GIVEN, "failed"), (True, {"api_token": company.SECRET}, "Done with")],
    ids=["failed", "failed, started in Airflow", "done"],
)
def test_a_secret_that_a_job_prints_is_told_nowhere(
    firm: World, *, ours: bool, given: dict[str, Any], told: str
):
    firm.step()
    if ours:
        firm.run_now(dag_id=company.SHARED_JOB, **given)
    else:
        firm.airflow.start_elsewhere(company.SHARED_JOB, "manual__1", conf=given)

    firm.go_on(timedelta(minutes=1))

    assert told in everything_posted(firm)
    assert company.SECRET not in everything_posted(firm)
    assert company.SECRET not in json.dumps(dump(firm.database), default=str)


def test_a_secret_is_not_in_a_log_that_somebody_asks_for(firm: World):
    firm.run_now(dag_id=company.SHARED_JOB, **GIVEN)
    firm.go_on(timedelta(minutes=1))
    with firm.database.transaction() as tx:
        run = latest_run(tx, firm.projects["Finance"], JobKey("default", company.SHARED_JOB))
        tx.runs.keep(replace(run, failure=None), at=firm.clock.now())

    shown = firm.running.log(Asker(TOM), run.run_key).run.failure

    assert shown is not None
    assert company.PLAIN_VALUE in shown.error
    assert company.SECRET not in str(shown)


def test_another_company_reads_neither_inputs_nor_what_a_job_printed(firm: World):
    firm.run_now(dag_id=company.SHARED_JOB, where=company.ACME, **GIVEN)

    firm.go_on(timedelta(seconds=30))

    told = everything_posted(firm, company.ACME)
    assert company.FINANCES_TITLE in told
    assert [each for each in company.VALUES if each in told] == []


def test_why_a_run_could_not_be_retried_is_not_told_to_another_company(firm: World):
    firm.run_now(dag_id=company.SHARED_JOB, where=company.ACME, **GIVEN)
    firm.go_on(timedelta(seconds=30))
    with firm.database.transaction() as tx:
        run = latest_run(tx, firm.projects["Finance"], JobKey("default", company.SHARED_JOB))
    firm.running.retry(Asker(TOM), run.run_key)
    refusal = Rejected("Airflow", f"400: {company.PLAIN_VALUE} is too long, {company.SECRET}", "400")
    firm.airflow.fail_next(refusal)

    firm.go_on(timedelta(seconds=10))

    assert "could not be retried" in everything_posted(firm, company.ACME)
    assert [each for each in company.VALUES if each in everything_posted(firm, company.ACME)] == []
    assert company.SECRET not in everything_posted(firm)


def test_why_airflow_could_not_be_reached_is_not_told_to_another_company(firm: World):
    """A request may have arrived, so Airflow is asked first; the reason waits in the firing until then."""
    kept = firm.schedule("every day at 9:00", dag_id=company.SHARED_JOB, where=company.ACME, **GIVEN)
    firm.adjusting.set_policies(
        Asker(TOM), kept.schedule_id, missed=MissedPolicy.NONE, overlap=OverlapPolicy.WAIT, grace=None
    )
    firm.clock.advance(NINE - firm.clock.now())
    firm.airflow.fail_next(Unavailable("Airflow", "no answer from af1.intranet.example"))
    firm.dispatcher.step()
    with firm.airflow.outage("af1.intranet.example is away"):
        for _ in range(12):
            firm.clock.advance(timedelta(minutes=1))
            firm.dispatcher.step()
    firm.go_on(timedelta(minutes=5))

    told = everything_posted(firm, company.ACME)
    assert "did not run: it could not start within 10 minutes of its time." in told
    assert "intranet" not in told
    assert "intranet" in everything_posted(firm, f"D{TOM.person_id}")


def test_a_channel_that_comes_to_be_shared_reads_no_reason_that_was_put_before(firm: World):
    firm.schedule("every day at 9:00", dag_id=company.SHARED_JOB, note=company.PLAIN_VALUE)
    narrow(firm, "note", also_here=True)
    firm.clock.advance(NINE - firm.clock.now())
    firm.dispatcher.step()

    with firm.database.transaction() as tx:
        channel = tx.channels.get(TEAM, FINANCE)
        assert channel is not None
        tx.channels.describe(replace(channel, is_shared=True))
    firm.notifier.step()

    assert "did not run" in everything_posted(firm, FINANCE)
    assert "Note" not in everything_posted(firm, FINANCE)
    assert "“Note”" in everything_posted(firm, f"D{TOM.person_id}")


def test_what_the_job_no_longer_asks_for_or_the_project_hides_is_shown_to_nobody(firm: World):
    """Hiding an input is what somebody does who sees a secret in it."""
    schedule = firm.schedule("every day at 9:00", dag_id=company.SHARED_JOB, **GIVEN)
    firm.run_now(dag_id=company.SHARED_JOB, **GIVEN)
    left = tuple(
        each for each in firm.airflow.job(company.SHARED_JOB).inputs if each.name != company.TOKEN.name
    )
    firm.airflow.change(company.SHARED_JOB, inputs=left)
    firm.catalogue.step()
    hides = replace(company.FINANCES_SETTINGS, hidden=frozenset({company.NOTE.name}))
    company.show_as(firm, firm.projects["Finance"], hides)

    shown = schedule_blocks.schedule(firm.scheduling.show(Asker(LENA), schedule.schedule_id), timedelta())
    firm.go_on(timedelta(seconds=30))

    told = everything_posted(firm) + json.dumps(shown.blocks, ensure_ascii=False)
    assert company.FINANCES_TITLE in told
    assert company.SECRET not in told
    assert f"note: *{company.PLAIN_VALUE}" not in told
    assert "note: *•••*" in told


def test_what_is_fixed_for_everybody_is_shown(firm: World):
    draft = firm.draft(dag_id=company.SHARED_JOB)

    shown = firm.previews.show(Asker(TOM), draft.draft_id)

    drawn = preview_blocks.preview(shown.draft, shown.job, shown.project, shown.times, now=shown.now)
    assert f"Fixed here: Ledger: *{company.FIXED_VALUE}*" in json.dumps(drawn.blocks)
