"""PagerDuty's address and routing keys, as the settings give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.settings import WrongSettings, read_settings
from bot.settings.pagers import WrongPagers, read_pagers

if TYPE_CHECKING:
    from pathlib import Path

KEY = "R0UTINGKEY123456"


def settings(url: str) -> str:
    given = {
        "slack_bot_token": "xoxb-1",
        "slack_app_token": "xapp-1",
        "airflow_url": "https://airflow.example.com",
        "airflow_token": "t",
    }
    return read_settings(**given, pagerduty_url=url, _env_file=None).pagerduty_url


@pytest.mark.parametrize("url", ["https://events.eu.pagerduty.com/v2/enqueue", "http://127.0.0.1:8080/x"])
def test_an_address_that_is_safe_is_taken(url: str):
    assert settings(url) == url


@pytest.mark.parametrize(
    "url",
    ["http://events.pagerduty.com/v2", "http://127.0.0.1.example.com/", "ftp://x", "", "https://u:p@x.io/"],
)
def test_an_address_that_would_show_the_routing_key_is_refused(url: str):
    with pytest.raises(WrongSettings, match=r"RUNBELL_PAGERDUTY_URL: must start with https"):
        settings(url)


def test_keys_are_read_from_files_and_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "key").write_text(f"{KEY}\n")
    monkeypatch.setenv("ON_CALL", KEY)
    file = tmp_path / "pagers.yaml"
    file.write_text(f"finance on-call: {{key_file: {tmp_path / 'key'}}}\nplatform: {{key_env: ON_CALL}}\n")

    assert read_pagers(file) == {"finance on-call": KEY, "platform": KEY}
    assert read_pagers(None) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("platform: R0UTINGKEY123456", "the key itself is never here"),
        ("platform: {key_env: NOT_SET}", "holds no routing key"),
        ("platform: {key_file: /none/such}", "cannot be read"),
        ("platform: {key_file: a, key_env: b}", "either"),
        ("- platform", "gives each name"),
        ("a: [", "cannot be read"),
        (f"{'x' * 61}: {{key_env: ON_CALL}}", "1 to 60 characters"),
    ],
)
def test_what_is_wrong_is_said_without_the_key(tmp_path: Path, text: str, words: str):
    file = tmp_path / "pagers.yaml"
    file.write_text(text)

    with pytest.raises(WrongPagers, match=words) as wrong:
        read_pagers(file)

    assert KEY not in str(wrong.value)
