"""A job: a shared Airflow DAG with a title people understand, and its inputs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from bot.domain.preset import Preset
from bot.domain.secrets import names_a_secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.domain.choices import ChoiceList, Offered

MOST_PARTS = 1000
"""The parts of an object that are looked at; nobody fills in more."""


@dataclass(frozen=True, slots=True, order=True)
class JobKey:
    deployment: str
    dag_id: str


_REFERENCE = re.compile(r"[0-9a-f]{24}p([0-9]{1,9})")
_WITHOUT_PROJECT = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}")
"""How references looked in messages and forms of earlier releases, and how they begin."""


class HasTitle(Protocol):
    """A job, or enough of it to be named."""

    @property
    def key(self) -> JobKey:
        """Which job it is."""

    @property
    def title(self) -> str:
        """The title that people use for it."""


@dataclass(frozen=True, slots=True)
class JobTitle:
    """A job's title in some project, and nothing more."""

    key: JobKey
    title: str


def job_reference(project_id: int, key: JobKey) -> str:
    """Return a short name for a job in a project, which fits into a select's option for any DAG id."""
    name = f"{project_id}/{key.deployment}/{key.dag_id}"
    return f"{hashlib.blake2b(name.encode(), digest_size=12).hexdigest()}p{project_id}"


def projects_of(reference: str) -> list[int] | None:
    """Return the project that a reference belongs to, in a list, so that no other one is searched.

    None means any project: the reference is from an earlier release. Empty: it is no reference.
    """
    found = _REFERENCE.fullmatch(reference)
    if found:
        return [int(found[1])]
    return None if _WITHOUT_PROJECT.fullmatch(reference) else []


class Trouble(StrEnum):
    """Why nothing of a job runs in Airflow."""

    PAUSED = "paused"
    BROKEN = "broken"
    """The DAG's file cannot be loaded."""
    GONE = "gone"
    """Deleted or renamed."""

    @property
    def words(self) -> str:
        """What it is, to end a sentence that anybody may read."""
        match self:
            case Trouble.GONE:
                return GONE
            case Trouble.BROKEN:
                return "its file in Airflow has an error"
            case Trouble.PAUSED:
                return "the job is paused in Airflow"


@dataclass(frozen=True, slots=True)
class TroubleChange:
    """What kept a job from running before, and what does so now.

    `since` is when `before` began. None if that is not known.
    """

    key: JobKey
    before: Trouble | None
    after: Trouble | None
    since: datetime | None


GONE = "the job is no longer in Airflow"


class InputKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long text"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "yes or no"
    CHOICE = "choice"
    CHOICES = "multiple choice"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date and time"
    LIST = "list"
    OBJECT = "object"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Input:
    """One DAG param. `schema` is its JSON Schema, the last word on what it accepts."""

    name: str
    kind: InputKind
    title: str
    schema: Mapping[str, Any]
    description: str = ""
    section: str = ""
    required: bool = False
    default: Any = None
    choices: tuple[tuple[Any, str], ...] = ()
    """(value, the words that people read), for CHOICE and CHOICES."""
    offers: Offers | None = None
    """The choices that a project has given it in place of the job's own; None if it has not."""

    @property
    def must_be_given(self) -> bool:
        """Whether the job needs a value and has no default."""
        return self.required and self.default is None

    @property
    def is_secret(self) -> bool:
        """Whether the value is never shown: by its format, its name, its title, or a name within it.

        A file's content is never shown anyway, and is always kept encrypted; its name is no secret.
        """
        if self.kind is InputKind.FILE:
            return False
        if self.schema.get("format") == "password" or self.schema.get("writeOnly") is True:
            return True
        if self.kind is InputKind.YES_NO:
            return False
        names = [self.name, self.title, *_names_within(self.schema, self.default)]
        return any(map(names_a_secret, names))


@dataclass(frozen=True, slots=True)
class Offers:
    """What a project offers for an input. `own` is the input as the job itself describes it."""

    own: Input
    offered: tuple[Offered, ...] = ()
    follows: str = ""
    """The input on which they depend; "" for none."""
    note: str = ""
    """Where the choices come from and how old they are, or why there are none; "" for a list."""


def _names_within(schema: Mapping[str, Any], default: Any) -> Iterator[str]:
    """Yield the names of the parts of an object or a list of objects, at any depth."""
    left = [schema.get("properties"), schema.get("items"), default]
    for _ in range(MOST_PARTS):
        if not left:
            break
        part = left.pop()
        if isinstance(part, Mapping):
            yield from map(str, part)
            left += part.values()
        elif isinstance(part, list):
            left += part


LONGEST_RUN = 7 * 24 * 60
"""The most minutes that a project can say a run may take."""


@dataclass(frozen=True, slots=True)
class JobSettings:
    """How one project shows and limits a job. `hidden` inputs are left to the job's own default."""

    title: str = ""
    """"" means Airflow's title."""
    description: str = ""
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Named values for inputs."""
    hidden: frozenset[str] = frozenset()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Values that inputs always have in this project."""
    asks_first: bool = True
    """Whether `run` shows a card to confirm."""
    runbook: str = ""
    """What to do when it fails: words, links, or both."""
    longest_minutes: int | None = None
    """How long a run may take until people are told. None: by what is usual."""
    choices: Mapping[str, ChoiceList] = field(default_factory=dict)
    """Where the choices of inputs come from, by input."""

    @property
    def longest(self) -> timedelta | None:
        """How long a run may take until people are told. None: by what is usual."""
        return None if self.longest_minutes is None else timedelta(minutes=self.longest_minutes)

    @property
    def withheld(self) -> frozenset[str]:
        """The inputs that nobody is asked for here: hidden and fixed ones."""
        return self.hidden | self.fixed.keys()


@dataclass(frozen=True, slots=True)
class Job:
    """What the catalogue knows about a DAG.

    `airflow_schedule` is Airflow's own schedule, in Airflow's words.
    """

    key: JobKey
    title: str
    description: str = ""
    inputs: tuple[Input, ...] = ()
    tags: frozenset[str] = frozenset()
    owners: tuple[str, ...] = ()
    is_paused: bool = False
    airflow_schedule: str | None = None
    max_active_runs: int | None = None
    next_run_at: datetime | None = None
    """When Airflow's own schedule starts it next."""
    has_import_errors: bool = False
    import_error: str = ""
    """What is wrong with the job's file, on one line."""
    forbids_manual_runs: bool = False
    """Airflow refuses every run but those of its own schedule (`allowed_run_types`)."""
    is_read_only: bool = False
    """Airflow lets none of our accounts start the job."""
    is_gone: bool = False
    has_unread_inputs: bool = False
    """Airflow has not told yet which inputs the job takes: not none, but unknown."""
    trouble_since: datetime | None = None
    settings: JobSettings = field(default_factory=JobSettings)
    fixed_inputs: tuple[Input, ...] = ()
    """Inputs with one value in this project, kept for their titles; nobody is asked for them."""
    fixed_in: str = ""
    """The name of that project, if it is known."""
    own_presets: tuple[Preset, ...] = ()
    """Those that the person keeps for themselves for whom the job is read."""

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The presets that the person may choose: first their own, then those for everybody."""
        shared = (Preset(name, inputs) for name, inputs in self.settings.presets.items())
        return (*self.own_presets, *shared)

    @property
    def trouble(self) -> Trouble | None:
        """Why nothing of the job runs in Airflow; the worst reason if there are several. None if it runs."""
        if self.is_gone:
            return Trouble.GONE
        if self.has_import_errors:
            return Trouble.BROKEN
        return Trouble.PAUSED if self.is_paused else None

    @property
    def why_it_does_not_run(self) -> str:
        """What keeps the job from running, to end a sentence that anybody may read; "" if nothing does."""
        return "" if self.trouble is None else self.trouble.words

    @property
    def why_in_full(self) -> str:
        """What keeps the job from running, with Airflow's error, for people of the own company."""
        is_explained = self.trouble is Trouble.BROKEN and self.import_error
        return (
            f"{self.why_it_does_not_run}: {self.import_error}" if is_explained else self.why_it_does_not_run
        )

    def input(self, name: str) -> Input | None:
        """Return the input of this name. None if the job has none, or it is withheld in this project."""
        return next((each for each in self.inputs if each.name == name), None)

    def within(self, settings: JobSettings) -> Job:
        """Return the job as a project's people know it: with its title there, without withheld inputs."""
        return replace(
            self,
            title=settings.title or self.title,
            description=settings.description or self.description,
            inputs=tuple(each for each in self.inputs if each.name not in settings.withheld),
            settings=settings,
            fixed_inputs=tuple(each for each in self.inputs if each.name in settings.fixed),
        )

    def conf(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that Airflow is given: those asked for, unless withheld, and the fixed ones."""
        asked = {name: value for name, value in inputs.items() if name not in self.settings.withheld}
        return {**asked, **self.settings.fixed}
