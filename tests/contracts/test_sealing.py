"""Secret inputs are kept sealed, on both databases: Airflow is given them, and nobody else can read them."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update

from bot.domain.errors import NotUnderstood
from bot.domain.sealed import SEALED
from bot.rules.access import Asker
from bot.settings import WrongSettings, read_settings
from storage.database import Database
from storage.secrets import Secrets
from storage.tables import schedules
from tests import company
from tests.kept import dump
from tests.world import NINE, TOM, World

if TYPE_CHECKING:
    from pathlib import Path

    from storage.transaction import Transaction

GIVEN: dict[str, Any] = {"api_token": company.SECRET}
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def firm(world: World) -> World:
    company.move_in(world)
    return world


@pytest.mark.both_databases
def test_airflow_is_given_what_the_database_keeps_sealed(firm: World):
    firm.run_now(dag_id=company.SHARED_JOB, **GIVEN)
    schedule = firm.schedule("every day at 9:00", dag_id=company.SHARED_JOB, **GIVEN)
    again = firm.drafting.propose_run(Asker(TOM), schedule.schedule_id).draft
    firm.previews.confirm(Asker(TOM), again.draft_id)

    firm.go_to(NINE + timedelta(minutes=1))

    posted = [call.arguments for call in firm.airflow.calls_of("start")]
    assert len(posted) == 3
    assert all(company.SECRET in repr(each) for each in posted)
    kept = json.dumps(dump(firm.database), default=str)
    assert company.SECRET not in kept
    assert kept.count(SEALED) >= 7


@pytest.mark.both_databases
def test_what_was_written_before_still_runs_and_is_sealed_at_the_next_start(firm: World):
    schedule = firm.schedule("every day at 9:00", dag_id=company.SHARED_JOB, **GIVEN)
    with firm.database.transaction() as tx:
        _write_in_clear(tx, schedule.schedule_id)

    sealed = firm.database.seal_kept(firm.airflow.deployment)
    again = firm.database.seal_kept(firm.airflow.deployment)

    assert (sealed, again) == (1, 0)
    assert company.SECRET not in json.dumps(dump(firm.database), default=str)
    firm.go_to(NINE + timedelta(minutes=1))
    assert company.SECRET in repr(firm.airflow.calls_of("start"))


@pytest.mark.both_databases
def test_one_that_is_in_clear_runs_as_it_is(firm: World):
    schedule = firm.schedule("every day at 9:00", dag_id=company.SHARED_JOB, **GIVEN)
    with firm.database.transaction() as tx:
        _write_in_clear(tx, schedule.schedule_id)

    firm.go_to(NINE + timedelta(minutes=1))

    assert company.SECRET in repr(firm.airflow.calls_of("start"))


@pytest.mark.both_databases
def test_when_the_key_is_gone_the_run_is_refused_in_words_and_others_go_on(firm: World):
    firm.schedule("every day at 9:00", dag_id=company.SHARED_JOB, **GIVEN)
    firm.schedule("every day at 9:00")
    firm.database.secrets = Secrets([NEW])

    firm.go_to(NINE + timedelta(minutes=1))

    assert [call.arguments[0] for call in firm.airflow.calls_of("start")] == ["sales_report"]
    firm.notifier.step()
    told = "\n".join(firm.slack.texts(TOM.person_id))
    assert "its secret inputs cannot be read any more" in told


@pytest.mark.both_databases
def test_without_a_key_a_secret_is_refused_and_the_rest_is_not(firm: World):
    firm.database.secrets = Secrets([])

    firm.run_now(dag_id=company.SHARED_JOB, note="no secret")
    with pytest.raises(NotUnderstood, match="RUNBELL_SECRETS_KEY") as refused:
        firm.draft(dag_id=company.SHARED_JOB, **GIVEN)

    assert refused.value.field == "api_token"


def test_a_new_key_seals_and_an_old_one_still_opens():
    before = Secrets([OLD]).seal({"pin": 4711, "note": "x"}, ["pin"])

    after = Secrets([NEW, OLD])

    assert after.open(before) == {"pin": 4711, "note": "x"}
    assert Secrets([NEW]).open(after.seal({"pin": 1}, ["pin"])) == {"pin": 1}
    assert Secrets([NEW]).open(before) == {"note": "x"}
    assert Secrets([NEW]).unreadable(before) == ["pin"]


def test_sqlite_has_a_key_beside_it_and_both_are_for_their_owner_alone(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'runbell.db'}"

    sealed = Database(url).secrets.seal(GIVEN, GIVEN)

    assert Database(url).secrets.open(sealed) == GIVEN
    for name in ("runbell.db", "runbell.db.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_postgresql_has_none_unless_one_is_set():
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"

    assert not Database(url).secrets.can_seal
    assert Database(url, [NEW]).secrets.can_seal


def test_what_is_no_key_is_refused_with_how_to_make_one():
    known = {
        "slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "airflow_url": "https://a.example.com",
        "airflow_token": "t", "_env_file": None,
    }  # fmt: skip

    with pytest.raises(WrongSettings, match=r"RUNBELL_SECRETS_KEY.*generate_key"):
        read_settings(**known, secrets_key="hunter2")

    assert read_settings(**known, secrets_key=f"{NEW}, {OLD}").secrets_keys == [NEW, OLD]


def _write_in_clear(tx: Transaction, schedule_id: str) -> None:
    """As it was written before secrets were sealed."""
    tx.connection.execute(
        update(schedules).where(schedules.c.schedule_id == schedule_id).values(inputs=GIVEN)
    )
