"""What a command asks for: one small type for each request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.secrets import names_a_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.job import HasTitle
    from bot.domain.run import RunState


class Verb(StrEnum):
    RUN = "run"
    LIST = "list"
    SHOW = "show"
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    EDIT = "edit"
    DELETE = "delete"
    JOBS = "jobs"
    RUNS = "runs"
    ADMIN = "admin"
    HELP = "help"
    TAKE = "take"
    RENAME = "rename"
    TRANSFER = "transfer"
    COPY = "copy"
    WEEK = "week"
    STOP = "stop"
    RETRY = "retry"
    AWAY = "away"
    BACK = "back"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class OpenForm:
    pass


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule, or a run-now when `when_text` is empty and `now` is set."""

    jobs: tuple[HasTitle, ...]
    """The candidates: one, or several to choose from."""
    when_text: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    """The text of each input as it was typed, with its quotes and commas."""
    now: bool = False

    def example(self, phrase: str) -> str:
        """Write the whole command with another time; "" where that would repeat a secret."""
        return _whole(self.jobs[0].title.lower(), phrase, self.inputs) if phrase else ""

    def with_name(self, name: str, meant: str) -> str:
        """Write the whole command with another name for an input; "" without one, and for secrets."""
        before = f"{'run ' if self.now else ''}{self.jobs[0].title.lower()}"
        return _renamed(before, self.when_text, self.inputs, name, meant)


def _whole(before: str, phrase: str, inputs: Mapping[str, str]) -> str:
    if any(names_a_secret(name) for name in inputs):
        return ""
    given = ", ".join(f"{name}={text}" for name, text in inputs.items())
    return " ".join(part for part in (before, phrase, f"with {given}" if given else "") if part)


def _renamed(before: str, phrase: str, inputs: Mapping[str, str], name: str, meant: str) -> str:
    return (
        _whole(before, phrase, {meant if each == name else each: inputs[each] for each in inputs})
        if meant
        else ""
    )


class Listing(StrEnum):
    """Which schedules a list is limited to."""

    PAUSED = "paused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ListSchedules:
    """List one's own or everyone's schedules; or a person's, in a state, of jobs, or due on a day.

    `name` is how the person's name begins, `text` the whole text, to be read once more; all as typed.
    """

    everyones: bool = False
    person_id: str = ""
    state: Listing | None = None
    jobs: tuple[HasTitle, ...] = ()
    day: str = ""
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ListRuns:
    """The latest runs; of jobs, in a state, of a person, in a time of the past (as typed)."""

    jobs: tuple[HasTitle, ...] = ()
    state: RunState | None = None
    person_id: str = ""
    is_mine: bool = False
    past: str = ""


@dataclass(frozen=True, slots=True)
class OnSchedule:
    """What to do with a schedule: `verb`. `schedule` is as typed: numbers, "all", a name; "" asks which one.

    `until` is when a PAUSE ends, as typed; "" means until somebody resumes it. `when_text` and `inputs` are
    what an EDIT or a COPY makes of it, as typed. `name` is what a RENAME calls it; `person_id` whose a
    TRANSFER makes it.
    """

    verb: Verb
    schedule: str
    until: str = ""
    when_text: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    person_id: str = ""

    def example(self, phrase: str) -> str:
        """Write an EDIT with another time; "" where that would repeat a secret."""
        return _whole(f"{self.verb} {self.schedule}", phrase, self.inputs) if phrase else ""

    def with_name(self, name: str, meant: str) -> str:
        """Write an EDIT with another name for an input; "" without one, and for secrets."""
        return _renamed(f"{self.verb} {self.schedule}", self.when_text, self.inputs, name, meant)


@dataclass(frozen=True, slots=True)
class OnRuns:
    """STOP a run under way, or RETRY the last failed one, of these jobs; of all jobs if there are none."""

    verb: Verb
    jobs: tuple[HasTitle, ...]


@dataclass(frozen=True, slots=True)
class ShowWeek:
    """Show the week ahead, of the schedules to which `of` limits a list."""

    of: ListSchedules


@dataclass(frozen=True, slots=True)
class OnJob:
    """PAUSE or RESUME a job for everyone."""

    verb: Verb
    jobs: tuple[HasTitle, ...]


@dataclass(frozen=True, slots=True)
class OnProject:
    """PAUSE or RESUME all schedules of a project. `name` is as typed; "" means the one that it can only be.

    `until` is when a PAUSE ends, and `reason` why, both as typed; "" if nothing is said of it.
    """

    verb: Verb
    name: str
    until: str = ""
    reason: str = ""

    def of(self, name: str) -> str:
        """Write the whole command for the project of this name."""
        until = f" until {self.until}" if self.until else ""
        why = f" because {self.reason}" if self.reason else ""
        return f"{self.verb} project {name}{until}{why}"


@dataclass(frozen=True, slots=True)
class ListJobs:
    words: str


@dataclass(frozen=True, slots=True)
class Administer:
    pass


@dataclass(frozen=True, slots=True)
class Away:
    """An absence begins. `text` has its end and the stand-in, as typed; "" asks for the form."""

    text: str


@dataclass(frozen=True, slots=True)
class Back:
    pass


@dataclass(frozen=True, slots=True)
class ShowAlerts:
    """Show what this place hears; `doing` "add" makes a rule, "test" sends a sample."""

    doing: str = ""


class SmallTalk(StrEnum):
    HELLO = "hello"
    THANKS = "thanks"
    YES = "yes"
    NO = "no"
    BYE = "bye"
    NO_HARM = "no harm"
    """Somebody is sorry, or laughs."""
    UNDO = "undo"
    UNHAPPY = "unhappy"


@dataclass(frozen=True, slots=True)
class Chat:
    """A text that asks for nothing, and is answered in a sentence."""

    kind: SmallTalk


@dataclass(frozen=True, slots=True)
class Help:
    verb: str = ""


Request = (
    OpenForm
    | Plan
    | ListSchedules
    | ListRuns
    | OnSchedule
    | OnJob
    | OnProject
    | OnRuns
    | ShowWeek
    | ListJobs
    | Administer
    | Help
    | Away
    | Back
    | ShowAlerts
    | Chat
)
