"""What happens when a person sends what they typed: a message, or a slash command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.slack import membership
from playground.slack.acting import NotPossibleError, acting, visible_message
from playground.slack.built_in import BUILT_IN, run_built_in
from playground.slack.delivery import NoAnswerError, NotDeliveredError, Parcel
from playground.slack.escaping import escaped
from playground.slack.events import emit_message
from playground.slack.manifest import BOT_USER
from playground.slack.payloads import command_payload
from playground.slack.posting import RefusedAnswerError, answer_command
from playground.slack.records import Message

if TYPE_CHECKING:
    from playground.slack.manifest import Command
    from playground.slack.records import Conversation
    from playground.slack.workspace import Workspace

COMMAND = re.compile(r"(/[^\s]+)(?:\s(.*))?", re.DOTALL)


async def type_text(
    workspace: Workspace,
    person: str,
    *,
    channel: str,
    text: str,
    thread_ts: str | None = None,
    broadcast: bool = False,
) -> None:
    conversation = writable(workspace, person, channel)
    command = COMMAND.fullmatch(text)
    if command:
        await _command(
            workspace, person, conversation, name=command[1], text=command[2] or "", thread_ts=thread_ts
        )
    elif text.strip():
        if thread_ts:
            visible_message(workspace, person, channel, thread_ts)
        wire = written(workspace, person, text)
        message = Message(
            workspace.state.new_ts(), channel, person, wire, thread_ts=thread_ts, broadcast=broadcast
        )
        workspace.state.post(message)
        workspace.state.mark_read(person, channel)
        emit_message(workspace, message)


def join(workspace: Workspace, person: str, channel: str) -> None:
    who = acting(workspace, person)
    conversation = workspace.state.conversations.get(channel)
    if conversation is None or conversation.kind != "channel" or who.guest:
        raise NotPossibleError("that channel cannot be joined")
    membership.add(workspace, conversation, person)


def leave(workspace: Workspace, person: str, channel: str) -> None:
    conversation = writable(workspace, person, channel)
    membership.take_out(workspace, conversation, person)


def writable(workspace: Workspace, person: str, channel: str) -> Conversation:
    who = acting(workspace, person)
    conversation = workspace.state.conversations.get(channel)
    if conversation is None or not workspace.state.sees(person, channel):
        raise NotPossibleError(f"{who.name} cannot see that channel")
    if person not in conversation.members:
        raise NotPossibleError(f"{who.name} has not joined #{conversation.name}")
    if conversation.archived:
        raise NotPossibleError(f"#{conversation.name} is archived")
    if (
        BOT_USER in conversation.members
        and conversation.kind == "im"
        and workspace.manifest.messages_tab_read_only
    ):
        raise NotPossibleError("Sending messages to this app has been turned off.")
    return conversation


async def _command(
    workspace: Workspace,
    person: str,
    conversation: Conversation,
    *,
    name: str,
    text: str,
    thread_ts: str | None,
) -> None:
    command = workspace.manifest.command(name)
    if name in BUILT_IN:
        run_built_in(workspace, person, conversation, name, text)
    elif command is None:
        said = f"`{name}` is not a command here. To send it as a message, put a space before the slash."
        workspace.note(person, conversation.id, said, thread_ts)
    elif thread_ts:
        workspace.note(person, conversation.id, f"`{name}` is not supported in threads. Sorry!", thread_ts)
    else:
        await _send_command(workspace, person, conversation, command, text)


async def _send_command(
    workspace: Workspace, person: str, conversation: Conversation, command: Command, text: str
) -> None:
    workspace.state.mark_read(person, conversation.id)
    payload = command_payload(
        workspace.state.team,
        workspace.state.people[person],
        conversation,
        command,
        written(workspace, person, text) if command.escapes else text,
        response_url=workspace.response_urls.new(conversation.id, person),
        trigger_id=workspace.triggers.new(person, channel=conversation.id),
    )
    typed = f"{command.name} {text}".rstrip()
    try:
        answer = await workspace.deliver(Parcel("slash_commands", payload, answerable=True, url=command.url))
        answer_command(workspace, conversation.id, person, typed, answer)
    except NoAnswerError:
        workspace.note(
            person,
            conversation.id,
            f"`{command.name}` failed because the app did not respond. "
            "Please try again or contact the app developer.",
        )
    except (NotDeliveredError, RefusedAnswerError):
        workspace.note(person, conversation.id, f'`{command.name}` failed with the error "dispatch_failed".')


def written(workspace: Workspace, person: str, text: str) -> str:
    """As it goes over the wire: names of people and channels as Slack writes them."""
    return escaped(
        text,
        [each for each in workspace.state.people.values() if not each.deactivated],
        [each for each in workspace.state.of_person(person) if not each.direct],
        groups={each.handle: each.id for each in workspace.state.groups if not each.disabled},
    )
