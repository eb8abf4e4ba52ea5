"""`runs` answers "what happened last night?": when, which, whose, why; chosen by words, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from bot.domain.errors import Conflict, NotFound
from bot.domain.history import RunFilter
from bot.domain.rights import Action, Role
from bot.domain.run import RunState
from bot.rules.access import Asker
from bot.services.history import ROWS
from playground.slack.driver_seen import Seen, label_of, parts, text_of
from tests.fakes.talking import talking
from tests.world import FINANCE, HR, LENA, MAYA, NINE, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.history import History
    from bot.domain.project import Person as Somebody
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.both_databases
MINUTE = timedelta(minutes=1)
ALL = RunFilter()
MENU = "Act on a run"


@pytest.fixture
def night(world: World) -> World:
    """Tom's import fails at nine, each day; Maya's report is done at ten past, and Tom runs one by hand."""
    world.schedule("every day at 9:00", dag_id="import_orders", fail="always")
    world.schedule("every day at 9:10", MAYA)
    world.go_to(NINE + 11 * MINUTE)
    world.run_now()
    world.go_on(MINUTE)
    return world


def shown(world: World, who: Somebody, wanted: RunFilter = ALL, where: str = "") -> History:
    return world.services().history.first(Asker(who, where), wanted)


def cells(told: Seen) -> list[list[str]]:
    """The rows of its table, as somebody reads them."""
    (table,) = [each for each in told.drawn["blocks"] if each["type"] == "data_table"]
    return [[text_of(cell) for cell in row] for row in table["rows"]]


def titles(found: History) -> list[str]:
    return [row.card.job.title for row in found.rows]


@pytest.mark.usefixtures("night")
def test_each_run_says_when_whose_why_and_what_can_be_done(tom: Person):
    tom.type("#finance", "/schedule runs")

    told = tom.see("#finance", "Runs")
    assert cells(told)[0] == ["When (Berlin time)", "Result", "Job", "Why", "Whose", "In Airflow"]
    assert [
        "Mon 2 Mar 2026, 09:00",
        "❌ failed in task check after 3 s",
        "Import orders",
        "OrdersFeedError: 3 of 240 orders were refused, so none was imported",
        "Schedule #1 of @Tom Okafor",
        "Open",
    ] in cells(told)
    assert "Schedule #2 of @Maya" in told.text
    assert "Started by @Tom" in told.text
    assert "Import orders: failed" in told.text
    assert "Sales report: none of the last 2 failed" in told.text


def test_where_slack_takes_no_tables_each_run_is_a_row_with_its_menu(night: World):
    with talking(night, planned="invalid_blocks") as slack:
        slack.driver.faults.unknown_blocks.add("data_table")
        tom = slack.driver.as_person("Tom Okafor")
        tom.type("#finance", "/schedule runs failed")

        told = tom.see("#finance", "Runs: failed")
        assert "Import orders failed in task check after 3 s" in told.text
        assert "240 orders were refused" in told.text
        assert "Schedule #1 of @Tom" in told.text
        tom.choose("More actions", "Retry", in_=told)
        tom.see("#finance", "Import orders: what failed of it runs again.")
    night.go_on(MINUTE)
    assert len(night.airflow.calls_of("retry")) == 1


@pytest.mark.usefixtures("night")
def test_words_choose_runs(tom: Person):
    tom.type("#finance", "/schedule runs failed since yesterday")
    told = tom.see("#finance", "Runs: failed, since Sun 1 Mar 2026, 00:00 (Berlin time)")
    assert {row[2] for row in cells(told)[1:]} == {"Import orders"}

    tom.type("#finance", "/schedule runs of <@U0MAYA>")
    told = tom.see("#finance", "Runs: of @Maya")
    assert {row[2] for row in cells(told)[1:]} == {"Sales report"}

    tom.type("#finance", "/schedule runs by me done")
    told = tom.see("#finance", "Runs: done, of @Tom")
    assert "Started by @Tom" in told.text
    assert "Schedule #2" not in told.text

    tom.type("#finance", "/schedule runs yesterday")
    tom.see("#finance", "There are no runs on Sun 1 Mar 2026.")

    tom.type("#finance", "/schedule runs sales report failed since yesterday")
    tom.see("#finance", "There are no failed runs of Sales report since Sun 1 Mar 2026, 00:00 (Berlin time).")

    tom.type("#finance", "/schedule runs blue")
    tom.see("#finance", "I can't choose runs by “blue”. I know")


@pytest.mark.usefixtures("night")
def test_what_failed_last_night_is_answered_in_a_direct_message(tom: Person):
    tom.type("Runbell", "what failed last night?")

    told = tom.see("Runbell", "Runs: failed, since Sun 1 Mar 2026, 18:00")
    assert [row[2] for row in cells(told)[1:]] == ["Import orders"]


def test_a_run_is_retried_and_its_log_shown_below_the_table(night: World, tom: Person):
    tom.type("#finance", "/schedule runs failed")
    told = tom.see("#finance", "Runs: failed")

    tom.choose(MENU, "Show log: Mon 2 Mar 2026, 09:00 Import orders", in_=told)
    tom.see("#finance", "The end of check’s log")
    tom.choose(MENU, "Retry: Mon 2 Mar 2026, 09:00 Import orders", in_=told)
    tom.see("#finance", "Import orders: what failed of it runs again.")
    night.go_on(MINUTE)
    assert len(night.airflow.calls_of("retry")) == 1


@pytest.mark.usefixtures("night")
def test_who_may_only_look_sees_the_log_and_may_not_retry(slack: RunningWorkspace):
    lena = slack.driver.as_person("Lena Fischer")
    lena.type("#finance", "/schedule runs failed")

    told = lena.see("#finance", "Runs: failed")
    (menu,) = [each for _, each, label in parts(told.drawn["blocks"]) if label == MENU]
    shown = [label_of(each["text"]) for each in menu["options"]]
    assert shown == ["Show log: Mon 2 Mar 2026, 09:00 Import orders"]


def test_pages_are_turned_in_place_and_stay_as_they_were_begun(world: World, tom: Person):
    for _ in range(ROWS + 2):
        world.run_now()
        world.go_on(timedelta(seconds=20))
    tom.type("#finance", "/schedule runs")
    first = tom.see("#finance", "Runs")
    assert first.buttons[-1:] == ["Older →"]
    world.clock.advance(2 * MINUTE)
    world.run_now()
    world.go_on(timedelta(seconds=20))

    tom.press("Older →", in_=first)
    second = tom.see("#finance", "← Newer")

    assert second.text.count("Started by @Tom") == 2
    assert len([each for each in tom.messages("#finance") if each.text.startswith("Runs")]) == 1


def test_somebody_elses_page_is_not_found_and_an_old_one_is_refused(world: World):
    for _ in range(ROWS + 1):
        world.run_now()
        world.go_on(timedelta(seconds=20))
    older = shown(world, TOM).older
    assert older is not None

    with pytest.raises(NotFound):
        world.services().history.turn(Asker(MAYA), older)
    assert len(world.services().history.turn(Asker(TOM), older).rows) == 1
    world.clock.advance(timedelta(hours=1))
    with pytest.raises(Conflict, match="over an hour old"):
        world.services().history.turn(Asker(TOM), older)


def test_only_runs_of_what_somebody_may_see_here(night: World):
    night.run_now(PRIYA, dag_id="payroll", where=HR)
    night.airflow.start_elsewhere("nightly_cleanup", "scheduled__1")
    night.go_on(MINUTE)

    assert titles(shown(night, SAM)) == []
    assert titles(shown(night, PRIYA)) == ["Payroll"]
    assert set(titles(shown(night, LENA))) == {"Import orders", "Sales report", "Nightly cleanup"}
    assert titles(shown(night, PRIYA, where=FINANCE)) == []
    assert all(not row.may_run for row in shown(night, LENA).rows)
    assert {strip.title for strip in shown(night, PRIYA).strips} == {"Payroll"}


def test_a_run_of_a_project_of_ones_own_is_hidden_where_its_job_is_shared_with_others_alone(night: World):
    """Tom is in both projects. He sees the job in Finance; in HR it is Priya's alone."""
    with night.database.transaction() as tx:
        tx.projects.add_member(night.projects["HR"], TEAM, Role.VIEWER, person_id=TOM.person_id)
        tx.shares.add(
            night.projects["HR"], "default", Action, at=night.clock.now(), dag_id="sales_report",
            only=[{"person_id": PRIYA.person_id}], workspace_id=TEAM,
        )  # fmt: skip
    before = titles(shown(night, TOM))
    night.run_now(PRIYA, where=HR)
    night.go_on(MINUTE)

    assert titles(shown(night, PRIYA)) == ["Sales report"]
    assert titles(shown(night, TOM)) == before
    for strip in shown(night, TOM).strips:
        assert len(strip.states) == before.count(strip.title)


def test_a_strip_counts_no_run_of_a_project_that_the_asker_is_not_in(night: World):
    """The job is shared with both; what HR asked for is HR's alone."""
    with night.database.transaction() as tx:
        tx.shares.add(night.projects["HR"], "default", Action, at=night.clock.now(), dag_id="sales_report")
    night.run_now(PRIYA, where=HR)
    night.go_on(MINUTE)

    (strip,) = [each for each in shown(night, TOM).strips if each.title == "Sales report"]
    assert len(strip.states) == 2
    (hers,) = shown(night, PRIYA).strips
    assert len(hers.states) == 1


def test_a_run_that_ended_in_the_time_asked_for_is_among_them(night: World):
    began = RunFilter(begins=NINE + timedelta(seconds=2), ends=NINE + MINUTE)

    assert titles(shown(night, TOM, began)) == ["Import orders"]
    assert titles(shown(night, TOM, RunFilter(begins=NINE + 10 * MINUTE, state=RunState.DONE))) == [
        "Sales report",
        "Sales report",
    ]


def test_a_page_asks_the_database_no_more_the_more_runs_there_are(night: World):
    def asked() -> int:
        statements: list[str] = []

        def note(*given: Any) -> None:
            statements.append(given[2])

        event.listen(night.database._engine, "before_cursor_execute", note)
        found = shown(night, TOM)
        event.remove(night.database._engine, "before_cursor_execute", note)
        assert found.rows
        return len(statements)

    few = asked()
    for _ in range(6):
        night.run_now()
        night.go_on(timedelta(seconds=20))

    assert asked() == few
    assert few < 25
