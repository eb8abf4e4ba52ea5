"""The audit, read: who did what, from where, before and after; and who was refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    PlainTextObject,
    StaticSelectElement,
    UserSelectElement,
)

from bot.blocks.admin.frame import page
from bot.blocks.ids import Admin
from bot.blocks.parts import actions, button, context, cut, escape, option, past, section
from bot.domain.form_field import FormField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_sdk.models.blocks import Block

    from bot.blocks.admin.frame import Where
    from bot.domain.entry import Entry

ANY = "Everything"
_IDS = {r"[UW][A-Z0-9]{2,}": "<@{}>", r"[CG][A-Z0-9]{2,}": "<#{}>", r"S[A-Z0-9]{2,}": "<!subteam^{}>"}
"""Slack's, of people, channels and user groups, and how Slack shows them by name to who may know it."""
LONGEST_CHANGE = 600
DID = {
    "access.ask": "asked for access",
    "access.decline": "declined to give access to",
    "away.begin": "is away, with a stand-in",
    "away.end": "is back",
    "audit.export": "exported the audit",
    "asked.change": "changed who is asked for access",
    "channel.follow": "channel changed in Slack",
    "channel.map": "mapped a channel",
    "channel.unmap": "took a channel away",
    "incident.claim": "claimed the failure of",
    "incident.mute": "muted the failure of",
    "incident.release": "released the claim on",
    "incident.unmute": "ended the mute of",
    "job.pause": "paused a job for everyone",
    "job.resume": "resumed a job for everyone",
    "job.run": "ran",
    "job.settings": "changed how a job is shown",
    "member.add": "added",
    "member.change": "gave another role to",
    "member.remove": "took away",
    "project.archive": "archived the project",
    "project.create": "made the project",
    "project.manage": "put the project under the file",
    "project.rename": "renamed the project",
    "project.restore": "took the project out of the archive",
    "refused.more": "tried",
    "reports_to.change": "changed where the project reports",
    "run.retry": "retried",
    "run.stop": "stopped",
    "schedule.active": "resumed the schedule",
    "schedule.create": "made the schedule",
    "schedule.delete": "deleted the schedule",
    "schedule.edit": "changed the schedule",
    "schedule.paused": "paused the schedule",
    "schedule.policies": "set what happens when something goes wrong with",
    "schedule.restore": "brought back the schedule",
    "schedule.skip": "skipped the next time of",
    "schedule.suspended": "has lost the right to the schedule",
    "schedule.take_over": "took over the schedule",
    "schedule.transfer": "gave away the schedule",
    "schedule.undo_skip": "undid the skipping of",
    "share.add": "shared",
    "share.change": "changed a share",
    "share.remove": "took a share away",
    "workspace_role.give": "gave a role of the workspace to",
    "workspace_role.take": "took a role of the workspace from",
    "tells_changes.change": "changed whether channels hear of changes",
    "zone.change": "changed the time zone",
}


def audit(
    where: Where,
    name: str,
    entries: Sequence[Entry],
    projects: Mapping[int, str],
    *,
    kinds: Sequence[str],
    has_more: bool,
    is_first: bool,
    notice: str = "",
) -> dict[str, Any]:
    """Return the page. `name` is the project's, or says that it is everything; `kinds` can be chosen."""
    blocks: list[Block | None] = [
        section("*Audit*"),
        _filters(where, kinds),
        None if entries else section("_Nothing to show._"),
        *(context(_entry(each, projects)) for each in entries),
        _moves(has_more=has_more, is_first=is_first),
        actions(button(Admin.EXPORT, "Export as CSV", "export")) if entries else None,
    ]
    return page(name, where, blocks, notice=notice)


def _filters(where: Where, kinds: Sequence[str]) -> Block:
    options = [option(each, each) for each in (ANY, *kinds)]
    chosen = next((each for each in options if each.value == where.kind), options[0])
    return ActionsBlock(
        block_id=FormField.FILTERS,
        elements=[
            UserSelectElement(
                action_id=Admin.AUDIT_WHO,
                placeholder=PlainTextObject(text="By anybody"),
                initial_user=where.who or None,
            ),
            StaticSelectElement(action_id=Admin.AUDIT_KIND, options=options, initial_option=chosen),
        ],
    )


def _moves(*, has_more: bool, is_first: bool) -> Block | None:
    newest = None if is_first else button(Admin.PREVIOUS, "← Newest", "newest")
    return actions(newest, button(Admin.NEXT, "Older →", "older") if has_more else None)


def _entry(entry: Entry, projects: Mapping[int, str]) -> str:
    who = f"<@{entry.person_id}>" if entry.person_id.startswith(("U", "W")) else f"_{entry.person_id}_"
    project = projects.get(entry.project_id or 0, "")
    denied = "" if entry.allowed else ":no_entry: *refused:* "
    where = f" from <#{entry.channel_id}>" if entry.channel_id.startswith(("C", "G")) else ""
    parts = [
        f"{past(entry.at)} {who} {denied}{DID.get(entry.action, entry.action)} {_subject(entry)}",
        f" in *{escape(project)}*" if project not in {"", entry.subject} else "",
        where,
        _change(entry, project),
    ]
    return "".join(parts)


def _subject(entry: Entry) -> str:
    """Return the subject, with ids as Slack shows them: a private channel's name is for its members."""
    kind = entry.action.partition(".")[0]
    if kind in {"channel", "member", "workspace_role"}:
        return _value(entry.subject)
    return f"`{escape(entry.subject)}`" if entry.subject else ""


def _change(entry: Entry, project: str) -> str:
    """Return what differs in an entry, without its own project, which is said already."""
    before, after, here = entry.before or {}, entry.after or {}, ("project", project)
    said = [
        f"{escape(name.replace('_', ' '))}: {_value(before.get(name))} → {_value(after.get(name))}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name) and (name, before.get(name) or after.get(name)) != here
    ]
    return "\n" + cut("; ".join(said), LONGEST_CHANGE) if said else ""


def _value(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{escape(name)} ({_value(each)})" for name, each in value.items()) or "none"
    text = str(value)
    for pattern, shown in _IDS.items():
        if re.fullmatch(pattern, text):
            return shown.format(text)
    return escape(text)
