"""From how projects stand to how a file wants them: each change in words, and as the audit keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.rights import Action
from bot.domain.standing import ProjectStanding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.domain.standing import KeptProject, Names, Shared, Standing, Who


@dataclass(frozen=True, slots=True)
class Change:
    """`sign`: "+", "-" or "~". `project` "": the workspace's own."""

    sign: str
    words: str
    project: str
    action: str
    subject: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def changes(
    kept: Mapping[str, KeptProject], roles: Mapping[str, frozenset[str]], wanted: Standing, names: Names
) -> list[Change]:
    """In the order in which they are shown."""
    found = [*_workspace_roles(roles, wanted.workspace_roles, names)]
    for name in sorted(wanted.projects):
        found += _project(name, kept.get(name), wanted.projects[name], names)
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
    """Like a diff, a project at a time."""
    lines = []
    last = ""
    for each in found:
        heads = each.action.startswith("project.") or not each.project
        if each.project != last and not heads:
            lines.append(f"  project {each.project}")
        last = each.project
        lines.append(f"{each.sign} {each.words}" if heads else f"{each.sign}     {each.words}")
    return "\n".join(lines)


def _project(name: str, kept: KeptProject | None, wanted: ProjectStanding, names: Names) -> Iterator[Change]:
    before = kept.standing if kept else ProjectStanding(wanted.tz)
    settings = {"time_zone": wanted.tz}
    if kept is None:
        yield Change("+", f"project {name} ({wanted.tz})", name, "project.create", name, None, settings)
    elif kept.is_archived:
        words = f"project {name}: back from the archive"
        yield Change("+", words, name, "project.restore", name, {"archived": True}, {"archived": False})
    elif not kept.is_managed:
        words = f"project {name}: managed by this file from now on"
        yield Change("~", words, name, "project.manage", name, {"by_file": False}, {"by_file": True})
    if before.tz != wanted.tz:
        words = f"time zone: {before.tz} → {wanted.tz}"
        yield Change("~", words, name, "zone.change", name, {"time_zone": before.tz}, settings)
    yield from _channels(name, before, wanted, names)
    yield from _members(name, before.members, wanted.members, names)
    yield from _shares(name, before.shares, wanted.shares, names)


def _channels(
    project: str, before: ProjectStanding, wanted: ProjectStanding, names: Names
) -> Iterator[Change]:
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
    """Something that was not there before, or is not afterwards."""
    before, after = (None, facts) if sign == "+" else (facts, None)
    return Change(sign, words, project, action, subject, before, after)


def _listed(actions: frozenset[Action]) -> list[str]:
    return [each.value for each in Action if each in actions]


def _said(actions: frozenset[Action]) -> str:
    return ", ".join(_listed(actions))
