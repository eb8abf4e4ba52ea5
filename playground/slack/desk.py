"""Everything a person can do, by name: the page posts these, the driver calls the same."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from playground.slack import (
    attaching,
    channels,
    clock_control,
    forms,
    menus,
    own_messages,
    pressing,
    typing_text,
)
from playground.slack.acting import NotPossibleError, acting, visible_message
from playground.slack.built_in import refused_name
from playground.slack.delivery import NoAnswerError, NotDeliveredError, Parcel
from playground.slack.events import emit
from playground.slack.manifest import BOT_USER
from playground.slack.payloads import message_shortcut, shortcut_payload

if TYPE_CHECKING:
    from playground.slack.manifest import Shortcut
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

MOST_IN_GROUP = 9


def read(workspace: Workspace, person: str, channel: str) -> None:
    acting(workspace, person)
    workspace.state.mark_read(person, channel)


def open_app(workspace: Workspace, person: str, tab: str) -> Json:
    """Visiting the app's Home or Messages tab: each visit tells the app. The channel it speaks of."""
    acting(workspace, person)
    channel = workspace.state.direct(BOT_USER, person).id
    event: Json = {
        "type": "app_home_opened",
        "user": person,
        "channel": channel,
        "tab": tab,
        "event_ts": workspace.state.new_ts(),
    }
    view = workspace.views.home(person)
    if view is not None and tab == "home":
        event["view"] = view.to_wire(workspace.state.team.id)
    emit(workspace, event)
    return {"channel": channel}


def open_direct(workspace: Workspace, person: str, other: str) -> Json:
    acting(workspace, person)
    return {"channel": workspace.state.direct(person, other).id}


def open_group(workspace: Workspace, person: str, others: list[str]) -> Json:
    """Direct messages with several, who see one another."""
    acting(workspace, person)
    members = list(dict.fromkeys([*others, person]))
    if not set(members) <= set(workspace.state.people):
        raise NotPossibleError("somebody of these is not here")
    if not 3 <= len(members) <= MOST_IN_GROUP:  # noqa: PLR2004  two are direct messages already
        raise NotPossibleError(f"a group has 3 to {MOST_IN_GROUP} people")
    return {"channel": workspace.state.group_direct(members).id}


def create(workspace: Workspace, person: str, name: str, *, private: bool = False) -> Json:
    """A channel of that name, with this person in it."""
    who = acting(workspace, person)
    if who.guest:
        raise NotPossibleError("guests cannot make channels")
    wrong = refused_name(workspace, name)
    if wrong:
        raise NotPossibleError(wrong)
    return {"channel": channels.create_channel(workspace, name, person, private=private).id}


def unarchive(workspace: Workspace, person: str, channel: str) -> None:
    who = acting(workspace, person)
    conversation = workspace.state.conversations.get(channel)
    if conversation is None or not conversation.archived or not workspace.state.sees(person, channel):
        raise NotPossibleError("that channel is not archived")
    if who.guest:
        raise NotPossibleError("guests cannot open channels again")
    channels.unarchive_channel(workspace, channel, person)


def dismiss(workspace: Workspace, person: str, channel: str, ts: str) -> None:
    """Take away an ephemeral message, as "Dismiss" does."""
    message = visible_message(workspace, person, channel, ts)
    if not message.ephemeral:
        raise NotPossibleError("only what is visible to you alone can be dismissed")
    workspace.state.delete(message)


async def use_shortcut(
    workspace: Workspace, person: str, callback_id: str, channel: str = "", ts: str = ""
) -> Json:
    """What is to be said to the person: {"said": …}, empty where all went well."""
    who = acting(workspace, person)
    shortcut = _shortcut(workspace, callback_id)
    trigger = workspace.triggers.new(person, channel=channel or None)
    moment = workspace.state.new_ts()
    if shortcut.kind == "message":
        payload = message_shortcut(
            workspace.state.team,
            who,
            shortcut,
            workspace.state.conversations[channel],
            visible_message(workspace, person, channel, ts),
            action_ts=moment,
            trigger_id=trigger,
            response_url=workspace.response_urls.new(channel, person),
        )
    else:
        payload = shortcut_payload(workspace.state.team, who, shortcut, action_ts=moment, trigger_id=trigger)
    try:
        await workspace.deliver(Parcel("interactive", payload))
    except (NoAnswerError, NotDeliveredError):
        said = f"“{shortcut.name}” failed because the app did not respond."
        if channel:
            workspace.note(person, channel, said)
        return {"said": said}
    return {"said": ""}


def _shortcut(workspace: Workspace, callback_id: str) -> Shortcut:
    for each in workspace.manifest.shortcuts:
        if each.callback_id == callback_id:
            return each
    raise NotPossibleError("the app has no such shortcut")


VERBS = {
    "type": typing_text.type_text,
    "join": typing_text.join,
    "leave": typing_text.leave,
    "press": pressing.press,
    "pick": pressing.pick,
    "set": pressing.set_value,
    "suggest": menus.suggest,
    "attach": attaching.attach,
    "detach": attaching.detach,
    "submit": forms.submit,
    "close": forms.close,
    "read": read,
    "open_app": open_app,
    "open_direct": open_direct,
    "open_group": open_group,
    "create": create,
    "unarchive": unarchive,
    "dismiss": dismiss,
    "jump": clock_control.jump,
    "react": own_messages.react,
    "edit": own_messages.edit,
    "delete": own_messages.delete,
    "shortcut": use_shortcut,
}


async def act(workspace: Workspace, verb: str, arguments: Json) -> Any:
    """Do it; NotPossible says, in words for the person, why it cannot be done."""
    if verb not in VERBS:
        raise NotPossibleError(f"nobody can {verb!r} here")
    verb_function: Any = VERBS[verb]
    try:
        inspect.signature(verb_function).bind(workspace, **arguments)
    except TypeError as wrong:
        raise NotPossibleError(f"{verb}: {wrong}") from wrong
    done = verb_function(workspace, **arguments)
    return await done if inspect.isawaitable(done) else done
