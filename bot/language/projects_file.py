"""projects.yaml, read into what it says; everything that is wrong in it, each with its line and column."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yaml

from bot.domain.errors import UserError
from bot.domain.one_line import one_line
from bot.domain.rights import Action, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from yaml.nodes import Node

LONGEST_NAME = 80
PROJECT_NAME = f"one line of 1 to {LONGEST_NAME} characters"
_TOP = ("admins", "auditors", "projects")
_ROLES = {f"{role}s": role for role in reversed(Role)}
_PROJECT = ("time_zone", "channels", "reports_to", *_ROLES, "asked", "shares", "jobs")
_JOB = ("title", "description", "presets", "fixed", "hidden", "runs_at_once")
_SHARE = ("job", "tag", "actions", "only")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`line` and `column` count from 1, as editors do."""

    line: int
    column: int
    words: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.words}"


class WrongFile(UserError):
    """Every problem at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(each) for each in self.problems))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the file and where it stands."""

    text: str
    line: int
    column: int

    def wrong(self, words: str) -> Problem:
        return Problem(self.line, self.column, words)


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


@dataclass(frozen=True, slots=True)
class ProjectInFile:
    name: Word
    tz: str
    channels: tuple[Word, ...]
    reports_to: Word | None
    members: tuple[tuple[Word, Role], ...]
    asked: tuple[Word, ...]
    shares: tuple[ShareInFile, ...]
    jobs: tuple[JobInFile, ...]


@dataclass(frozen=True, slots=True)
class ProjectsFile:
    """`workspace_roles`: only those that the file names."""

    projects: tuple[ProjectInFile, ...]
    workspace_roles: Mapping[str, tuple[Word, ...]]


def read_projects_file(text: str) -> ProjectsFile:
    """Raises WrongFile. Whether the people, channels and jobs exist is asked elsewhere."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise WrongFile([_not_yaml(error, text)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        raise WrongFile([Problem(line, column, "this character cannot stand in YAML")]) from None
    except RecursionError:
        raise WrongFile([Problem(1, 1, "it is nested deeper than any projects file")]) from None
    reader = _Reader()
    found = reader.file(node)
    if reader.problems:
        raise WrongFile(reader.problems)
    return found


def jobs_named_in(text: str) -> list[str]:
    """The DAG ids under `jobs` of a file that can be read."""
    try:
        return sorted({job.dag_id.text for each in read_projects_file(text).projects for job in each.jobs})
    except WrongFile:
        return []


def suggest(wrong: str, known: Collection[str]) -> str:
    """ "; did you mean Finance?", or nothing."""
    close = get_close_matches(wrong, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def is_project_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and text.strip() == text


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def file(self, node: Node | None) -> ProjectsFile:
        if node is None:
            self.problems.append(Problem(1, 1, "the file is empty; it needs `projects:`"))
            return ProjectsFile((), {})
        parts = self._keys(node, "the file", _TOP, needed=("projects",))
        roles = {
            key.removesuffix("s"): self._words(parts[key], key)
            for key in ("admins", "auditors")
            if key in parts
        }
        found = tuple(
            self._project(name, each) for name, each in self._entries(parts.get("projects"), "projects")
        )
        return ProjectsFile(found, roles)

    def _project(self, name: Word, node: Node) -> ProjectInFile:
        if not is_project_name(name.text):
            self.problems.append(name.wrong(f"a project's name is {PROJECT_NAME}"))
        parts = self._keys(node, f"project {name.text}", _PROJECT, needed=("time_zone",), at=name)
        return ProjectInFile(
            name=name,
            tz=self._zone(parts.get("time_zone")),
            channels=self._words(parts.get("channels"), "channels"),
            reports_to=self._word(parts["reports_to"], "reports_to") if "reports_to" in parts else None,
            members=tuple(
                (word, role) for key, role in _ROLES.items() for word in self._words(parts.get(key), key)
            ),
            asked=self._words(parts.get("asked"), "asked"),
            shares=tuple(self._shares(parts.get("shares"))),
            jobs=tuple(self._job(dag_id, each) for dag_id, each in self._entries(parts.get("jobs"), "jobs")),
        )

    def _job(self, dag_id: Word, node: Node) -> JobInFile:
        parts = self._keys(node, f"job {dag_id.text}", _JOB, needed=())
        presets = self._entries(parts.get("presets"), "presets")
        return JobInFile(
            dag_id=dag_id,
            title=one_line(self._text(parts.get("title"), "title")),
            description=one_line(self._text(parts.get("description"), "description")),
            presets=tuple((name, self._pairs(each, f"preset {name.text}")) for name, each in presets),
            fixed=self._pairs(parts.get("fixed"), "fixed"),
            hidden=self._words(parts.get("hidden"), "hidden"),
            runs_at_once=self._yes(parts.get("runs_at_once"), "runs_at_once"),
        )

    def _pairs(self, node: Node | None, what: str) -> tuple[tuple[Word, Word], ...]:
        found = ((name, self._word(value, what)) for name, value in self._entries(node, what))
        return tuple((name, value) for name, value in found if value is not None)

    def _text(self, node: Node | None, what: str) -> str:
        word = None if node is None else self._word(node, what)
        return "" if word is None else word.text.strip()

    def _yes(self, node: Node | None, what: str) -> bool:
        word = None if node is None else self._word(node, what)
        if word is not None and word.text not in {"true", "false"}:
            self.problems.append(word.wrong(f"`{what}` is true or false"))
        return word is not None and word.text == "true"

    def _shares(self, node: Node | None) -> Iterator[ShareInFile]:
        for each in self._items(node, "shares"):
            parts = self._keys(each, "a share", _SHARE, needed=("actions",))
            if ("job" in parts) == ("tag" in parts) and isinstance(each, yaml.MappingNode):
                self._wrong(each, "a share names either a `job` or a `tag`")
            kind = "tag" if "tag" in parts else "job"
            target = self._word(parts[kind], kind) if kind in parts else None
            only = self._words(parts["only"], "only") if "only" in parts else None
            if only == () and isinstance(parts["only"], yaml.SequenceNode):
                self._wrong(parts["only"], "`only` names nobody; without it the share is for everyone")
            actions = self._actions(parts.get("actions"))
            if target is not None:
                yield ShareInFile(target, kind == "tag", actions, only)

    def _actions(self, node: Node | None) -> frozenset[Action]:
        words = self._words(node, "actions")
        if node is not None and not words and isinstance(node, yaml.SequenceNode):
            self._wrong(node, f"`actions` needs some of {', '.join(Action)}")
        for word in words:
            if word.text not in set(Action):
                self.problems.append(
                    word.wrong(f"there is no action {word.text}; there are {', '.join(Action)}")
                )
        return frozenset(Action(word.text) for word in words if word.text in set(Action))

    def _zone(self, node: Node | None) -> str:
        word = None if node is None else self._word(node, "time_zone")
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

    # Nodes ------------------------------------------------------------------------------------------

    def _keys(
        self, node: Node, what: str, known: Collection[str], *, needed: Iterable[str], at: Word | None = None
    ) -> dict[str, Node]:
        """What stands under each key; keys that nobody knows are problems."""
        found = {}
        for key, value in self._entries(node, what):
            if key.text in known:
                found[key.text] = value
                continue
            more = suggest(key.text, known) or f"; there are {', '.join(known)}"
            self.problems.append(key.wrong(f"{what} has no key {key.text}{more}"))
        for each in needed:
            if each not in found and isinstance(node, yaml.MappingNode):
                words = f"{what} needs `{each}`"
                if at is None:
                    self._wrong(node, words)
                else:
                    self.problems.append(at.wrong(words))
        return found

    def _entries(self, node: Node | None, what: str) -> Iterator[tuple[Word, Node]]:
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, f"{what} must be `key: value` lines")
            return
        seen = set()
        for key, value in node.value:
            word = self._word(key, what)
            if word is None:
                continue
            if word.text in seen:
                self.problems.append(word.wrong(f"{word.text} stands here twice"))
                continue
            seen.add(word.text)
            yield word, value

    def _items(self, node: Node | None, what: str) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._wrong(node, f"`{what}` must be a list")
            return []
        return list(node.value)

    def _words(self, node: Node | None, what: str) -> tuple[Word, ...]:
        found: dict[str, Word] = {}
        for each in self._items(node, what):
            word = self._word(each, what)
            if word is not None and found.setdefault(word.text, word) is not word:
                self.problems.append(word.wrong(f"{word.text} stands in `{what}` twice"))
        return tuple(found.values())

    def _word(self, node: Node, what: str) -> Word | None:
        """As it is written: 007 and yes are words here."""
        if not isinstance(node, yaml.ScalarNode):
            self._wrong(node, f"`{what}` takes one word here")
            return None
        if node.tag == "tag:yaml.org,2002:null" or not node.value:
            self._wrong(node, f"nothing stands in `{what}` here; what begins with # needs quotes")
            return None
        return Word(str(node.value), node.start_mark.line + 1, node.start_mark.column + 1)

    def _wrong(self, node: Node, words: str) -> None:
        mark = node.start_mark
        self.problems.append(Problem(mark.line + 1, mark.column + 1, words))


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """What is left open is told where it was opened."""
    opened = {"while parsing a flow": "bracket", "while scanning a quoted": "quote"}
    what = next((each for start, each in opened.items() if (error.context or "").startswith(start)), "")
    mark = error.context_mark if what else error.problem_mark or error.context_mark
    assert mark is not None
    here = "".join(text.splitlines()[mark.line : mark.line + 1])[mark.column : mark.column + 1]
    if here in {"@", "`", "%"}:
        words = f"what begins with {here} needs quotes"
    elif what:
        words = f"this {what} is not closed; what begins with # needs quotes"
    else:
        words = f"this is not YAML: {error.problem or error.context}"
    return Problem(mark.line + 1, mark.column + 1, words)
