"""Slack's Web API behind the port."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any

from bot.domain.errors import RateLimited, Rejected
from bot.domain.notice import Message
from bot.gateways import slack_files
from bot.gateways.airflow.cells import OddRow, readable
from bot.gateways.slack_calls import (
    call,
    clock_of,
    in_time,
    quickly,
    respond,
    say,
)
from bot.gateways.slack_forms import Forms
from bot.gateways.slack_rows import read_channel, read_group, read_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

    from bot.domain.kept_file import FetchedFile
    from bot.domain.ports import UserGroup
    from bot.domain.project import Person
    from bot.domain.project_setup import ChannelFacts
    from bot.domain.run import ResultFile

NO_SUCH_PERSON = {"user_not_found", "user_not_visible"}
NO_GROUPS = {"plan_upgrade_required", "paid_teams_only", "missing_scope"}
"""User groups are a paid feature of Slack, and Runbell works without them."""
NO_LONGER_SHOWN = {"not_found", "hash_conflict"}
"""The form was closed, or another press changed it."""
A_PAGE = 999
"""How many rows of a list are asked for at once.

Slack allows 20 requests a minute, which is too few for 5,000 people in pages of 200.
"""
MOST_WAITS = 5
WHILE_SOMEBODY_WAITS = 4
"""Seconds for a call on which a person waits; Slack itself gives up after three."""
NO_SUCH_CHANNEL = {"channel_not_found", "missing_scope", "not_in_channel"}
"""The channel is gone, or it is private and the bot is not in it. Nobody can tell these apart."""


class SlackGateway:
    """Slack's Web API. `client` has the token, address and timeout, and must not retry by itself.

    `admins_count` makes Slack's admins and owners admins of Runbell.
    """

    def __init__(self, client: WebClient, *, admins_count: bool = False) -> None:
        self._client = client
        self._quick = copy(client)
        self._quick.timeout = min(client.timeout, WHILE_SOMEBODY_WAITS)
        self._admins_count = admins_count
        self._known_workspace = ""
        self._forms = Forms()

    def check(self) -> datetime | None:
        """Call auth.test; remember the workspace and return the time by Slack's clock."""
        answer = call(self._client.auth_test)
        self._known_workspace = str(answer["team_id"])
        return clock_of(answer)

    def workspace_id(self) -> str:
        """Return the workspace of the token, asked for only the first time."""
        if not self._known_workspace:
            self.check()
        return self._known_workspace

    def post(
        self, channel_id: str, message: Message, *, thread_ts: str | None = None, broadcast: bool = False
    ) -> tuple[str, str]:
        """Call chat.postMessage without link previews. Raises AppRefused if the scope is missing."""
        answer = self._forms.send(
            message,
            lambda blocks: say(
                self._client.chat_postMessage,
                channel=channel_id,
                text=message.text,
                blocks=list(blocks) or None,
                thread_ts=thread_ts,
                reply_broadcast=broadcast if thread_ts else None,
                unfurl_links=False,
                unfurl_media=False,
            ),
        )
        return str(answer["channel"]), str(answer["ts"])

    def whisper(self, channel_id: str, person_id: str, message: Message, *, thread_ts: str) -> None:
        """Call chat.postEphemeral. Raises AppRefused if the scope is missing."""
        self._forms.send(
            message,
            lambda blocks: say(
                self._client.chat_postEphemeral,
                channel=channel_id,
                user=person_id,
                text=message.text,
                blocks=list(blocks) or None,
                thread_ts=thread_ts,
            ),
        )

    def update(self, channel_id: str, ts: str, message: Message) -> None:
        """Call chat.update. Raises RateLimited once the workspace's 50 edits a minute are used up."""
        self._forms.send(
            message,
            lambda blocks: say(
                self._client.chat_update, channel=channel_id, ts=ts, text=message.text, blocks=list(blocks)
            ),
        )

    def answer(self, response_url: str, said: Mapping[str, Any]) -> None:
        """Send to the response URL, with the short timeout of calls on which a person waits."""
        body = {name: each for name, each in said.items() if name != "newer"}
        message = Message(said.get("text", ""), tuple(said.get("blocks", ())), tuple(said.get("newer", ())))
        self._forms.send(
            message, lambda blocks: respond(self._quick, response_url, {**body, "blocks": list(blocks)})
        )

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Call views.open with the short timeout. Raises Expired."""
        in_time(self._quick.views_open, trigger_id=trigger_id, view=view)

    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Call views.push with the short timeout. Raises Expired."""
        in_time(self._quick.views_push, trigger_id=trigger_id, view=view)

    def update_view(self, view_id: str, view: Mapping[str, Any], *, view_hash: str | None = None) -> str:
        """Call views.update, and return the new hash. A form that is no longer shown is no error."""
        try:
            answer = quickly(self._quick.views_update, view_id=view_id, hash=view_hash, view=view)
        except Rejected as error:
            if error.code not in NO_LONGER_SHOWN:
                raise
            return ""
        return str((answer.get("view") or {}).get("hash") or "")

    def publish_home(self, person_id: str, view: Mapping[str, Any]) -> None:
        """Call views.publish. Nobody waits for it with a trigger, so it may take as long as a message."""
        say(self._client.views_publish, user_id=person_id, view=view)

    def person(self, person_id: str) -> Person | None:
        """Call users.info. None if Slack does not know the person, or the answer makes no sense."""
        try:
            answer = quickly(self._quick.users_info, user=person_id)
        except Rejected as error:
            if error.code in NO_SUCH_PERSON:
                return None
            raise
        try:
            return self.described(answer["user"], self.workspace_id())
        except OddRow:
            return None

    def people(self) -> list[Person]:
        """Return everybody in the workspace, page by page, waiting where Slack limits the rate."""
        workspace_id = self.workspace_id()
        pages = _pages(_patiently(self._client.users_list), limit=A_PAGE)
        members = (member for page in pages for member in page["members"])
        return readable(members, lambda each: self.described(each, workspace_id), "people", system="slack")

    def described(self, user: Mapping[str, Any], workspace_id: str) -> Person:
        """Return the person of Slack's user object; an admin only if Slack's admins count."""
        person = read_person(user, workspace_id)
        return person if self._admins_count else replace(person, is_admin=False)

    def user_groups(self) -> list[UserGroup]:
        """Call usergroups.list. Empty if the plan or the scopes have no groups."""
        try:
            answer = call(self._client.usergroups_list, include_users=True)
        except Rejected as error:
            if error.code in NO_GROUPS:
                return []
            raise
        return readable(answer["usergroups"], read_group, "user groups", system="slack")

    def channels(self) -> list[ChannelFacts]:
        """Return public channels, and private ones if the app has groups:read."""
        found = self._channels("public_channel")
        try:
            return [*found, *self._channels("private_channel")]
        except Rejected as error:
            if error.code == "missing_scope":  # groups:read is optional
                return found
            raise

    def channel(self, channel_id: str) -> ChannelFacts | None:
        """Call conversations.info. None for every refusal that means the bot cannot see the channel."""
        try:
            answer = quickly(self._quick.conversations_info, channel=channel_id)
        except Rejected as error:
            if error.code in NO_SUCH_CHANNEL:
                return None
            raise
        return read_channel(answer["channel"])

    def is_in_channel(self, channel_id: str, person_id: str) -> bool:
        """Look for the person in conversations.members, page by page."""
        return any(
            person_id in page["members"]
            for page in _pages(
                partial(quickly, self._quick.conversations_members), channel=channel_id, limit=A_PAGE
            )
        )

    def upload(self, channel_id: str, file: ResultFile, *, thread_ts: str | None) -> None:
        """Upload the file; a person's direct message is opened first, because uploads take no person."""
        if channel_id.startswith(("U", "W")):
            channel_id = call(self._client.conversations_open, users=channel_id)["channel"]["id"]
        call(
            self._client.files_upload_v2,
            channel=channel_id,
            filename=file.name,
            title=file.name,
            file=file.content,
            thread_ts=thread_ts,
            request_file_info=False,
        )

    def fetch_file(self, slack_id: str, *, owner: str, most: int) -> FetchedFile:
        """Call files.info, and read what it names with the bot's token, from Slack's own hosts alone."""
        described = call(self._client.files_info, file=slack_id)["file"]
        return slack_files.fetch(self._client, described, owner=owner, most=most)

    def send_file(self, person_id: str, name: str, content: str, message: str) -> None:
        """Open a direct message and upload the file there."""
        opened = call(self._client.conversations_open, users=person_id)
        call(
            self._client.files_upload_v2,
            channel=opened["channel"]["id"],
            filename=name,
            content=content,
            initial_comment=message,
            request_file_info=False,
        )

    def _channels(self, kind: str) -> list[ChannelFacts]:
        pages = _pages(_patiently(self._client.conversations_list), types=kind, limit=A_PAGE)
        found = (each for page in pages for each in page["channels"])
        return readable(found, read_channel, "channels", system="slack")


def _pages(method: Callable[..., SlackResponse], **arguments: Any) -> Iterator[SlackResponse]:
    cursor = ""
    while True:
        page = call(method, cursor=cursor or None, **arguments)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _patiently(method: Callable[..., SlackResponse]) -> Callable[..., SlackResponse]:
    """Return the method, waiting as long as Slack says after each 429.

    Restarting a whole list at page one after each 429 would never reach its last page.
    """

    def asked(**arguments: Any) -> SlackResponse:
        for _ in range(MOST_WAITS):
            try:
                return call(method, **arguments)
            except RateLimited as error:
                sleep(error.retry_after)
        return call(method, **arguments)

    return asked
