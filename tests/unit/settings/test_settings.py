"""Settings: every problem at once, with its name; secrets never printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.log import _hide_secrets
from bot.settings import WrongSettings, read_settings, unknown_settings

if TYPE_CHECKING:
    from pathlib import Path

COMPLETE = {
    "RUNBELL_SLACK_BOT_TOKEN": "xoxb-secret",
    "RUNBELL_SLACK_APP_TOKEN": "xapp-secret",
    "RUNBELL_AIRFLOW_URL": "https://airflow.example.com",
    "RUNBELL_AIRFLOW_USERNAME": "runbell",
    "RUNBELL_AIRFLOW_PASSWORD": "hunter2",
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_they_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    given = {"RUNBELL_ADMINS": "U1, U2", "RUNBELL_LEAD_SECONDS": "30"}
    for name, value in {**COMPLETE, **given}.items():
        monkeypatch.setenv(name, value)

    settings = read_settings()

    assert settings.admins == ("U1", "U2")
    assert settings.lead.total_seconds() == 30
    assert settings.grace.total_seconds() == 600


def test_they_come_from_a_file(tmp_path: Path):
    lines = (f"{name}={value}" for name, value in COMPLETE.items())
    (tmp_path / ".env").write_text("\n".join(lines))

    assert read_settings().airflow_username == "runbell"


def test_every_problem_is_told_at_once_by_its_name():
    with pytest.raises(WrongSettings) as wrong:
        read_settings(airflow_url="airflow", slack_app_token="xoxb-wrong-kind", lead_seconds=-1)

    told = str(wrong.value)
    assert "RUNBELL_SLACK_BOT_TOKEN is not set" in told
    assert "RUNBELL_SLACK_APP_TOKEN: must start with xapp-" in told
    assert "RUNBELL_AIRFLOW_URL: must start with https://" in told
    assert "RUNBELL_LEAD_SECONDS" in told
    assert "wrong-kind" not in told


def test_a_way_into_airflow_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(WrongSettings, match="RUNBELL_AIRFLOW_USERNAME"):
        read_settings(airflow_username="")


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch):
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    printed = repr(read_settings())

    assert "xoxb-secret" not in printed
    assert "xapp-secret" not in printed
    assert "hunter2" not in printed


@pytest.mark.parametrize(
    "line",
    [
        "token xoxb-1234-abc",
        "Authorization: Bearer abc.def",
        "postgresql+psycopg://runbell:hunter2@db/runbell",
        "xapp-1-A-2-b",
    ],
)
def test_logs_hide_what_looks_like_a_secret(line: str):
    (hidden,) = _hide_secrets(None, "info", {"event": line}).values()

    assert "***" in hidden
    assert not {"1234", "abc.def", "hunter2", "xapp-1"} & set(
        hidden.replace(":", " ").replace("@", " ").split()
    )


def test_a_misspelt_setting_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("RUNBELL_COMAND=/jobs\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("RUNBELL_ADMIN", "U0ALEX")
    monkeypatch.setenv("runbell_grace_minutes", "3")

    assert unknown_settings() == [
        "RUNBELL_ADMIN is no setting. Is RUNBELL_ADMINS meant?",
        "RUNBELL_COMAND is no setting. Is RUNBELL_COMMAND meant?",
    ]


def test_an_address_with_a_password_is_refused_without_repeating_it():
    given = {
        "slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "airflow_token": "t", "_env_file": None,
    }  # fmt: skip

    for name in ("airflow_url", "airflow_public_url"):
        urls = {"airflow_url": "https://a.example.com", name: "https://bot:hunter2@a.example.com"}
        with pytest.raises(WrongSettings, match="no name and no password") as refused:
            read_settings(**given, **urls)
        assert "hunter2" not in str(refused.value)
