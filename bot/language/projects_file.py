"""projects.yaml, read into what it says; everything that is wrong in it, each with its line and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yaml

from bot.domain.escalation import LONGEST_MINUTES, SHORTEST_MINUTES
from bot.domain.job import LONGEST_RUN
from bot.domain.one_line import one_line
from bot.domain.rights import Action, Role
from bot.domain.whole_number import whole_number
from bot.language.alerts_in_file import AlertInFile, read_alerts
from bot.language.choices_in_file import ListInFile, read_choices
from bot.language.yaml_nodes import Nodes, Problem, Word, WrongFile, compose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yaml.nodes import Node

LONGEST_NAME = 80
PROJECT_NAME = f"one line of 1 to {LONGEST_NAME} characters"
_TOP = ("admins", "auditors", "projects")
_ROLES = {f"{role}s": role for role in reversed(Role)}
_SETTINGS = ("asked", "tells_changes", "alerts", "escalation")
_PROJECT = ("time_zone", "channels", "reports_to", *_ROLES, *_SETTINGS, "shares", "jobs")
_ESCALATION = ("minutes", "to", "pager")
_JOB = (
    "title",
    "description",
    "presets",
    "fixed",
    "hidden",
    "runs_at_once",
    "runbook",
    "longest_minutes",
    "choices",
)
_SHARE = ("job", "tag", "actions", "only")


@dataclass(frozen=True, slots=True)
class ShareInFile:
    target: Word
    is_tag: bool
    actions: frozenset[Action]
    only: tuple[Word, ...] | None


@dataclass(frozen=True, slots=True)
class JobInFile:
    """Inputs as they are written: (name, value) each."""

    dag_id: Word
    title: str
    description: str
    presets: tuple[tuple[Word, tuple[tuple[Word, Word], ...]], ...]
    fixed: tuple[tuple[Word, Word], ...]
    hidden: tuple[Word, ...]
    runs_at_once: bool
    runbook: str
    longest_minutes: int | None = None
    choices: tuple[ListInFile, ...] = ()


@dataclass(frozen=True, slots=True)
class EscalationInFile:
    """`to` is a channel or a person, `pager` the name of a routing key; at least one of them."""

    minutes: int
    to: Word | None
    pager: Word | None


@dataclass(frozen=True, slots=True)
class ProjectInFile:
    name: Word
    tz: str
    channels: tuple[Word, ...]
    reports_to: Word | None
    members: tuple[tuple[Word, Role], ...]
    asked: tuple[Word, ...]
    tells_changes: bool
    alerts: tuple[AlertInFile, ...]
    escalation: EscalationInFile | None
    shares: tuple[ShareInFile, ...]
    jobs: tuple[JobInFile, ...]


@dataclass(frozen=True, slots=True)
class ProjectsFile:
    """The content of a projects file. `workspace_roles` has only those that the file names."""

    projects: tuple[ProjectInFile, ...]
    workspace_roles: Mapping[str, tuple[Word, ...]]


def read_projects_file(text: str) -> ProjectsFile:
    """Return the file's content. Raises WrongFile. Whether people and jobs exist is asked elsewhere."""
    node = compose(text)
    reader = _Reader()
    found = reader.file(node)
    if reader.problems:
        raise WrongFile(reader.problems)
    return found


def jobs_named_in(text: str) -> list[str]:
    """Return the DAG ids under `jobs` of a file that can be read, and those that publish choices."""
    try:
        jobs = [job for each in read_projects_file(text).projects for job in each.jobs]
        publishers = {each.from_job.text for job in jobs for each in job.choices if each.from_job is not None}
        return sorted({job.dag_id.text for job in jobs} | publishers)
    except WrongFile:
        return []


def is_project_name(text: str) -> bool:
    """Return whether the text can be a project's name."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and text.strip() == text


class _Reader(Nodes):
    def file(self, node: Node | None) -> ProjectsFile:
        if node is None:
            self.problems.append(Problem(1, 1, "the file is empty; it needs `projects:`"))
            return ProjectsFile((), {})
        parts = self.keys(node, "the file", _TOP, needed=("projects",))
        roles = {
            key.removesuffix("s"): self.words(parts[key], key)
            for key in ("admins", "auditors")
            if key in parts
        }
        found = tuple(
            self._project(name, each) for name, each in self.entries(parts.get("projects"), "projects")
        )
        return ProjectsFile(found, roles)

    def _project(self, name: Word, node: Node) -> ProjectInFile:
        if not is_project_name(name.text):
            self.problems.append(name.wrong(f"a project's name is {PROJECT_NAME}"))
        parts = self.keys(node, f"project {name.text}", _PROJECT, needed=("time_zone",), at=name)
        return ProjectInFile(
            name=name,
            tz=self._zone(parts.get("time_zone")),
            channels=self.words(parts.get("channels"), "channels"),
            reports_to=self.word(parts["reports_to"], "reports_to") if "reports_to" in parts else None,
            members=tuple(
                (word, role) for key, role in _ROLES.items() for word in self.words(parts.get(key), key)
            ),
            asked=self.words(parts.get("asked"), "asked"),
            tells_changes="tells_changes" not in parts or self._yes(parts["tells_changes"], "tells_changes"),
            alerts=tuple(read_alerts(self, parts.get("alerts"))),
            escalation=self._escalation(parts.get("escalation")),
            shares=tuple(self._shares(parts.get("shares"))),
            jobs=tuple(self._job(dag_id, each) for dag_id, each in self.entries(parts.get("jobs"), "jobs")),
        )

    def _escalation(self, node: Node | None) -> EscalationInFile | None:
        if node is None:
            return None
        parts = self.keys(node, "escalation", _ESCALATION, needed=("minutes",))
        minutes = self._minutes(parts.get("minutes"), "minutes", SHORTEST_MINUTES, LONGEST_MINUTES) or 0
        if "to" not in parts and "pager" not in parts:
            self.wrong(node, "an escalation needs `to` (a channel or a person) or `pager`")
        to = self.word(parts["to"], "to") if "to" in parts else None
        pager = self.word(parts["pager"], "pager") if "pager" in parts else None
        return EscalationInFile(minutes, to, pager)

    def _job(self, dag_id: Word, node: Node) -> JobInFile:
        parts = self.keys(node, f"job {dag_id.text}", _JOB, needed=())
        presets = self.entries(parts.get("presets"), "presets")
        return JobInFile(
            dag_id=dag_id,
            title=one_line(self._text(parts.get("title"), "title")),
            description=one_line(self._text(parts.get("description"), "description")),
            presets=tuple((name, self._pairs(each, f"preset {name.text}")) for name, each in presets),
            fixed=self._pairs(parts.get("fixed"), "fixed"),
            hidden=self.words(parts.get("hidden"), "hidden"),
            runs_at_once=self._yes(parts.get("runs_at_once"), "runs_at_once"),
            runbook=self._text(parts.get("runbook"), "runbook"),
            longest_minutes=self._minutes(parts.get("longest_minutes"), "longest_minutes", 1, LONGEST_RUN),
            choices=tuple(read_choices(self, parts.get("choices"))),
        )

    def _pairs(self, node: Node | None, what: str) -> tuple[tuple[Word, Word], ...]:
        found = ((name, self.word(value, what)) for name, value in self.entries(node, what))
        return tuple((name, value) for name, value in found if value is not None)

    def _text(self, node: Node | None, what: str) -> str:
        word = None if node is None else self.word(node, what)
        return "" if word is None else word.text.strip()

    def _yes(self, node: Node | None, what: str) -> bool:
        word = None if node is None else self.word(node, what)
        if word is not None and word.text not in {"true", "false"}:
            self.problems.append(word.wrong(f"`{what}` is true or false"))
        return word is not None and word.text == "true"

    def _minutes(self, node: Node | None, what: str, least: int, most: int) -> int | None:
        word = None if node is None else self.word(node, what)
        if word is None:
            return None
        minutes = whole_number(word.text)
        if minutes is None or not least <= minutes <= most:
            self.problems.append(word.wrong(f"`{what}` is a whole number, {least} to {most}"))
        return minutes

    def _shares(self, node: Node | None) -> Iterator[ShareInFile]:
        for each in self.items(node, "shares"):
            parts = self.keys(each, "a share", _SHARE, needed=("actions",))
            if ("job" in parts) == ("tag" in parts) and isinstance(each, yaml.MappingNode):
                self.wrong(each, "a share names either a `job` or a `tag`")
            kind = "tag" if "tag" in parts else "job"
            target = self.word(parts[kind], kind) if kind in parts else None
            only = self.words(parts["only"], "only") if "only" in parts else None
            if only == () and isinstance(parts["only"], yaml.SequenceNode):
                self.wrong(parts["only"], "`only` names nobody; without it the share is for everyone")
            actions = self._actions(parts.get("actions"))
            if target is not None:
                yield ShareInFile(target, kind == "tag", actions, only)

    def _actions(self, node: Node | None) -> frozenset[Action]:
        words = self.words(node, "actions")
        if node is not None and not words and isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"`actions` needs some of {', '.join(Action)}")
        for word in words:
            if word.text not in set(Action):
                self.problems.append(
                    word.wrong(f"there is no action {word.text}; there are {', '.join(Action)}")
                )
        return frozenset(Action(word.text) for word in words if word.text in set(Action))

    def _zone(self, node: Node | None) -> str:
        word = None if node is None else self.word(node, "time_zone")
        if word is None:
            return "UTC"
        try:
            return ZoneInfo(word.text).key
        except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
            pass
        except KeyError:
            pass
        self.problems.append(word.wrong(f"there is no time zone {word.text}; write one like Europe/Berlin"))
        return "UTC"
