"""What is no database, or is one no more, is said in a sentence."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.domain.errors import Rejected, Unavailable
from bot.health import Health
from storage.database import Database

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import SQLiteDatabases
    from tests.world import World


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "",
        "mysql://root:hunter2@host/x",
        "postgresql+nosuchdriver://me:hunter2@host/x",
        "sqlite+x:///y",
    ],
)
def test_an_address_of_no_database_is_refused_in_words_and_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    with pytest.raises(Rejected, match="RUNBELL_DATABASE_URL") as refusal:
        Database(url)
    assert "hunter2" not in str(refusal.value)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNBELL_DATABASE_URL", url)
    result = CliRunner().invoke(main, ["migrate"])
    assert result.exit_code == 1
    assert "RUNBELL_DATABASE_URL" in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("Dear database, " * 1000)
    database = Database(f"sqlite:///{tmp_path / 'letter.txt'}")

    with pytest.raises(Rejected, match="RUNBELL_DATABASE_URL: file is not a database"):
        database.migrate()

    database.close()


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_file_that_goes_away_under_a_running_bot_is_noticed(
    tmp_path: Path, sqlite_databases: SQLiteDatabases, world: World, how: str
):
    """Everything was answered on, out of nowhere, and lost at the next start."""
    path = tmp_path / "runbell.db"
    shutil.copy(sqlite_databases.template, path)
    database = Database(f"sqlite:///{path}")
    database.check()
    health = Health(database, world.slack, world.airflow, [])
    assert health.report()["checks"]["database"] == "ok"

    path.unlink()
    if how == "replaced":
        shutil.copy(sqlite_databases.template, tmp_path / "another.db")
        (tmp_path / "another.db").rename(path)

    for _ in range(2):
        with pytest.raises(Unavailable, match=f"was {how}"), database.transaction():
            pass
        database.close()  # of the pool's connections: the next is a new one, and could create the file
    report = health.report()
    assert not report["ready"]
    assert f"was {how}" in report["checks"]["database"]
    database.close()
