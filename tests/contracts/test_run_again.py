"""A run is run again with one press; and who starts what runs already is told so, before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.rights import Action
from bot.rules.access import Asker
from handlers.form.sending import preview_message
from playground.slack.driver_seen import text_of
from tests.latest import latest_run
from tests.world import FINANCE, HR, LENA, MAYA, PRIYA, TOM

if TYPE_CHECKING:
    from bot.domain.notice import Message
    from bot.domain.project import Person as Somebody
    from bot.domain.run import Run
    from playground.slack.driver import Person
    from tests.world import World

pytestmark = pytest.mark.both_databases
SOON = timedelta(seconds=20)


def last(world: World, dag_id: str = "sales_report", project: str = "Finance") -> Run:
    key = world.airflow.job(dag_id).key
    with world.database.transaction() as tx:
        return latest_run(tx, world.projects[project], key)


def test_run_again_proposes_the_same_inputs_and_place(world: World):
    world.run_now(rows=7, region="us")
    world.go_on(SOON)

    shown = world.drafting.propose_again(Asker(MAYA), last(world).run_key)

    assert shown.draft.inputs == {"rows": 7, "region": "us"}
    assert shown.draft.place.channel_id == FINANCE
    assert shown.draft.when is None
    world.previews.confirm(Asker(MAYA), shown.draft.draft_id)
    world.go_on(SOON)
    assert len(world.starts()) == 2


def test_who_may_not_run_the_job_may_not_run_it_again(world: World):
    world.run_now()
    world.go_on(SOON)
    run_key = last(world).run_key

    with pytest.raises(NotAllowed):
        world.drafting.propose_again(Asker(LENA), run_key)
    with pytest.raises(NotFound):
        world.drafting.propose_again(Asker(PRIYA), run_key)
    with pytest.raises(NotFound):
        world.drafting.propose_again(Asker(TOM), "0" * 32)


def test_a_run_that_airflow_started_is_not_offered_again(world: World):
    world.watcher.step()
    world.airflow.start_elsewhere("nightly_cleanup", "scheduled__1")
    world.go_on(timedelta(minutes=2))

    with pytest.raises(NotFound):
        world.drafting.propose_again(Asker(TOM), last(world, "nightly_cleanup").run_key)


def test_its_button_stands_on_the_list_for_those_who_may(world: World, tom: Person):
    world.run_now()
    world.go_on(SOON)
    tom.type("#finance", "/schedule runs")
    told = tom.see("#finance", "Sales report")
    began = text_of(told.drawn["blocks"][1]["rows"][1][0])

    tom.choose("Act on a run", f"Run again: {began} Sales report", in_=told)
    tom.press("Run now", in_=tom.see("#finance", "Run Sales report now?"))
    world.go_on(SOON)

    assert len(world.starts()) == 2


def test_its_button_stands_on_the_card_of_a_run_that_was_stopped_or_is_done(world: World):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(SOON)
    world.running.stop(Asker(TOM), last(world, "build_warehouse").run_key)
    world.go_on(SOON)
    world.run_now()
    world.go_on(SOON)

    for title, end in (("Build warehouse", "was stopped"), ("Sales report", "is done")):
        latest = [each.edits[-1] for each in world.slack.posted if each.channel_id == FINANCE and each.edits]
        cards = [each for each in latest if title in each.text and end in each.text]
        assert [labels(each) for each in cards] == [["Run again", "Open in Airflow"]]


def labels(shown: Message) -> list[str]:
    rows = [block["elements"] for block in shown.blocks if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


@pytest.mark.parametrize(("who", "by"), [(TOM, "you"), (MAYA, f"<@{TOM.person_id}>")])
def test_what_runs_already_is_said_before_another_is_started(world: World, who: Somebody, by: str):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(SOON)

    draft = world.draft(who, dag_id="build_warehouse")
    shown = world.previews.show(Asker(who), draft.draft_id)

    assert shown.under_way is not None
    assert shown.under_way.person_id == TOM.person_id
    said = str(preview_message(shown).blocks)
    assert f"started by {by}. Start another?" in said


def test_nothing_is_said_where_nothing_runs_or_another_project_runs_it(world: World):
    world.run_now(dag_id="sales_report")
    world.go_on(SOON)
    assert world.previews.show(Asker(TOM), world.draft().draft_id).under_way is None
    with world.database.transaction() as tx:
        tx.shares.add(
            world.projects["HR"], "default", list(Action), at=world.clock.now(), dag_id="build_warehouse"
        )
    world.run_now(PRIYA, dag_id="build_warehouse", where=HR, seconds=600)
    world.go_on(SOON)

    draft = world.draft(dag_id="build_warehouse")
    assert world.previews.show(Asker(TOM), draft.draft_id).under_way is None


def test_a_schedule_that_is_drafted_says_nothing_of_what_runs(world: World):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(SOON)

    draft = world.draft(dag_id="build_warehouse", when="every day at 9am")
    assert world.previews.show(Asker(TOM), draft.draft_id).under_way is None


def test_a_running_card_says_how_long_the_job_usually_takes(world: World):
    for _ in range(3):
        world.run_now(dag_id="build_warehouse", seconds=60)
        world.go_on(timedelta(seconds=90))
    world.run_now(dag_id="build_warehouse", seconds=60)
    world.go_on(SOON)

    (running,) = [each.text for each in world.slack.posted if "is running" in each.text]
    assert "tasks done (usually takes 1 min" in running
