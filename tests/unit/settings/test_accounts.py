"""Accounts of projects: read from a file that holds no secret, and used for what is theirs alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Unavailable
from bot.domain.job import JobKey
from bot.gateways.airflow import AirflowByProject
from bot.rules.access import Asker
from bot.settings.accounts import WrongAccounts, read_accounts
from bot.workers.dispatcher import Dispatcher
from tests.fakes.airflow import FakeAirflow
from tests.fakes.sample_jobs import add_sample_jobs
from tests.latest import latest_run
from tests.world import PRIYA, TOM

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world import World


def test_a_password_comes_from_a_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "finance").write_text("from a file\n")
    monkeypatch.setenv("HR_PASSWORD", "from outside")
    path = tmp_path / "accounts.yaml"
    path.write_text(
        f"Finance: {{username: finance, password_file: {tmp_path}/finance}}\n"
        "HR: {username: hr, password_env: HR_PASSWORD}\n"
    )

    found = read_accounts(path)

    passwords = {name: (each.username, each.password.get_secret_value()) for name, each in found.items()}
    assert passwords == {"Finance": ("finance", "from a file"), "HR": ("hr", "from outside")}
    assert "from a file" not in repr(found)
    assert read_accounts(None) == {}


def test_everything_that_is_wrong_is_told_at_once_without_a_secret(tmp_path: Path):
    path = tmp_path / "accounts.yaml"
    path.write_text(
        "A: {username: a, password: hunter2}\n"
        "B: {username: b}\n"
        "C: {username: c, password_file: /nowhere/at/all}\n"
        "D: {username: d, password_env: NOT_SET_ANYWHERE}\n"
        "E: hunter2\n"
    )

    with pytest.raises(WrongAccounts) as refusal:
        read_accounts(path)

    told = str(refusal.value)
    named = [line.split(": ")[1] for line in told.splitlines()]
    assert list(dict.fromkeys(named)) == ["A", "B", "C", "D", "E"]
    assert "hunter2" not in told
    with pytest.raises(WrongAccounts, match="cannot be read"):
        read_accounts(tmp_path / "missing.yaml")


class Offices:
    """Finance has an account of its own, HR has not."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.finance = FakeAirflow(world.clock)
        add_sample_jobs(self.finance)
        self.airflow = AirflowByProject(world.airflow, {"Finance": self.finance}, self._project_of)
        world.running._airflows = {"default": self.airflow}
        world.dispatcher = Dispatcher(
            world.database, world.clock, {"default": self.airflow}, world.timing, senders=1
        )

    def _project_of(self, run_id: str) -> str | None:
        assert not self.world.database.in_transaction
        with self.world.database.transaction() as tx:
            return tx.firings.project_name(run_id.removeprefix("runbell__"))


@pytest.fixture
def offices(world: World) -> Offices:
    return Offices(world)


def test_a_projects_runs_are_started_with_its_own_account(offices: Offices):
    offices.world.run_now(TOM)
    offices.world.run_now(PRIYA, dag_id="payroll", where="C0PEOPLE", month="2026-02")
    offices.world.dispatcher.step()

    assert [each.arguments[0] for each in offices.finance.calls_of("start")] == ["sales_report"]
    assert [each.arguments[0] for each in offices.world.airflow.calls_of("start")] == ["payroll"]


def test_and_stopped_with_it_and_its_logs_are_read_with_it(offices: Offices):
    world = offices.world
    world.run_now(TOM)
    world.dispatcher.step()
    with world.database.transaction() as tx:
        run = latest_run(tx, world.projects["Finance"], JobKey("default", "sales_report"))

    world.running.stop(Asker(TOM), run.run_key)
    world.running.log(Asker(TOM), run.run_key)

    asked = [each.name for each in offices.finance.calls]
    assert {"stop", "failure"} <= set(asked)
    assert not world.airflow.calls_of("stop")


def test_an_account_that_is_refused_is_not_replaced_by_another(offices: Offices):
    offices.finance.fail_next(Unavailable("Airflow", "it refuses the bot's name and password", not_done=True))
    offices.world.run_now(TOM)

    offices.world.dispatcher.step()

    assert not offices.world.airflow.calls_of("start")
    offices.world.clock.advance(timedelta(seconds=5))
    offices.world.dispatcher.step()
    assert offices.finance.calls_of("start")


def test_what_belongs_to_no_project_is_the_defaults(offices: Offices):
    offices.airflow.set_paused("sales_report", paused=True)
    assert offices.airflow.run("sales_report", "scheduled__2026") is None

    assert not offices.finance.calls
    assert offices.world.airflow.calls_of("set_paused")
