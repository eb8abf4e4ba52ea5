"""One entry of the audit as a sentence: who did what to which thing, and what it was before and after."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks.admin.people import ROLES
from bot.blocks.parts import bold, cut, escape, past, span
from bot.blocks.policies import MISSED, OVERLAP
from bot.domain.entry import COUNTED, KEPT
from bot.domain.rights import Role
from bot.domain.schedule import MissedPolicy, OverlapPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.entry import Entry, EntryNames

_IDS = {r"[UW][A-Z0-9]{2,}": "<@{}>", r"[CG][A-Z0-9]{2,}": "<#{}>", r"S[A-Z0-9]{2,}": "<!subteam^{}>"}
"""Slack's, of people, channels and user groups, and how Slack shows them by name to who may know it."""
LONGEST_CHANGE = 600
DID: Mapping[str, str] = {
    "access.ask": "asked for access to {it}",
    "access.decline": "declined to give access to {it}",
    "alert.add": "made an alert rule for {it}",
    "alert.change": "changed an alert rule of {it}",
    "alert.mute": "muted an alert rule of {it}",
    "alert.remove": "removed an alert rule of {it}",
    "alert.restore": "brought back an alert rule of {it}",
    "alert.unmute": "ended the mute of an alert rule of {it}",
    "away.begin": "is away, and {it} stands in",
    "away.end": "is back; {it} stood in",
    "audit.export": "exported the audit: {it}",
    "asked.change": "changed who is asked for access to {it}",
    "channel.follow": "saw a change of the channel {it} in Slack",
    "channel.map": "gave the channel {it} to the project",
    "channel.unmap": "took the channel {it} from the project",
    "incident.claim": "claimed the failure of {it}",
    "incident.mute": "muted the failure of {it}",
    "incident.release": "released the claim on the failure of {it}",
    "incident.unmute": "ended the mute of the failure of {it}",
    "job.pause": "paused {it} for everyone",
    "job.resume": "resumed {it} for everyone",
    "job.run": "ran {it}",
    "job.settings": "changed how {it} is shown",
    "member.add": "added {it}",
    "member.change": "changed what {it} may do",
    "member.remove": "took {it} out of the project",
    "preset.keep_own": "kept a preset of their own for {it}",
    "preset.remove_own": "deleted a preset of their own for {it}",
    "project.archive": "archived the project {it}",
    "project.create": "made the project {it}",
    "project.manage": "changed who manages the project {it}",
    "project.pause": "paused the project {it}",
    "project.rename": "renamed the project {it}",
    "project.restore": "took the project {it} out of the archive",
    "project.resume": "let the schedules of the project {it} go on",
    COUNTED: "was refused {it}",
    "reports_to.change": "changed where {it} reports",
    "run.retry": "retried {it}",
    "run.stop": "stopped {it}",
    "schedule.active": "resumed {it}",
    "schedule.create": "scheduled {it}",
    "schedule.delete": "deleted {it}",
    "schedule.edit": "changed {it}",
    "schedule.paused": "paused {it}",
    "schedule.policies": "set what happens when something goes wrong with {it}",
    "schedule.restore": "brought back {it}",
    "schedule.skip": "skipped a run of {it}",
    "schedule.suspended": "suspended {it}",
    "schedule.take_over": "took over {it}",
    "schedule.transfer": "gave away {it}",
    "schedule.undo_skip": "let a skipped run of {it} happen",
    "share.add": "shared {it}",
    "share.change": "changed how {it} is shared",
    "share.remove": "no longer shares {it}",
    "workspace_role.give": "gave {it} a role in the workspace",
    "workspace_role.take": "took a role in the workspace from {it}",
    "escalation.change": "changed what happens to failures in {it} that nobody claims",
    "tells_changes.change": "changed whether channels of {it} hear of changes",
    "zone.change": "changed the time zone of {it}",
}
"""What was done, in the words that follow a name. `{it}` is the thing that it was done to."""
_UNTOLD = frozenset({"project", "job", "firing", "run_at", "by_file", KEPT})
"""Facts that the rest of the sentence says, or that are only for the file."""
_LABELS = {
    "grace_seconds": "may start late by",
    "most_failures": "failures in a row before it waits",
    "missed": "missed runs",
    "overlap": "previous run still going",
    "reports_to": "reports to",
    "asked": "asked",
    "tells_changes": "hear of changes",
    "escalation": "unclaimed failures",
    "asks_first": "asks before a run",
    "time_zone": "time zone",
}
_TURNS = frozenset({"state", "role", "actions", "name", "when", "title", "skipped", "due"})
"""Facts that need no label: their values say what they are."""
_OF_INPUTS = frozenset({"inputs", "fixed", "hidden", "choices"})
"""Facts that are names of a job's inputs."""
_NEEDS = {"see": "look at", "run": "run", "schedule": "schedule", "stop": "stop", "pause": "pause"}


def sentence(entry: Entry, names: EntryNames) -> str:
    """Return the entry in one sentence of Slack's mrkdwn, with its moment in the reader's zone."""
    project = names.project(entry)
    where = f" from <#{entry.channel_id}>" if entry.channel_id.startswith(("C", "G")) else ""
    inside = f" in {bold(project)}" if project and project != entry.subject else ""
    does = _does(entry, names) if entry.allowed else _refused(entry, names)
    changed = _changes(entry, names) if entry.allowed else ""
    said = f"{past(entry.at)} {_who(entry)} {does}{inside}{where}"
    return f"{said}: {cut(changed, LONGEST_CHANGE)}" if changed else said


def _who(entry: Entry) -> str:
    if entry.person_id == "file":
        return "The projects file"
    if entry.person_id.startswith(("U", "W")):
        return f"<@{entry.person_id}>"
    return escape(entry.person_id.capitalize())


def _does(entry: Entry, names: EntryNames) -> str:
    known = DID.get(entry.action)
    it = _thing(entry, names)
    return known.format(it=it).rstrip() if known else f"did {escape(entry.action)} to {it}"


def _refused(entry: Entry, names: EntryNames) -> str:
    if entry.action == COUNTED:
        return DID[COUNTED].format(it=escape(entry.subject.removeprefix("and ")))
    facts = entry.after or {}
    needs, title = str(facts.get("needs", "")), names.title(entry)
    answer = ":no_entry: was refused"
    if needs in _NEEDS:
        return f"{answer}: {_NEEDS[needs]} {bold(title)}"
    if needs:
        return f"{answer}: {escape(needs)} {bold(title)}"
    return f"{answer} at `{escape(entry.action)}`"


def _thing(entry: Entry, names: EntryNames) -> str:
    """Return what the entry is about, by the name that people use for it."""
    kind, title = entry.action.partition(".")[0], names.title(entry)
    if entry.schedule_number:
        return f"{bold(title)} (#{entry.schedule_number})"
    if kind == "run":
        return _run(entry, title)
    if kind == "share":
        return bold(title) if title else escape(entry.subject)
    if title:
        return bold(title)
    if kind in {"alert", "channel", "member", "workspace_role", "away"} or entry.action == "access.decline":
        return _value("", entry.subject)
    if kind == "audit" or not entry.subject:
        return escape(entry.subject)
    return bold(entry.subject)


def _run(entry: Entry, title: str) -> str:
    run_at = _moment((entry.after or {}).get("run_at"))
    if not title:
        return f"the run `{escape(entry.subject)}`"
    return f"{bold(title)}" + ("" if run_at is None else f" (the run of {past(run_at)})")


# What changed -------------------------------------------------------------------------------------------


def _changes(entry: Entry, names: EntryNames) -> str:
    """Return "active → paused until …; owner: …" for what differs before and after."""
    before, after = (_titled(each or {}, entry, names) for each in (entry.before, entry.after))
    if entry.action in {"schedule.create", "schedule.delete", "schedule.restore"}:
        before.pop("state", None)  # made, deleted and brought back say it
        after.pop("state", None)
    for name in ("state", "owner"):
        if name not in after:
            before.pop(name, None)  # it did not change
    until = after.pop("until", None)
    found = [
        _change(name, before.get(name), after.get(name), is_both=entry.before is not None)
        for name in sorted(before.keys() | after.keys(), key=lambda each: (each != "state", each))
        if name not in _UNTOLD and before.get(name) != after.get(name)
    ]
    said = "; ".join(each for each in found if each)
    if until is None:
        return said
    ends = f"until {_value('until', until)}"
    if "state" in after:
        return f"{said} {ends}"
    return f"{ends}; {said}" if said else ends


def _titled(facts: Mapping[str, Any], entry: Entry, names: EntryNames) -> dict[str, Any]:
    """Return the facts with the inputs in them by their titles."""

    def titles(inputs: Any) -> Any:
        return [names.input(entry, str(each)) for each in inputs] if isinstance(inputs, list) else inputs

    found = {name: titles(value) if name in _OF_INPUTS else value for name, value in facts.items()}
    presets = found.get("presets")
    if isinstance(presets, dict):
        found["presets"] = {preset: titles(inputs) for preset, inputs in presets.items()}
    return found


def _change(name: str, before: Any, after: Any, *, is_both: bool) -> str:
    label = _LABELS.get(name, name.replace("_", " "))
    head = "" if name in _TURNS else f"{escape(label)}: "
    if before is None or after is None:
        one = after if before is None else before
        lost = is_both and after is None and name not in _TURNS
        return f"{head}{_value(name, one)}{' → none' if lost else ''}"
    return f"{head}{_value(name, before)} → {_value(name, after)}"


_IN_WORDS: Mapping[str, Callable[[str], str]] = {
    "role": lambda value: ROLES[Role(value)],
    "missed": lambda value: MISSED[MissedPolicy(value)][0].lower(),
    "overlap": lambda value: OVERLAP[OverlapPolicy(value)][0].lower(),
    "grace_seconds": lambda value: span(timedelta(seconds=int(value))),
}
"""Values that the screens show in words of their own."""


def _value(name: str, value: Any) -> str:
    if value is None:
        return "as usual" if name == "grace_seconds" else "everyone" if name == "only" else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value("", each) for each in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{escape(each)} ({_value('', of_it)})" for each, of_it in value.items()) or "none"
    text = str(value)
    if name in _IN_WORDS:
        try:
            return _IN_WORDS[name](text)
        except ValueError:  # written by another version of Runbell
            return escape(text)
    moment = _moment(text)
    if moment is not None:
        return past(moment)
    for pattern, shown in _IDS.items():
        if re.fullmatch(pattern, text):
            return shown.format(text)
    return escape(text) or "none"


def _moment(text: Any) -> datetime | None:
    """Return the moment that the text names in full, as the audit keeps moments; else None."""
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
