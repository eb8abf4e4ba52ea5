"""The setting RUNBELL_FAILURE_PATTERNS_FILE: read at the start, or refused with what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.settings import Settings, WrongSettings
from bot.wiring import patterns_of

if TYPE_CHECKING:
    from pathlib import Path


def settings(path: Path | None) -> Settings:
    return Settings(
        slack_bot_token=SecretStr("xoxb-1"),
        slack_app_token=SecretStr("xapp-1"),
        airflow_url="http://airflow.example.com",
        airflow_username="runbell",
        airflow_password=SecretStr("x"),
        failure_patterns_file=path,
        _env_file=None,  # type: ignore[call-arg]  # what pydantic takes beside the fields
    )


def test_without_the_setting_there_are_none():
    assert patterns_of(settings(None)).patterns == ()


def test_the_file_is_read(tmp_path: Path):
    path = tmp_path / "patterns.yaml"
    path.write_text("- {match: refused, means: the database is down}")

    (pattern,) = patterns_of(settings(path)).patterns
    assert pattern.means == "the database is down"


def test_what_is_wrong_in_it_is_told_with_the_setting_and_the_line(tmp_path: Path):
    path = tmp_path / "patterns.yaml"
    path.write_text("- {match: refused}\n- {regex: '(', means: a}")

    with pytest.raises(WrongSettings) as wrong:
        patterns_of(settings(path))

    first, second = str(wrong.value).splitlines()
    assert first.startswith("RUNBELL_FAILURE_PATTERNS_FILE: ")
    assert first.endswith("line 1, column 3: a pattern needs `means`")
    assert "line 2" in second


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(WrongSettings, match="cannot be read"):
        patterns_of(settings(tmp_path / "none.yaml"))
