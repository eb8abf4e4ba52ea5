"""What happens around the app: people and groups come and change, the app is removed; and its events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playground.slack.changes import Change
from playground.slack.events import emit
from playground.slack.manifest import BOT_USER
from playground.slack.web_api.users import group_wire, user_wire

if TYPE_CHECKING:
    from playground.slack.description import GroupDescription, PersonDescription
    from playground.slack.workspace import Workspace


def add_person(workspace: Workspace, person: PersonDescription) -> None:
    """Somebody joins the team."""
    workspace.state.people[person.id] = person
    workspace.changes.publish(Change("sidebar"))
    user = user_wire(workspace, person, locale=True)
    emit(workspace, {"type": "team_join", "user": user, "cache_ts": 0, "event_ts": workspace.state.new_ts()})


def change_person(workspace: Workspace, person: str, **changes: Any) -> None:
    """A directory entry changes: name, tz, deactivated, …"""
    workspace.state.people[person] = replace(workspace.state.people[person], **changes)
    workspace.changes.publish(Change("sidebar"))
    user = user_wire(workspace, workspace.state.people[person], locale=True)
    emit(
        workspace, {"type": "user_change", "user": user, "cache_ts": 0, "event_ts": workspace.state.new_ts()}
    )


def create_group(workspace: Workspace, group: GroupDescription) -> None:
    workspace.state.groups.append(group)
    wire = group_wire(workspace, group, with_users=True)
    emit(workspace, {"type": "subteam_created", "subteam": wire, "event_ts": workspace.state.new_ts()})


def change_group(workspace: Workspace, group: str, **changes: Any) -> None:
    """A user group changes: members, handle, disabled, …"""
    found = next(each for each in workspace.state.groups if each.id == group)
    changed = replace(found, **changes)
    workspace.state.groups[workspace.state.groups.index(found)] = changed
    wire = group_wire(workspace, changed, with_users=True)
    emit(workspace, {"type": "subteam_updated", "subteam": wire, "event_ts": workspace.state.new_ts()})
    if set(found.members) != set(changed.members):
        _tell_who_changed(workspace, found, changed)


def _tell_who_changed(workspace: Workspace, before: GroupDescription, after: GroupDescription) -> None:
    added = [each for each in after.members if each not in before.members]
    removed = [each for each in before.members if each not in after.members]
    event = {
        "type": "subteam_members_changed",
        "subteam_id": after.id,
        "team_id": workspace.state.team.id,
        "date_previous_update": 1_700_000_000,
        "date_update": int(workspace.clock.now()),
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": workspace.state.new_ts(),
    }
    emit(workspace, event)


def uninstall(workspace: Workspace) -> None:
    """The app is removed: it hears so, and its tokens stop working."""
    emit(workspace, {"type": "app_uninstalled", "event_ts": workspace.state.new_ts()})
    tokens = {"oauth": [], "bot": [BOT_USER]}
    emit(workspace, {"type": "tokens_revoked", "tokens": tokens, "event_ts": workspace.state.new_ts()})
    workspace.tokens.uninstalled = True
