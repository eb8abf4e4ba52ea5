"""The manifest is valid by Slack's own schema, and says what the code does."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from bot.cli.check import NEEDED_SCOPES, OPTIONAL_SCOPES
from bot.settings import Settings
from tests.manifest import MANIFEST, ROOT

SLACKS_FACTS = ROOT.parent / "shared" / "data"
SOURCES = [path.read_text() for package in ("handlers", "bot") for path in (ROOT / package).rglob("*.py")]


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_it_is_valid_by_slacks_schema(version: str):
    path = SLACKS_FACTS / f"slack-manifest.schema.{version}.json"
    if not path.exists():
        pytest.skip(f"Slack's manifest schema is not kept in this repository, and {path} is not there")

    jsonschema.validate(MANIFEST, json.loads(path.read_text()))


def test_its_command_is_the_settings_default():
    (command,) = MANIFEST["features"]["slash_commands"]

    assert command["command"] == Settings.model_fields["command"].default


def test_its_scopes_are_those_that_check_asks_for():
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == NEEDED_SCOPES | OPTIONAL_SCOPES


def test_its_events_are_those_that_are_listened_to():
    found = {event for source in SOURCES for event in re.findall(r'app\.event\("(\w+)"\)', source)}
    listened = found - {"message"} | {"message.im"}

    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == listened
