"""projects.yaml, written: ids are the truth, names stand beside them as comments, the order never changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from bot.domain.rights import Action, Role
from bot.language.alerts_in_file import how_written, quiet_written, said
from bot.language.choices_in_file import listed
from bot.language.presets import say_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.domain.alert_setup import AlertSetup
    from bot.domain.choices import ChoiceList
    from bot.domain.escalation import Escalation
    from bot.domain.job import Job, JobSettings
    from bot.domain.project_setup import Names, ProjectSetup, Shared, Who

IN_PROJECT, IN_SHARE = " " * 4, " " * 8
NOWHERE = "nowhere"
"""Where a project reports that has channels and yet hears of nothing started elsewhere."""


def write_projects_file(
    projects: Mapping[str, ProjectSetup],
    workspace_roles: Mapping[str, Iterable[str]],
    names: Names,
    described: Mapping[str, Job] | None = None,
) -> str:
    """Return the projects as a file. `described` has the known jobs with their inputs, by DAG id."""
    lines = ["# Runbell's projects. Look at the plan, then apply it: python -m bot apply projects.yaml"]
    for role, people in sorted(workspace_roles.items()):
        if people:
            lines += _list(f"{role}s", [_person(each, names) for each in sorted(people)])
    lines.append("projects:" if projects else "projects: {}")
    for name in sorted(projects):
        lines += ["", f"  {_scalar(name)}:", *_project(projects[name], names, described or {})]
    return "\n".join(lines) + "\n"


def _project(setup: ProjectSetup, names: Names, described: Mapping[str, Job]) -> Iterator[str]:
    yield f"    time_zone: {_scalar(setup.tz)}"
    channels = [_noted(each, names.channel(each)) for each in sorted(setup.channels)]
    if channels:
        yield from _list("channels", channels, indent=IN_PROJECT)
        place = setup.reports_to
        yield f"    reports_to: {_noted(place, names.channel(place)) if place else NOWHERE}"
    for role in reversed(Role):
        members = [_who(who, names) for who, has in sorted(setup.members.items()) if has is role]
        if members:
            yield from _list(f"{role}s", members, indent=IN_PROJECT)
    if setup.asked:
        asked = [_person(each, names) for each in sorted(setup.asked)]
        yield from _list("asked", asked, indent=IN_PROJECT)
    if not setup.tells_changes:
        yield "    tells_changes: false"
    yield from _alerts(setup, names)
    yield from _escalation(setup.escalation, names)
    if setup.shares:
        yield "    shares:"
        for shared in sorted(setup.shares, key=_order):
            yield from _share(shared, setup.shares[shared], names)
    if setup.jobs:
        yield "    jobs:"
        for dag_id in sorted(setup.jobs):
            yield f"      {_scalar(dag_id)}:"
            yield from _settings(setup.jobs[dag_id], described.get(dag_id))


def _alerts(setup: ProjectSetup, names: Names) -> Iterator[str]:
    if setup.alerts:
        yield "    alerts:"
    for alert in sorted(setup.alerts, key=lambda each: (each.channel_id, each.about, said(each))):
        yield from _alert(alert, names)


def _alert(alert: AlertSetup, names: Names) -> Iterator[str]:
    yield f"      - channel: {_noted(alert.channel_id, names.channel(alert.channel_id))}"
    if alert.standing is not None:
        yield f"        of: {alert.standing}"
    if alert.dag_id:
        yield f"        job: {_noted(alert.dag_id, names.jobs.get(alert.dag_id, ''))}"
    if alert.tag:
        yield f"        tag: {_scalar(alert.tag)}"
    yield f"        events: [{', '.join(sorted(alert.events))}]"
    yield f"        how: {how_written(alert)}"
    if alert.quiet is not None:
        yield f"        quiet: {quiet_written(alert.quiet)}"
    if alert.mentions:
        yield from _list("mention", [_mention(each, names) for each in alert.mentions], indent=IN_SHARE)
    if alert.says_nothing_happened:
        yield "        also_nothing: true"
    if alert.until_on is not None:
        yield f"        until: {alert.until_on}"


def _mention(who: str, names: Names) -> str:
    return _noted(who, names.people.get(who, "") or names.groups.get(who, ""))


def _escalation(escalation: Escalation | None, names: Names) -> Iterator[str]:
    if escalation is None:
        return
    place_id = escalation.place_id
    yield "    escalation:"
    yield f"      minutes: {escalation.minutes}"
    if place_id:
        yield f"      to: {_noted(place_id, names.people.get(place_id) or names.channel(place_id))}"
    if escalation.pager:
        yield f"      pager: {_scalar(escalation.pager)}"


def _settings(settings: JobSettings, job: Job | None) -> Iterator[str]:
    if settings.title:
        yield f"        title: {_scalar(settings.title)}"
    if settings.description:
        yield f"        description: {_scalar(settings.description)}"
    if settings.presets:
        yield "        presets:"
        for name, inputs in settings.presets.items():
            yield f"          {_scalar(name)}: {{{_pairs(job, inputs)}}}"
    if settings.fixed:
        yield f"        fixed: {{{_pairs(job, settings.fixed)}}}"
    if settings.hidden:
        yield f"        hidden: [{', '.join(map(_scalar, sorted(settings.hidden)))}]"
    if not settings.asks_first:
        yield "        runs_at_once: true"
    if settings.runbook:
        yield f"        runbook: {_quoted(settings.runbook)}"
    if settings.longest_minutes is not None:
        yield f"        longest_minutes: {settings.longest_minutes}"
    yield from _choices(settings.choices)


def _choices(lists: Mapping[str, ChoiceList]) -> Iterator[str]:
    """Yield the choices, each list on one line: JSON is YAML, too, and keeps its order."""
    if lists:
        yield "        choices:"
    for name, found in lists.items():
        parts = {"depends_on": found.follows} if found.follows else {}
        kept = json.dumps({**parts, **listed(found)}, ensure_ascii=False)
        yield f"          {_quoted(name)}: {kept}"


def _pairs(job: Job | None, inputs: Mapping[str, Any]) -> str:
    """Return inputs in quotes, so that whatever they hold can stand on one line."""
    said = {name: say_value(job, name, value) for name, value in inputs.items()}
    return ", ".join(f"{_quoted(name)}: {_quoted(text)}" for name, text in said.items())


def _quoted(text: str) -> str:
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6)).strip()


def _share(shared: Shared, actions: frozenset[Action], names: Names) -> Iterator[str]:
    if shared.is_tag:
        yield f"      - tag: {_scalar(shared.name)}"
    else:
        yield f"      - job: {_noted(shared.name, names.jobs.get(shared.name, ''))}"
    yield f"        actions: [{', '.join(each for each in Action if each in actions)}]"
    if shared.only is not None:
        yield from _list("only", [_who(each, names) for each in shared.only], indent=IN_SHARE)


def _list(key: str, items: list[str], *, indent: str = "") -> list[str]:
    if not items:
        return [f"{indent}{key}: []"]
    return [f"{indent}{key}:", *(f"{indent}  - {each}" for each in items)]


def _order(shared: Shared) -> tuple[bool, str, tuple[Who, ...]]:
    return not shared.is_tag, shared.name, shared.only or ()


def _person(person_id: str, names: Names) -> str:
    return _noted(person_id, names.people.get(person_id, ""))


def _who(who: Who, names: Names) -> str:
    return _noted(who.slack_id, names.who(who))


def _noted(text: str, note: str) -> str:
    shown = " ".join("".join(each if each.isprintable() else " " for each in note).split())
    return _scalar(text) if shown in {"", text} else f"{_scalar(text)}  # {shown}"


def _scalar(text: str) -> str:
    """Return the text, in quotes if YAML needs them."""
    return str(yaml.safe_dump(text, allow_unicode=True, width=10**6)).removesuffix("...\n").strip()
