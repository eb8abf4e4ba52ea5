"""Behaviours 37 to 41: people, members, user groups, what changes around the app, OAuth."""

from __future__ import annotations

import dataclasses
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient
from slack_sdk.oauth import AuthorizeUrlGenerator

from playground.slack.description import ChannelDescription, PersonDescription, TeamDescription
from playground.slack.server import start_workspace
from playground.tests.apps.lunch_app import MANIFEST, button
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.raw_app import RawApp
from playground.tests.apps.refusals import refused
from playground.tests.apps.running import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from playground.slack.clock import ManualClock
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace


# 37


def test_a_persons_zone_is_theirs_absent_or_odd(client: WebClient, clock: ManualClock) -> None:
    clock.moment = 1_767_225_600.0  # 1 January 2026: summer on Lord Howe

    ada = client.users_info(user="U0ADA")["user"]
    assert (ada["tz"], ada["tz_offset"]) == ("Europe/Berlin", 3600)
    assert client.users_info(user="U0BEN")["user"]["tz_offset"] == 19_800
    assert client.users_info(user="U0LORD")["user"]["tz_offset"] == 39_600
    cleo = client.users_info(user="U0CLEO")["user"]
    assert not {"tz", "tz_label", "tz_offset"} & set(cleo)
    clock.forward(180 * 86_400)
    assert client.users_info(user="U0ADA")["user"]["tz_offset"] == 7200
    assert client.users_info(user="U0LORD")["user"]["tz_offset"] == 37_800


def test_people_differ_as_in_real_directories(client: WebClient) -> None:
    people = {each["id"]: each for each in client.users_list(include_locale=True)["members"]}

    assert people["U0GUS"]["is_restricted"] is True
    assert people["U0DORA"]["deleted"] is True
    assert "is_restricted" not in people["U0DORA"]
    assert people["U0OTHERBOT"]["is_bot"] is True
    assert people["U0BEN"]["profile"]["display_name"] == ""
    assert people["U0ADA"]["locale"] == "en-US"
    assert "locale" not in client.users_info(user="U0ADA")["user"]
    assert "email" not in people["U0ADA"]["profile"]
    assert refused(client.users_info, user="U0NOBODY") == "user_not_found"
    assert refused(client.users_lookupByEmail, email="ada@example.com") == "missing_scope"


def test_what_a_stranger_does_in_a_shared_channel_names_their_workspace() -> None:
    far = PersonDescription("U0FAR", "Far", team="T0ELSEWHERE")
    shared = ChannelDescription("C0SHARED", "shared", ("U0FAR",), shared_with_other_teams=True)
    events = {"bot_events": ["message.channels"]}
    running = start_workspace(
        dataclasses.replace(DESCRIPTION, people=(far,), channels=(shared,)),
        {**MANIFEST, "settings": {**MANIFEST["settings"], "event_subscriptions": events}},
    )
    app, own = RawApp(running).connect(), DESCRIPTION.team.id
    client = WebClient(running.bot_token, base_url=running.api_url)
    client.chat_postMessage(
        channel="C0SHARED", text="x", blocks=[{"type": "actions", "elements": [button("Press", "press")]}]
    )
    person = running.driver.as_person("Far")
    person.press("Press", in_=person.see("#shared", "Press"))
    person.type("#shared", "hello")
    wait_until(lambda: app.of("message") and app.last("message")["payload"]["event"]["text"] == "hello")

    pressed, envelope = app.last("block_actions")["payload"], app.last("message")["payload"]
    assert (pressed["user"]["team_id"], pressed["team"]["id"]) == ("T0ELSEWHERE", own)
    assert (envelope["team_id"], envelope["context_team_id"]) == ("T0ELSEWHERE", own)
    assert envelope["is_ext_shared_channel"]
    app.close()
    running.stop()


def test_admins_owners_and_strangers_are_told_apart() -> None:
    people = (
        PersonDescription("U0ADMIN", "Ann", admin=True),
        PersonDescription("U0OWNER", "Olaf", owner=True),
        PersonDescription("U0FIRST", "Fay", primary_owner=True),
        PersonDescription("U0FAR", "Far", team="T0ELSEWHERE"),
    )
    running = start_workspace(dataclasses.replace(DESCRIPTION, people=people, channels=()), MANIFEST)
    client = WebClient(running.bot_token, base_url=running.api_url)
    seen = {each["name"]: each for each in client.users_list()["members"]}

    ranks = ("is_admin", "is_owner", "is_primary_owner")
    assert [seen["ann"][each] for each in ranks] == [True, False, False]
    assert [seen["olaf"][each] for each in ranks] == [True, True, False]
    assert [seen["fay"][each] for each in ranks] == [True, True, True]
    assert (seen["far"]["is_stranger"], seen["far"]["team_id"]) == (True, "T0ELSEWHERE")
    running.stop()


# 38


def crowded(people: int) -> RunningWorkspace:
    crowd = tuple(PersonDescription(f"U{each:05}", f"Person {each}") for each in range(people))
    channel = ChannelDescription("C0CROWD", "crowd", tuple(each.id for each in crowd))
    return start_workspace(dataclasses.replace(DESCRIPTION, people=crowd, channels=(channel,)), MANIFEST)


def test_members_come_in_pages_of_ids_until_the_cursor_is_empty() -> None:
    running = crowded(230)
    client = WebClient(running.bot_token, base_url=running.api_url)

    pages = [page["members"] for page in client.conversations_members(channel="C0CROWD")]

    assert [len(each) for each in pages] == [100, 100, 31]
    assert pages[2][-1] == client.auth_test()["user_id"]
    assert refused(client.conversations_members, channel="C0CROWD", cursor="x") == "invalid_cursor"
    assert refused(client.conversations_members, channel="C0CROWD", limit=1000) == "invalid_limit"
    running.stop()


def test_a_large_team_must_be_asked_in_pages() -> None:
    running = crowded(1001)
    client = WebClient(running.bot_token, base_url=running.api_url)

    assert refused(client.users_list) == "limit_required"
    assert len(client.users_list(limit=500)["members"]) == 500
    running.stop()


def test_the_app_sees_the_channels_it_may_see(client: WebClient) -> None:
    names = {
        each["name"] for each in client.conversations_list(types="public_channel,private_channel")["channels"]
    }

    assert names == {"finance", "secret", "random", "old"}
    assert refused(client.conversations_members, channel="C0HIDDEN") == "channel_not_found"
    assert {"U0DORA", "U0OTHERBOT"} <= set(client.conversations_members(channel="C0FINANCE")["members"])
    assert refused(client.conversations_history, channel="C0RANDOM") == "not_in_channel"
    client.conversations_join(channel="C0RANDOM")
    client.conversations_history(channel="C0RANDOM")


# 39


def test_user_groups_come_with_members_when_asked(client: WebClient) -> None:
    bare = client.usergroups_list()["usergroups"]
    full = client.usergroups_list(include_users=True, include_disabled=True)["usergroups"]

    assert [each["handle"] for each in bare] == ["money"]
    assert "users" not in bare[0]
    assert full[0]["users"] == ["U0ADA", "U0BEN"]
    assert full[1]["date_delete"] > 0
    assert refused(client.usergroups_users_list, usergroup="S0NONE") == "no_such_subteam"
    assert refused(client.usergroups_users_list, usergroup="S0GONE") == "no_such_subteam"


def test_a_free_plan_has_no_user_groups() -> None:
    free = dataclasses.replace(DESCRIPTION, team=TeamDescription(plan_has_user_groups=False))
    running = start_workspace(free, MANIFEST)
    client = WebClient(running.bot_token, base_url=running.api_url)

    assert refused(client.usergroups_list) == "plan_upgrade_required"
    running.stop()


# 40


def test_what_changes_around_the_app_is_told_when_it_listens() -> None:
    listening = ["user_change", "subteam_updated", "channel_rename", "channel_archive", "app_uninstalled"]
    listening += ["team_join", "tokens_revoked", "member_joined_channel", "member_left_channel"]
    settings = {**MANIFEST["settings"], "event_subscriptions": {"bot_events": listening}}
    running = start_workspace(DESCRIPTION, {**MANIFEST, "settings": settings})
    with_app = RawApp(running).connect()
    ada = running.driver.as_person("Ada")

    running.driver.add_person(PersonDescription("U0NEW", "Nina"))
    running.driver.change_person("Ben", tz="Europe/Rome")
    running.driver.change_group("money", members=("U0ADA",))
    ada.type("#finance", "/invite @Cleo")
    ada.type("#finance", "/remove @Cleo")
    running.driver.rename_channel("#finance", "money")
    running.driver.archive_channel("#money", by="Ada")
    running.driver.uninstall()

    event = lambda kind: with_app.last(kind)["payload"]["event"]  # noqa: E731  one line, used six times
    assert event("team_join")["user"]["id"] == "U0NEW"
    assert event("user_change")["user"]["tz"] == "Europe/Rome"
    assert event("subteam_updated")["subteam"]["users"] == ["U0ADA"]
    assert event("member_joined_channel")["user"] == event("member_left_channel")["user"] == "U0CLEO"
    assert event("channel_rename")["channel"]["name"] == "money"
    assert event("channel_archive")["user"] == "U0ADA"
    assert event("tokens_revoked")["tokens"]["bot"]
    assert with_app.last("app_uninstalled")
    with_app.close()
    running.stop()


def test_unsubscribed_events_are_not_sent(fresh: RunningWorkspace, raw: RawApp, zoe: Person) -> None:
    fresh.driver.rename_channel("#finance", "money")
    zoe.type("#money", "after the renaming")

    wait_until(lambda: raw.of("message"))
    assert raw.of("channel_rename") == []


def test_what_the_workspace_holds_survives_a_restart(tmp_path: Path) -> None:
    running = start_workspace(DESCRIPTION, MANIFEST, folder=tmp_path)
    running.driver.as_person("Ada").type("#finance", "still here tomorrow")
    token = running.bot_token
    running.stop()

    again = start_workspace(DESCRIPTION, MANIFEST, folder=tmp_path)

    again.driver.as_person("Ben").see("#finance", "still here tomorrow")
    assert again.bot_token == token
    again.stop()


# 41


def test_an_app_is_installed_by_oauth(fresh: RunningWorkspace, clock: ManualClock) -> None:
    oauth = fresh.oauth
    address = AuthorizeUrlGenerator(
        client_id=oauth.client_id,
        redirect_uri="http://127.0.0.1:1/back",
        scopes=["chat:write"],
        authorization_url=f"{fresh.url}/oauth/v2/authorize",
    ).generate(state="mine")
    client = WebClient(base_url=fresh.api_url)
    trade = {"client_id": oauth.client_id, "client_secret": oauth.client_secret}

    back = came_back_with(address)
    assert back["state"] == "mine"
    wrong = {**trade, "client_secret": "wrong", "code": back["code"]}
    assert refused(client.oauth_v2_access, **wrong) == "bad_client_secret"
    answer = client.oauth_v2_access(**trade, code=back["code"])
    assert answer["access_token"] == fresh.bot_token
    assert answer["bot_user_id"] == "U0APP"
    assert answer["team"]["id"] == DESCRIPTION.team.id
    assert refused(client.oauth_v2_access, **trade, code=back["code"]) == "invalid_code"

    late = came_back_with(address)["code"]
    clock.forward(601)
    assert refused(client.oauth_v2_access, **trade, code=late) == "invalid_code"
    assert came_back_with(f"{address}&deny=1")["error"] == "access_denied"


def test_tokens_rotate_where_the_manifest_says_so(clock: ManualClock) -> None:
    settings = {**MANIFEST["settings"], "token_rotation_enabled": True}
    running = start_workspace(DESCRIPTION, {**MANIFEST, "settings": settings}, clock=clock)
    oauth, client = running.oauth, WebClient(base_url=running.api_url)
    trade = {"client_id": oauth.client_id, "client_secret": oauth.client_secret}

    first = client.oauth_v2_exchange(**trade, token=running.bot_token)
    assert first["expires_in"] == 43_200
    assert client.auth_test(token=first["access_token"])["ok"]
    assert refused(client.auth_test, token=running.bot_token) == "invalid_auth"
    assert refused(client.oauth_v2_exchange, **trade, token=running.bot_token) == "token_already_exchanged"

    clock.forward(43_000)
    again = {**trade, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = client.oauth_v2_access(**again)
    assert refused(client.oauth_v2_access, **again) == "invalid_refresh_token"
    clock.forward(300)
    assert refused(client.auth_test, token=first["access_token"]) == "token_expired"
    assert client.auth_test(token=second["access_token"])["ok"]
    running.stop()


def test_an_app_that_is_removed_has_no_account_until_it_is_installed_again(fresh: RunningWorkspace) -> None:
    client = WebClient(fresh.bot_token, base_url=fresh.api_url)
    fresh.driver.uninstall()

    assert refused(client.auth_test) == "account_inactive"
    back = came_back_with(
        f"{fresh.url}/oauth/v2/authorize?client_id={fresh.oauth.client_id}&redirect_uri=http://127.0.0.1:1/"
    )
    client.oauth_v2_access(
        client_id=fresh.oauth.client_id, client_secret=fresh.oauth.client_secret, code=back["code"]
    )

    assert client.auth_test()["ok"]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def came_back_with(address: str) -> dict[str, str]:
    """The query of the redirect that the authorize page answers."""
    try:
        urllib.request.build_opener(NoRedirect).open(address, timeout=5)
    except urllib.error.HTTPError as redirect:
        with redirect:
            query = urllib.parse.urlsplit(redirect.headers["Location"]).query
        return dict(urllib.parse.parse_qsl(query))
    raise AssertionError("it did not redirect")


# Group direct messages


def test_the_app_writes_to_several_who_see_one_another(clock: ManualClock) -> None:
    more = ["mpim:write", "mpim:read", "mpim:history"]
    scopes = {"bot": [*MANIFEST["oauth_config"]["scopes"]["bot"], *more]}
    settings = {**MANIFEST["settings"], "event_subscriptions": {"bot_events": ["message.mpim"]}}
    manifest = {**MANIFEST, "oauth_config": {"scopes": scopes}, "settings": settings}
    running = start_workspace(DESCRIPTION, manifest, clock=clock)
    app = RawApp(running).connect()
    client = WebClient(running.bot_token, base_url=running.api_url)

    opened = client.conversations_open(users="U0ADA,U0BEN", return_im=True)["channel"]
    client.chat_postMessage(channel=opened["id"], text="Both of you")
    running.driver.as_person("Ben").see("Ada, Lunch", "Both of you")
    running.driver.as_person("Ada").type("Ben, Lunch", "Yes?")

    assert opened["is_mpim"] is True
    assert client.conversations_open(users="U0BEN,U0ADA")["channel"]["id"] == opened["id"]
    wait_until(lambda: "Yes?" in {each["payload"]["event"]["text"] for each in app.of("message")})
    assert app.last("message")["payload"]["event"]["channel_type"] == "mpim"
    assert refused(client.conversations_open, users="U0ADA,U0NOBODY") == "user_not_found"
    app.close()
    running.stop()
