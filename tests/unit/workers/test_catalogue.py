"""The catalogue of a company: a job that cannot be read, a new one among thousands, a slow Airflow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Unavailable
from bot.domain.job import JobKey
from bot.workers.mirrors import jobs as cataloguing
from bot.workers.mirrors.jobs import Catalogue

if TYPE_CHECKING:
    from bot.domain.job import Input
    from tests.world import World

BROKEN = Unavailable("Airflow", "500: Internal Server Error")


def inputs_of(world: World, dag_id: str) -> tuple[Input, ...]:
    with world.database.transaction() as tx:
        job = tx.jobs.get(JobKey(world.airflow.deployment, dag_id))
    assert job is not None
    return job.inputs


def refuse(world: World, monkeypatch: pytest.MonkeyPatch, *dag_ids: str) -> list[str]:
    """Details that Airflow answers with 500; who is asked for."""
    job, asked = world.airflow.job, []

    def asked_for(dag_id: str) -> Any:
        asked.append(dag_id)
        if dag_id in dag_ids:
            raise BROKEN
        return job(dag_id)

    monkeypatch.setattr(world.airflow, "job", asked_for)
    return asked


def forget_inputs(world: World) -> None:
    with world.database.transaction() as tx:
        tx.jobs.keep_inputs(dict.fromkeys(tx.jobs.shared(world.airflow.deployment), ()))


def share(world: World, *dag_ids: str) -> None:
    like = world.airflow.job("sales_report")
    assert like is not None
    for dag_id in dag_ids:
        world.airflow.add(replace(like, key=JobKey(world.airflow.deployment, dag_id)))


def test_a_job_that_cannot_be_read_keeps_no_other_from_having_its_inputs(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    forget_inputs(world)
    refuse(world, monkeypatch, "build_warehouse")

    world.catalogue.step()

    assert inputs_of(world, "sales_report")
    assert inputs_of(world, "import_orders")


def test_while_airflow_answers_nothing_it_is_not_asked_for_every_job(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    names = [f"job_{number:03}" for number in range(30)]
    share(world, *names)
    asked = refuse(world, monkeypatch, *names)

    with pytest.raises(Unavailable):
        world.catalogue.step()

    assert len(asked) == 3


def test_a_new_job_has_its_inputs_at_once_however_many_there_are(world: World):
    share(world, *(f"job_{number:03}" for number in range(120)))
    for _ in range(3):
        world.catalogue.step()

    share(world, "zzz_new")
    world.catalogue.step()

    assert inputs_of(world, "zzz_new")


@pytest.mark.slow
def test_a_step_comes_to_an_end_while_airflow_is_slow_and_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    names = [f"job_{number:03}" for number in range(40)]
    share(world, *names)
    passed = [0.0]

    def wait() -> None:
        passed[0] += 2.0

    world.airflow.before_call = wait
    monkeypatch.setattr(cataloguing, "monotonic", lambda: passed[0])
    catalogue = Catalogue(world.database, world.clock, world.airflow, "here")

    catalogue.step()
    assert passed[0] <= 2.0 + cataloguing.READS_FOR + 2.0
    for _ in range(6):
        catalogue.step()

    assert all(inputs_of(world, each) for each in names)


def test_jobs_that_cannot_be_read_among_others_that_can_are_no_trouble_of_airflow(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    names = [f"job_{number:03}" for number in range(10)]
    share(world, *names)
    forget_inputs(world)
    refuse(world, monkeypatch, *names[::2])

    world.catalogue.step()

    assert all(inputs_of(world, each) for each in names[1::2])
