"""users.* and usergroups.*: the directory, with everything that real ones leave out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from playground.slack.manifest import APP_ID, BOT_ID, BOT_USER
from playground.slack.payloads import handle_of
from playground.slack.web_api.call import ApiError, Call, method, page_of

if TYPE_CHECKING:
    from playground.slack.description import GroupDescription, PersonDescription
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

LARGE_TEAM = 1000
IMAGE_SIZES = (24, 32, 48, 72, 192, 512)


@method("users.info", 4, "users:read", required=("user",))
def info(call: Call) -> Json:
    return {"user": user_wire(call.workspace, _person(call), locale=call.flag("include_locale"))}


@method("users.list", 2, "users:read")
def list_(call: Call) -> Json:
    people = list(call.state.people.values())
    if len(people) > LARGE_TEAM and not call.whole("limit", 0):
        raise ApiError("limit_required")
    rows, more = page_of(call, people, LARGE_TEAM)
    locale = call.flag("include_locale")
    return {
        "members": [user_wire(call.workspace, each, locale=locale) for each in rows],
        "cache_ts": int(call.workspace.clock.now()),
        "response_metadata": more,
    }


@method("users.lookupByEmail", 3, "users:read.email", required=("email",))
def by_email(call: Call) -> Json:
    wanted = call.text("email").lower()
    for each in call.state.people.values():
        if each.email and each.email.lower() == wanted and not each.deactivated:
            return {"user": user_wire(call.workspace, each, locale=False)}
    raise ApiError("users_not_found")


@method("users.profile.get", 4, "users.profile:read")
def profile(call: Call) -> Json:
    return {"profile": _profile(call.workspace, _person(call))}


@method("usergroups.list", 2, "usergroups:read")
def groups(call: Call) -> Json:
    _check_plan(call)
    wanted = [each for each in call.state.groups if call.flag("include_disabled") or not each.disabled]
    return {
        "usergroups": [
            group_wire(call.workspace, each, with_users=call.flag("include_users")) for each in wanted
        ]
    }


@method("usergroups.users.list", 2, "usergroups:read", required=("usergroup",))
def group_users(call: Call) -> Json:
    _check_plan(call)
    for each in call.state.groups:
        if each.id == call.text("usergroup") and (call.flag("include_disabled") or not each.disabled):
            return {"users": list(each.members)}
    raise ApiError("no_such_subteam")


def user_wire(workspace: Workspace, person: PersonDescription, *, locale: bool) -> Json:
    """A deactivated person loses most fields; one without a zone has none of the three."""
    wire: Json = {
        "id": person.id,
        "team_id": person.team or workspace.state.team.id,
        "name": handle_of(person),
        "deleted": person.deactivated,
        "profile": _profile(workspace, person),
        "is_bot": person.bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if person.deactivated:
        return wire
    if person.team is not None:
        wire["is_stranger"] = True
    wire |= {
        "real_name": person.name,
        "color": "9f69e7",
        "is_admin": person.admin or person.owner or person.primary_owner,
        "is_owner": person.owner or person.primary_owner,
        "is_primary_owner": person.primary_owner,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_email_confirmed": person.email is not None,
        "who_can_share_contact_card": "EVERYONE",
    }
    if person.tz is not None:
        wire |= _zone(person.tz, workspace.clock.now())
    if locale:
        wire["locale"] = person.locale
    return wire


def _zone(name: str, now: float) -> Json:
    moment = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(name))
    offset = moment.utcoffset()
    assert offset is not None
    return {"tz": name, "tz_label": moment.tzname() or name, "tz_offset": int(offset.total_seconds())}


def _profile(workspace: Workspace, person: PersonDescription) -> Json:
    shown = person.name if person.display_name is None else person.display_name
    found: Json = {
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": shown,
        "display_name_normalized": shown,
        "title": person.title,
        "phone": "",
        "skype": "",
        "status_text": "",
        "status_text_canonical": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "status_emoji": "",
        "avatar_hash": "g",
        "huddle_state": "default_unset",
        "huddle_state_expiration_ts": 0,
        "first_name": person.name.split(" ", 1)[0],
        "last_name": person.name.partition(" ")[2],
        "fields": {},
        **{f"image_{size}": f"https://avatars.example.com/{size}.png" for size in IMAGE_SIZES},
        "team": person.team or workspace.state.team.id,
    }
    if person.email and "users:read.email" in workspace.manifest.scopes:
        found["email"] = person.email
    if person.bot and person.id == BOT_USER:
        found |= {"api_app_id": APP_ID, "bot_id": BOT_ID, "always_active": True}
    return found


def _person(call: Call) -> PersonDescription:
    person = call.state.people.get(call.text("user", BOT_USER))
    if person is None:
        raise ApiError("user_not_found")
    return person


def _check_plan(call: Call) -> None:
    if not call.state.team.plan_has_user_groups:
        raise ApiError("plan_upgrade_required")


def group_wire(workspace: Workspace, group: GroupDescription, *, with_users: bool) -> Json:
    wire: Json = {
        "id": group.id,
        "team_id": workspace.state.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 1_700_000_000,
        "date_update": 1_700_000_000,
        "date_delete": 1_700_000_001 if group.disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "created_by": "USLACKBOT",
        "updated_by": "USLACKBOT",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.members),
    }
    if with_users:
        wire["users"] = list(group.members)
    return wire
