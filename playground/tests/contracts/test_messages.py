"""Behaviours 31 to 36: messages, their refusals, how they read, and rate limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

from playground.slack.description import ChannelDescription
from playground.slack.faults import broken, ratelimited
from playground.slack.server import start_workspace
from playground.tests.apps.lunch_app import MANIFEST, section
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.refusals import refusal, refused
from playground.tests.apps.running import wait_until

if TYPE_CHECKING:
    from playground.slack.clock import ManualClock
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from playground.tests.apps.raw_app import RawApp


# 31


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0HIDDEN", "text": "x"}, "channel_not_found"),
        ({"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
        ({"channel": "C0OLD", "text": "x"}, "is_archived"),
        ({"channel": "C0FINANCE", "text": "x", "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"channel": "C0FINANCE", "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": "C0FINANCE", "text": "x", "blocks": [section("y" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"channel": "C0FINANCE", "text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
        ({"channel": "C0FINANCE", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": "C0FINANCE", "text": "x", "metadata": ["x"]}, "invalid_metadata_format"),
        ({"channel": "C0FINANCE", "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"channel": "C0FINANCE", "text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    ],
)
def test_a_message_is_refused_as_slack_refuses_it(
    client: WebClient, arguments: dict[str, Any], error: str
) -> None:
    assert refused(client.chat_postMessage, **arguments) == error


def test_a_message_without_any_words_is_refused(client: WebClient) -> None:
    nothing = {"channel": "C0FINANCE", "text": " "}

    assert refused(client.api_call, api_method="chat.postMessage", json=nothing) == "no_text"


def test_invalid_blocks_are_explained_with_pointers(client: WebClient) -> None:
    answer = refusal(client.chat_postMessage, channel="C0FINANCE", text="x", blocks=[section("y" * 3001)])

    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]


def test_what_may_be_updated_and_deleted(fresh: RunningWorkspace, zoe: Person, client: WebClient) -> None:
    zoe.type("#finance", "mine")
    theirs = zoe.see("#finance", "mine").ts
    ts = client.chat_postMessage(channel="C0FINANCE", text="ours")["ts"]
    there: dict[str, Any] = {"channel": "C0FINANCE"}

    assert refused(client.chat_update, **there, ts=theirs, text="x") == "cant_update_message"
    assert refused(client.chat_delete, **there, ts=theirs) == "cant_delete_message"
    assert refused(client.chat_update, **there, ts="1.000001", text="x") == "message_not_found"
    assert refused(client.chat_update, **there, ts=ts, text="x" * 4001) == "msg_too_long"
    client.chat_delete(**there, ts=ts)
    zoe.see_no("#finance", "ours")
    assert "chat.update: msg_too_long" in fresh.driver.broken_rules()


def test_an_archived_channels_messages_stay_as_they_are(fresh: RunningWorkspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0FINANCE", text="ours")["ts"]

    fresh.driver.archive_channel("#finance", by="Ada")

    assert refused(client.chat_update, channel="C0FINANCE", ts=ts, text="x") == "is_inactive"
    reaction = {"channel": "C0FINANCE", "timestamp": ts, "name": "eyes"}
    assert refused(client.reactions_add, **reaction) == "is_archived"


def test_only_a_reply_can_be_shown_in_the_channel_later(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0FINANCE", text="ours", reply_broadcast=True)["ts"]

    again = {"channel": "C0FINANCE", "ts": ts, "text": "x", "reply_broadcast": True}
    assert refused(client.chat_update, **again) == "cant_broadcast_message"


def test_what_one_person_sees_starts_no_thread(client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel="C0FINANCE", user="U0ADA", text="psst")["message_ts"]

    reply = {"channel": "C0FINANCE", "text": "x", "thread_ts": ts}
    assert refused(client.chat_postMessage, **reply) == "cannot_reply_to_message"


def test_where_apps_may_not_post_all_ways_of_posting_are_refused(clock: ManualClock) -> None:
    quiet = ChannelDescription("C0QUIET", "quiet", ("U0ADA",), posting="read_only")
    threads = ChannelDescription("C0THREADS", "threads", ("U0ADA",), posting="threads_only")
    running = start_workspace(replace(DESCRIPTION, channels=(quiet, threads)), MANIFEST, clock=clock)
    client, later = WebClient(running.bot_token, base_url=running.api_url), int(clock.now()) + 60

    for channel, error in (("C0QUIET", "read_only_channel"), ("C0THREADS", "thread_only_channel")):
        there: dict[str, Any] = {"channel": channel, "text": "x"}
        assert refused(client.chat_postMessage, **there) == f"restricted_action_{error}"
        assert refused(client.chat_scheduleMessage, **there, post_at=later) == f"restricted_action_{error}"
        assert refused(client.chat_postEphemeral, **there, user="U0ADA") == "restricted_action"
    running.stop()


def test_only_what_is_posted_at_once_is_cut(client: WebClient, clock: ManualClock) -> None:
    long, there = "x" * 40_001, {"channel": "C0FINANCE"}

    assert refused(client.chat_postEphemeral, **there, user="U0ADA", text=long) == "msg_too_long"
    later = {**there, "post_at": int(clock.now()) + 60}
    assert refused(client.chat_scheduleMessage, **later, text=long) == "msg_too_long"


def test_metadata_comes_only_to_whoever_asks_for_it(client: WebClient) -> None:
    metadata = {"event_type": "ordered", "event_payload": {"dish": "soup"}}
    client.chat_postMessage(channel="C0FINANCE", text="x", metadata=metadata)

    plain = client.conversations_history(channel="C0FINANCE")["messages"][0]
    whole = client.conversations_history(channel="C0FINANCE", include_all_metadata=True)["messages"][0]
    assert "metadata" not in plain
    assert whole["metadata"] == metadata


def test_a_reply_shown_in_the_channel_is_told_as_such(raw: RawApp, zoe: Person, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0FINANCE", text="the card")["ts"]

    zoe.reply(zoe.see("#finance", "the card"), "for all", broadcast=True)

    wait_until(lambda: raw.last("message")["payload"]["event"]["text"] == "for all")
    event = raw.last("message")["payload"]["event"]
    assert (event["subtype"], event["root"]["ts"]) == ("thread_broadcast", ts)
    assert (
        client.conversations_replies(channel="C0FINANCE", ts=ts)["messages"][1]["subtype"] == event["subtype"]
    )


def test_quiet_lines_are_messages_too(raw: RawApp, zoe: Person) -> None:
    zoe.type("#finance", "/invite @Cleo")

    wait_until(lambda: raw.of("message"))
    assert raw.last("message")["payload"]["event"]["subtype"] == "channel_join"


def test_a_long_text_is_cut_with_a_warning(client: WebClient) -> None:
    answer = client.chat_postMessage(channel="C0FINANCE", text="x" * 40_001)

    assert answer["warning"] == "message_truncated"
    assert len(answer["message"]["text"]) == 40_000


def test_tokens_are_refused_by_what_is_wrong_with_them(fresh: RunningWorkspace, client: WebClient) -> None:
    assert refused(WebClient("xoxb-wrong", base_url=fresh.api_url).auth_test) == "invalid_auth"
    assert refused(WebClient(base_url=fresh.api_url).auth_test) == "not_authed"
    assert refused(client.api_call, api_method="chat.dance") == "unknown_method"
    missing = refusal(client.team_info)
    assert (missing["error"], missing["needed"]) == ("missing_scope", "team:read")
    assert "chat:write" in missing["provided"]
    fresh.driver.faults.token_revoked = True
    assert refused(client.auth_test) == "token_revoked"


def test_slacks_own_scheduling_refuses_the_past_and_the_far(
    client: WebClient, clock: ManualClock, zoe: Person
) -> None:
    now = int(clock.now())

    there: dict[str, Any] = {"channel": "C0FINANCE", "text": "later"}
    assert refused(client.chat_scheduleMessage, **there, post_at=now - 1) == "time_in_past"
    assert refused(client.chat_scheduleMessage, **there, post_at=now + 121 * 86_400) == "time_too_far"
    client.chat_scheduleMessage(**there, post_at=now + 60)
    assert len(client.chat_scheduledMessages_list()["scheduled_messages"]) == 1
    clock.forward(61)
    zoe.see("#finance", "later")


# 32


def test_an_update_with_text_alone_takes_the_blocks_away_and_notifies_nobody(
    zoe: Person, client: WebClient
) -> None:
    there: dict[str, Any] = {"channel": "C0FINANCE"}
    ts = client.chat_postMessage(**there, text="fallback", blocks=[section("*Blocks*")])["ts"]
    seen = zoe.see("#finance", "Blocks")
    assert (seen.text, seen.fallback) == ("Blocks", "fallback")
    zoe.read("#finance")

    client.chat_update(**there, ts=ts, text="only text")

    edited = zoe.again(seen, "only text")
    assert edited.edited
    assert zoe.unread("#finance") == 0


def test_an_ephemeral_message_cannot_be_updated_by_the_web_api(client: WebClient) -> None:
    there: dict[str, Any] = {"channel": "C0FINANCE"}
    ts = client.chat_postEphemeral(**there, user="U0ADA", text="psst")["message_ts"]

    assert refused(client.chat_update, **there, ts=ts, text="x") == "message_not_found"


# 33


def test_an_ephemeral_message_is_for_one_member_and_in_no_history(
    fresh: RunningWorkspace, zoe: Person, client: WebClient
) -> None:
    there: dict[str, Any] = {"channel": "C0FINANCE"}
    client.chat_postEphemeral(**there, user="U0ADA", text="psst")

    assert zoe.see("#finance", "psst").ephemeral
    fresh.driver.as_person("Ben").see_no("#finance", "psst")
    assert client.conversations_history(**there)["messages"] == []
    assert refused(client.chat_postEphemeral, **there, user="U0GUS", text="x") == "user_not_in_channel"
    fresh.driver.faults.lose_ephemerals = True
    client.chat_postEphemeral(**there, user="U0ADA", text="lost")
    zoe.see_no("#finance", "lost")


# 34


def test_posting_to_a_person_opens_their_direct_messages(
    fresh: RunningWorkspace, zoe: Person, client: WebClient
) -> None:
    channel = client.chat_postMessage(channel="U0ADA", text="just you")["channel"]

    assert channel.startswith("D")
    assert zoe.see("@Lunch", "just you")
    assert zoe.unread("@Lunch") == 1
    assert client.conversations_open(users="U0ADA")["channel"]["id"] == channel
    fresh.driver.as_person("Ben").see_no("@Lunch", "just you")


def test_a_public_channel_takes_strangers_with_the_scope_for_it() -> None:
    scopes = [*MANIFEST["oauth_config"]["scopes"]["bot"], "chat:write.public"]
    running = start_workspace(DESCRIPTION, {**MANIFEST, "oauth_config": {"scopes": {"bot": scopes}}})
    client = WebClient(running.bot_token, base_url=running.api_url)

    client.chat_postMessage(channel="#random", text="hello")

    running.driver.as_person("Ada").see("#random", "hello")
    running.stop()


# 35


def test_marks_read_as_people_read_them(zoe: Person, fresh: RunningWorkspace, client: WebClient) -> None:
    at = 1777620600  # 1 May 2026, 07:30 UTC
    date = f"<!date^{at}^{{date_num}} {{time}}|then>"
    words = f"<@U0BEN> <#C0HIDDEN> &lt;b&gt; :tada: <!subteam^S0MONEY> {date} <https://e.org|here>"

    client.chat_postMessage(channel="C0FINANCE", text=words)

    assert zoe.see("#finance", "Ben").text == "@Ben 🔒 private channel <b> 🎉 @money 2026-05-01 9:30 AM here"
    ben = fresh.driver.as_person("Ben")
    assert ben.see("#finance", "Ben").text == "@Ben #hidden <b> 🎉 @money 2026-05-01 1:00 PM here"


def test_what_a_person_types_is_escaped_by_their_client(raw: RawApp, zoe: Person) -> None:
    zoe.type("#finance", "1 < 2 & @Ben sees https://example.com")

    wire = raw.last("message")["payload"]["event"]
    assert wire["text"] == "1 &lt; 2 &amp; <@U0BEN> sees <https://example.com>"
    assert zoe.see("#finance", "1 < 2 & @Ben sees https://example.com")


# 36


def test_a_method_called_too_often_waits_and_others_do_not(client: WebClient, clock: ManualClock) -> None:
    for _ in range(20):
        client.users_list()

    answer = refusal(client.users_list)

    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "60"
    client.auth_test()
    clock.forward(61)
    client.users_list()


def test_a_channel_takes_about_a_message_a_second_with_bursts(client: WebClient, clock: ManualClock) -> None:
    there: dict[str, Any] = {"channel": "C0FINANCE", "text": "x"}
    for _ in range(10):
        client.chat_postMessage(**there)

    assert refusal(client.chat_postMessage, **there).headers["Retry-After"] == "1"
    client.chat_postMessage(channel="C0SECRET", text="x")
    clock.forward(1)
    client.chat_postMessage(**there)


def test_troubles_come_on_request(fresh: RunningWorkspace, client: WebClient) -> None:
    fresh.driver.faults.plan("chat.postMessage", ratelimited(7))
    fresh.driver.faults.plan("chat.postMessage", broken())
    there: dict[str, Any] = {"channel": "C0FINANCE", "text": "x"}

    assert refusal(client.chat_postMessage, **there).headers["Retry-After"] == "7"
    answer = refusal(client.chat_postMessage, **there)
    assert (answer.status_code, answer["error"]) == (500, "internal_error")
    client.chat_postMessage(**there)
