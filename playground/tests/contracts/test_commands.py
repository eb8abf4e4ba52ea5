"""Behaviours 18 to 21: slash commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.tests.apps.lunch_app import LunchApp
    from playground.tests.apps.raw_app import RawApp

FIELDS = {
    "token",
    "team_id",
    "team_domain",
    "channel_id",
    "channel_name",
    "user_id",
    "user_name",
    "command",
    "text",
    "api_app_id",
    "is_enterprise_install",
    "response_url",
    "trigger_id",
}


def sent(raw: RawApp, command: str) -> dict[str, Any]:
    payload: dict[str, Any] = raw.last(command)["payload"]
    return payload


# 18


def test_a_command_has_slacks_fields_and_no_more(raw: RawApp, zoe: Person) -> None:
    zoe.type("#finance", "/lunch soup")

    payload = sent(raw, "/lunch")
    assert set(payload) == FIELDS
    assert payload["text"] == "soup"
    assert payload["channel_name"] == "finance"
    assert payload["is_enterprise_install"] == "false"


@pytest.mark.parametrize(("where", "name"), [("#secret", "privategroup"), ("@Lunch", "directmessage")])
def test_private_places_are_not_named(raw: RawApp, zoe: Person, where: str, name: str) -> None:
    zoe.type(where, "/lunch")

    assert sent(raw, "/lunch")["channel_name"] == name


def test_commands_do_not_work_in_threads(raw: RawApp, zoe: Person) -> None:
    zoe.type("#finance", "a topic")
    topic = zoe.see("#finance", "a topic")

    zoe.reply(topic, "/lunch")

    assert zoe.see("#finance", "/lunch is not supported in threads", thread=topic).ephemeral
    assert raw.of("/lunch") == []


# 19


def test_escaping_turns_names_and_addresses_into_their_marks(raw: RawApp, zoe: Person) -> None:
    zoe.type(
        "#finance", "/echo @Ben in #finance and #secret see https://example.com/?a=1&b=2 <now> & then @money"
    )

    assert sent(raw, "/echo")["text"] == (
        "<@U0BEN> in <#C0FINANCE|finance> and <#C0SECRET|> see "
        "<https://example.com/?a=1&amp;b=2> &lt;now&gt; &amp; then <!subteam^S0MONEY>"
    )


def test_without_escaping_the_text_arrives_as_typed(raw: RawApp, zoe: Person) -> None:
    zoe.type("#finance", "/lunch @Ben in #finance <3")

    assert sent(raw, "/lunch")["text"] == "@Ben in #finance <3"


# 20


def test_an_answer_in_the_channel_shows_the_command_too(ada: Person, ben: Person, app: LunchApp) -> None:
    del app
    ada.type("#finance", "/lunch public")

    assert ben.see("#finance", "Lunch is at noon").author == "Lunch"
    assert ben.see("#finance", "/lunch public").author == "Ada"


# 21


def test_only_the_manifests_commands_exist(raw: RawApp, zoe: Person) -> None:
    zoe.type("#finance", "/dinner now")

    assert zoe.see("#finance", "/dinner is not a command here").ephemeral
    assert [each for each in raw.frames if each["type"] == "slash_commands"] == []


@pytest.mark.parametrize("typed", ["  soup  ", "“soup”", "soup\u00a0now", "it’s", "soup\nbread"])
def test_what_clients_really_send_arrives_untouched(raw: RawApp, zoe: Person, typed: str) -> None:
    zoe.type("#finance", f"/lunch {typed}")

    assert sent(raw, "/lunch")["text"] == typed
