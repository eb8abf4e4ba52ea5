"""Differences between two setups of projects: each change in words, and as the audit keeps it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from bot.domain.job import JobSettings
from bot.domain.project_setup import ProjectSetup
from bot.domain.rights import Action
from bot.language.alerts_in_file import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.domain.alert_setup import AlertSetup
    from bot.domain.escalation import Escalation
    from bot.domain.project_setup import KeptProject, Names, Shared, WantedSetups, Who

_SETTINGS = tuple(each.name for each in fields(JobSettings))


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `sign` is "+", "-" or "~"; `project` is "" for the workspace's own roles."""

    sign: str
    words: str
    project: str
    action: str
    subject: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def changes(
    kept: Mapping[str, KeptProject], roles: Mapping[str, frozenset[str]], wanted: WantedSetups, names: Names
) -> list[Change]:
    """Return the differences between what is and what the file asks for, in the order of the report."""
    found = [*_workspace_roles(roles, wanted.workspace_roles, names)]
    for name in sorted(wanted.projects):
        found += _project(name, kept.get(name), wanted, names)
    for name in sorted(kept):
        if name not in wanted.projects and kept[name].is_managed and not kept[name].is_archived:
            found.append(
                Change(
                    "-", f"project {name}: archived; its schedules stop", name, "project.archive", name,
                    {"archived": False}, {"archived": True},
                )
            )  # fmt: skip
    return found


def say_changes(found: Iterable[Change]) -> str:
    """Return the changes as a text like a diff, project by project."""
    lines = []
    last = ""
    for each in found:
        heads = each.action.startswith("project.") or not each.project
        if each.project != last and not heads:
            lines.append(f"  project {each.project}")
        last = each.project
        lines.append(f"{each.sign} {each.words}" if heads else f"{each.sign}     {each.words}")
    return "\n".join(lines)


def _project(name: str, kept: KeptProject | None, whole: WantedSetups, names: Names) -> Iterator[Change]:
    wanted = whole.projects[name]
    before = kept.setup if kept else ProjectSetup(wanted.tz)
    settings = {"time_zone": wanted.tz}
    if kept is None:
        yield Change("+", f"project {name} ({wanted.tz})", name, "project.create", name, None, settings)
    elif kept.is_archived:
        words = f"project {name}: back from the archive"
        yield Change("+", words, name, "project.restore", name, {"archived": True}, {"archived": False})
    elif kept.is_managed != whole.by_file:
        words = f"project {name}: managed {'by this file' if whole.by_file else 'in Slack'} from now on"
        facts = {"by_file": kept.is_managed}, {"by_file": whole.by_file}
        yield Change("~", words, name, "project.manage", name, *facts)
    yield from setup_changes(name, before, wanted, names)


def setup_changes(name: str, before: ProjectSetup, wanted: ProjectSetup, names: Names) -> Iterator[Change]:
    """Yield the differences between two setups of one project that exists."""
    if before.tz != wanted.tz:
        words = f"time zone: {before.tz} → {wanted.tz}"
        facts = {"time_zone": before.tz}, {"time_zone": wanted.tz}
        yield Change("~", words, name, "zone.change", name, *facts)
    yield from _channels(name, before, wanted, names)
    yield from _members(name, before.members, wanted.members, names)
    yield from _asked(name, before.asked, wanted.asked, names)
    yield from _tells_changes(name, before, wanted)
    yield from _alerts(name, before.alerts, wanted.alerts, names)
    yield from _escalation(name, before, wanted, names)
    yield from _shares(name, before.shares, wanted.shares, names)
    yield from _jobs(name, before.jobs, wanted.jobs, names)


def _channels(project: str, before: ProjectSetup, wanted: ProjectSetup, names: Names) -> Iterator[Change]:
    for sign, ids in (
        ("-", before.channels.keys() - wanted.channels.keys()),
        ("+", wanted.channels.keys() - before.channels.keys()),
    ):
        for each in sorted(ids):
            does = "channel.map" if sign == "+" else "channel.unmap"
            words = f"channel {names.channel(each)}"
            facts = {"project": project}
            yield _either(sign, words, project, action=does, subject=each, facts=facts)
    if before.reports_to != wanted.reports_to:
        old, new = (
            names.channel(each) if each else "nowhere" for each in (before.reports_to, wanted.reports_to)
        )
        yield Change(
            "~", f"reports to: {old} → {new}", project, "reports_to.change", project,
            {"reports_to": before.reports_to}, {"reports_to": wanted.reports_to},
        )  # fmt: skip


def _tells_changes(project: str, before: ProjectSetup, wanted: ProjectSetup) -> Iterator[Change]:
    if before.tells_changes != wanted.tells_changes:
        old, new = ("yes" if each.tells_changes else "no" for each in (before, wanted))
        yield Change(
            "~", f"tells of changes: {old} → {new}", project, "tells_changes.change", project,
            {"tells_changes": before.tells_changes}, {"tells_changes": wanted.tells_changes},
        )  # fmt: skip


def _alerts(
    project: str, before: frozenset[AlertSetup], wanted: frozenset[AlertSetup], names: Names
) -> Iterator[Change]:
    for sign, does, alerts in (("-", "alert.remove", before - wanted), ("+", "alert.add", wanted - before)):
        for each in sorted(alerts, key=lambda one: (one.channel_id, said(one))):
            words = f"{names.channel(each.channel_id)}: {said(each)}"
            facts = {"project": project, "rule": said(each)}
            yield _either(sign, words, project, action=does, subject=each.channel_id, facts=facts)


def _escalation(project: str, before: ProjectSetup, wanted: ProjectSetup, names: Names) -> Iterator[Change]:
    if before.escalation != wanted.escalation:
        old, new = (_escalates(each.escalation, names) for each in (before, wanted))
        yield Change(
            "~", f"failures that nobody claims: {old} → {new}", project, "escalation.change", project,
            {"escalation": old}, {"escalation": new},
        )  # fmt: skip


def _escalates(escalation: Escalation | None, names: Names) -> str:
    if escalation is None:
        return "nothing more"
    place_id = escalation.place_id
    place = names.people.get(place_id) or names.channel(place_id) if place_id else ""
    pager = f"PagerDuty ({escalation.pager})" if escalation.pager else ""
    whom = " and ".join(each for each in (place, pager) if each)
    return f"after {escalation.minutes} min, {whom}"


def _members(
    project: str, before: Mapping[Who, Any], wanted: Mapping[Who, Any], names: Names
) -> Iterator[Change]:
    for who in sorted(before.keys() | wanted.keys()):
        old, new = before.get(who), wanted.get(who)
        if old == new:
            continue
        name = names.who(who)
        if old and new:
            yield Change(
                "~", f"{name}: {old} → {new}", project, "member.change", who.slack_id,
                {"project": project, "role": old}, {"project": project, "role": new},
            )  # fmt: skip
        else:
            does = "member.add" if new else "member.remove"
            facts = {"project": project, "role": new or old}
            yield _either(
                "+" if new else "-",
                f"{name}: {new or old}",
                project,
                action=does,
                subject=who.slack_id,
                facts=facts,
            )


def _asked(project: str, before: frozenset[str], wanted: frozenset[str], names: Names) -> Iterator[Change]:
    if before != wanted:
        old, new = (
            ", ".join(sorted(names.people.get(each, each) for each in people)) or "every manager"
            for people in (before, wanted)
        )
        yield Change(
            "~", f"asked for access: {old} → {new}", project, "asked.change", project,
            {"asked": sorted(before)}, {"asked": sorted(wanted)},
        )  # fmt: skip


def _jobs(
    project: str, before: Mapping[str, JobSettings], wanted: Mapping[str, JobSettings], names: Names
) -> Iterator[Change]:
    as_in_airflow = JobSettings()
    for dag_id in sorted(before.keys() | wanted.keys()):
        old, new = before.get(dag_id, as_in_airflow), wanted.get(dag_id, as_in_airflow)
        if old == new:
            continue
        differs = [each for each in _SETTINGS if getattr(old, each) != getattr(new, each)]
        said = ", ".join(each.replace("_", " ") for each in differs)
        yield Change(
            "~", f"job {names.jobs.get(dag_id, dag_id)}: {said}", project, "job.settings", dag_id,
            {"project": project, **_kept(old, differs)}, {"project": project, **_kept(new, differs)},
        )  # fmt: skip


def _kept(settings: JobSettings, names: Iterable[str]) -> dict[str, Any]:
    """Return what the audit keeps: names of fixed and preset inputs, never their values."""
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(settings, name)
        if name == "presets":
            found[name] = {preset: sorted(inputs) for preset, inputs in value.items()}
        else:
            found[name] = sorted(value) if name in {"hidden", "fixed", "choices"} else value
    return found


def _shares(
    project: str,
    before: Mapping[Shared, frozenset[Action]],
    wanted: Mapping[Shared, frozenset[Action]],
    names: Names,
) -> Iterator[Change]:
    found = before.keys() | wanted.keys()
    for shared in sorted(found, key=lambda each: (each.name, each.is_tag, each.only or ())):
        old, new = before.get(shared), wanted.get(shared)
        if old == new:
            continue
        to = "everyone" if shared.only is None else ", ".join(map(names.who, shared.only)) or "nobody"
        words = f"share {shared} with {to}"
        facts = {
            "project": project,
            "only": None if shared.only is None else [each.slack_id for each in shared.only],
        }
        if old is not None and new is not None:
            yield Change(
                "~", f"{words}: {_said(old)} → {_said(new)}", project, "share.change", str(shared),
                {**facts, "actions": _listed(old)}, {**facts, "actions": _listed(new)},
            )  # fmt: skip
        else:
            actions = frozenset(new if new is not None else old or ())
            sign, does = ("+", "share.add") if new is not None else ("-", "share.remove")
            facts = {**facts, "actions": _listed(actions)}
            yield _either(
                sign, f"{words}: {_said(actions)}", project, action=does, subject=str(shared), facts=facts
            )


def _workspace_roles(
    before: Mapping[str, frozenset[str]], wanted: Mapping[str, frozenset[str]], names: Names
) -> Iterator[Change]:
    for role in sorted(wanted):
        old, new = before.get(role, frozenset()), wanted[role]
        for sign, people in (("-", old - new), ("+", new - old)):
            for each in sorted(people):
                words = f"{role} {names.people.get(each, each)}"
                does = "workspace_role.give" if sign == "+" else "workspace_role.take"
                yield _either(sign, words, "", action=does, subject=each, facts={"role": role})


def _either(
    sign: str, words: str, project: str, *, action: str, subject: str, facts: Mapping[str, Any]
) -> Change:
    """Return the change for something that was not there before, or is not there afterwards."""
    before, after = (None, facts) if sign == "+" else (facts, None)
    return Change(sign, words, project, action, subject, before, after)


def _listed(actions: frozenset[Action]) -> list[str]:
    return [each.value for each in Action if each in actions]


def _said(actions: frozenset[Action]) -> str:
    return ", ".join(_listed(actions))
