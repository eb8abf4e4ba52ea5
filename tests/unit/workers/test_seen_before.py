"""A failure says how often it was seen, what helped, what changed, and what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.job import JobSettings
from bot.domain.reason import DagVersion, Seen
from bot.domain.rights import Action
from bot.domain.run import RunState
from bot.language.failure_patterns import read_patterns
from bot.rules import project_edits
from bot.rules.access import Asker
from bot.rules.run_card import run_card
from bot.workers.watcher import Watcher
from tests.latest import latest_run
from tests.world import FINANCE, HR, MAYA, PRIYA, TOM

if TYPE_CHECKING:
    from bot.domain.card import RunCard
    from bot.domain.project import Person
    from tests.world import World

pytestmark = pytest.mark.both_databases
SOON = timedelta(seconds=20)


def failing(world: World, who: Person = TOM, *, where: str = FINANCE, wish: str = "always") -> RunCard:
    world.run_now(who, dag_id="import_orders", fail=wish, where=where)
    world.go_on(SOON)
    return card(world, "Finance" if where == FINANCE else "HR")


def card(world: World, project: str = "Finance") -> RunCard:
    key = world.airflow.job("import_orders").key
    with world.database.transaction() as tx:
        run = latest_run(tx, world.projects[project], key)
        found = run_card(tx, run.run_key, {"default": world.airflow})
    assert found is not None
    return found


def told(world: World) -> str:
    """Return all that is shown of failures now: an incident's message is edited in place."""
    shown = [(each.edits or [each.message])[-1] for each in world.slack.posted]
    return str([each.blocks for each in shown if "failed" in each.text])


@pytest.mark.slow
def test_how_often_within_a_week_and_whose_retry_helped_last_time(world: World):
    first = failing(world, wish="once")
    assert first.seen == Seen(1)
    world.running.retry(Asker(TOM), first.run.run_key)
    world.go_on(SOON)
    assert card(world).run.state is RunState.DONE

    second = failing(world)

    assert second.seen == Seen(2, TOM.person_id)
    assert "Second time this week; last time <@U0TOM>’s Retry helped." in told(world)
    world.clock.advance(timedelta(days=8))
    assert failing(world).seen == Seen(1, TOM.person_id)


@pytest.mark.slow
def test_a_run_that_fails_again_after_a_retry_counts_once(world: World):
    first = failing(world)
    world.running.retry(Asker(TOM), first.run.run_key)
    world.go_on(SOON)

    again = card(world)

    assert again.run.state is RunState.FAILED
    assert again.seen == Seen(1)
    assert again.run.failure is not None
    assert (again.run.failure.try_number, again.run.failure.not_run) == (2, 1)


@pytest.mark.slow
def test_what_another_project_saw_of_a_shared_job_is_its_own(world: World):
    with world.database.transaction() as tx:
        tx.shares.add(
            world.projects["HR"], "default", list(Action), at=world.clock.now(), dag_id="import_orders"
        )
    hers = failing(world, PRIYA, where=HR, wish="once")
    world.running.retry(Asker(PRIYA), hers.run.run_key)
    world.go_on(SOON)

    assert failing(world).seen == Seen(1)


@pytest.mark.slow
def test_that_the_job_was_changed_since_it_last_worked(world: World):
    made_at = world.clock.now() - timedelta(days=3)
    world.airflow.versions["import_orders"] = DagVersion(11, made_at)
    failing(world, wish="no")
    assert failing(world).changed is None, "it worked with this version"

    newer = DagVersion(12, world.clock.now())
    world.airflow.versions["import_orders"] = newer

    assert failing(world).changed == newer
    world.go_on(timedelta(minutes=2))  # an incident's message is edited at its pace
    assert "(version 12)" in told(world)


@pytest.mark.slow
def test_where_airflow_counts_no_versions_nothing_is_said_of_them(world: World):
    failing(world, wish="no")

    assert failing(world).changed is None
    assert "was changed" not in told(world)


def test_a_pattern_and_the_runbook_say_what_to_do(world: World):
    patterns = read_patterns(
        "- match: orders were refused\n  means: the shop sent rows twice\n  do: press Retry"
    )
    world.watcher = Watcher(world.database, world.clock, world.airflow, "here", patterns)
    job = world.airflow.job("import_orders")
    edit = project_edits.set_job(job, JobSettings(runbook="Ask #shop."))
    world.managing.edit(Asker(MAYA), world.projects["Finance"], edit)

    failing(world)

    assert "*This usually means:* the shop sent rows twice. press Retry." in told(world)
    assert "*What to do:* Ask #shop." in told(world)
