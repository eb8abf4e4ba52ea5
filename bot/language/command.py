"""What follows "/schedule", read into a request. The whole language of verbs is the table below.

/schedule                              the form
/schedule <job> [when] [with k=v …]    a schedule; without a time, the form for that job
/schedule run <job> [with k=v …]       a run-now; with a time in it, it is a schedule
/schedule list [mine|all]              show edit skip resume delete <schedule>
/schedule pause <schedule> [until …]   or for a length of time
/schedule take over <schedule>         away until <when> <person>, back
/schedule jobs [words]                 runs [job], help [verb]
/schedule admin                        projects, channels, people, shares, audit
/schedule pause job <job>              resume job <job>: for everyone, in Airflow
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.errors import NotFound, NotUnderstood
from bot.language.until import split_until
from bot.language.when import looks_like_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import Job

MOST_WORDS = 60
"""A longer text is no schedule."""


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
    AWAY = "away"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class OpenForm:
    pass


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule, or a run-now when `when_text` is empty and `now` is set."""

    jobs: tuple[Job, ...]
    """The candidates: one, or several to choose from."""
    when_text: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    now: bool = False


@dataclass(frozen=True, slots=True)
class ListSchedules:
    everyones: bool = False


@dataclass(frozen=True, slots=True)
class OnSchedule:
    """`verb`: what to do with it; `schedule`: its number, name or nickname as typed.

    `until`: when a PAUSE ends, as typed; "" until somebody resumes it.
    """

    verb: Verb
    schedule: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class OnJob:
    """PAUSE or RESUME a job for everyone; RUNS of it."""

    verb: Verb
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class ListJobs:
    words: str


@dataclass(frozen=True, slots=True)
class Administer:
    pass


@dataclass(frozen=True, slots=True)
class Away:
    """`text`: until when and who stands in, as typed; "" for the form."""

    text: str


@dataclass(frozen=True, slots=True)
class Back:
    pass


@dataclass(frozen=True, slots=True)
class Help:
    verb: str = ""


Request = OpenForm | Plan | ListSchedules | OnSchedule | OnJob | ListJobs | Administer | Help | Away | Back

_STRAIGHT = str.maketrans(
    {
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'",
        "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u200b": None, "\ufeff": None,
    }
)  # fmt: skip
_OVER = re.compile(r"^over\b\s*", re.IGNORECASE)
_INPUT = re.compile(
    r"""(?:\b(?:with|and)\s+|,\s*)?"""
    r"""(?P<name>[A-Za-z_][\w.-]*)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s,"']+)\s*,?""",
    re.IGNORECASE,
)


def read_command(text: str, jobs: Sequence[Job]) -> Request:
    """Raises NotUnderstood and NotFound, whose example is a command that works."""
    text = clean(text)
    if not text:
        return OpenForm()
    first, _, rest = text.partition(" ")
    verb = first.lower()
    if verb in set(Verb) and not _starts_a_title(text, jobs):
        return _read_verb(Verb(verb), _without_over(Verb(verb), rest.strip()), jobs)
    try:
        return _read_plan(text, jobs)
    except NotFound:
        likely = get_close_matches(verb, list(Verb), n=1, cutoff=0.7)
        if not likely:
            raise
        raise NotUnderstood(
            f"I don't know “{first}”. Did you mean `{likely[0]}`?", words=first, example=f"{likely[0]} {rest}"
        ) from None


def clean(text: str) -> str:
    """As people meant it: entities, smart quotes and odd spaces made plain."""
    return " ".join(html.unescape(text).translate(_STRAIGHT).split())


def _read_verb(verb: Verb, rest: str, jobs: Sequence[Job]) -> Request:
    match verb:
        case Verb.HELP:
            return Help(rest.lower())
        case Verb.ADMIN:
            return Administer()
        case Verb.AWAY | Verb.BACK:
            return Away(rest) if verb is Verb.AWAY else Back()
        case Verb.LIST:
            return ListSchedules(everyones=rest.lower() in {"all", "everyone"})
        case Verb.JOBS:
            return ListJobs(rest)
        case Verb.RUN:
            return _read_run(rest, jobs)
        case Verb.RUNS:
            return OnJob(verb, _named(rest, jobs) if rest else ())
        case Verb.PAUSE | Verb.RESUME if re.match(r"job\b", rest, re.IGNORECASE):
            return OnJob(verb, _named(rest[3:].strip(), jobs))
        case _:
            if not rest:
                raise NotUnderstood("Which one? `/schedule list` shows their numbers.", example=f"{verb} #12")
            return OnSchedule(verb, *split_until(rest)) if verb is Verb.PAUSE else OnSchedule(verb, rest)


def _without_over(verb: Verb, rest: str) -> str:
    """ "take over #12", and "take #12" as well."""
    return _OVER.sub("", rest) if verb is Verb.TAKE else rest


def _read_run(rest: str, jobs: Sequence[Job]) -> Request:
    if not rest:
        raise NotUnderstood("Run which job?", example=f"run {_an_example(jobs)}")
    head, inputs = _split_inputs(rest, jobs)
    found, when_text = find_job(head, jobs)
    if when_text and not looks_like_time(when_text):
        raise _no_such_job(head, jobs)
    return Plan(found, when_text, inputs, now=not when_text)


def _read_plan(text: str, jobs: Sequence[Job]) -> Plan:
    head, inputs = _split_inputs(text, jobs)
    if len(head.split()) > MOST_WORDS:
        raise NotUnderstood(
            "That is too long for one schedule.", example=f"{_an_example(jobs)} every weekday at 9am"
        )
    found, when_text = find_job(head, jobs)
    return Plan(found, when_text, inputs)


def _split_inputs(text: str, jobs: Sequence[Job]) -> tuple[str, dict[str, str]]:
    """The text without its name=value pairs, wherever they stand, and the pairs."""
    inputs = {found["name"]: found["value"].strip("\"'") for found in _INPUT.finditer(text)}
    head = " ".join(_INPUT.sub(" ", text).split()).removesuffix(" with")
    if "=" in head:
        raise NotUnderstood(
            "I can't read the inputs. Write each as name=value, in quotes where a value has spaces.",
            words=head,
            example=f'{_an_example(jobs)} every weekday at 9am with name="two words"',
        )
    return head, inputs


def find_job(text: str, jobs: Sequence[Job]) -> tuple[tuple[Job, ...], str]:
    """The jobs that the longest beginning of the text names, and what is left. Raises NotFound."""
    words = text.split()
    for end in range(len(words), 0, -1):
        found = _exactly(" ".join(words[:end]), jobs)
        if found:
            return found, " ".join(words[end:])
    for end in range(len(words), 0, -1):
        rest = " ".join(words[end:])
        found = _by_letters(" ".join(words[:end]), jobs)
        if found and (not rest or looks_like_time(rest)):
            return found, rest
    raise _no_such_job(text, jobs)


def _named(text: str, jobs: Sequence[Job]) -> tuple[Job, ...]:
    found, rest = find_job(text, jobs)
    if rest:
        raise _no_such_job(text, jobs)
    return found


def _exactly(words: str, jobs: Sequence[Job]) -> tuple[Job, ...]:
    wanted = _folded(words)
    return tuple(job for job in jobs if wanted in {_folded(job.title), _folded(job.key.dag_id)})


def _by_letters(words: str, jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Titles or DAG ids that begin so, else those whose words begin so, in order."""
    wanted = _folded(words)
    begins = [
        job
        for job in jobs
        if _folded(job.title).startswith(wanted) or _folded(job.key.dag_id).startswith(wanted)
    ]
    if begins:
        return tuple(begins)
    letters = re.compile(r".*?\b" + r".*?\b".join(re.escape(word) for word in wanted.split()))
    return tuple(
        job for job in jobs if letters.match(_folded(job.title)) or letters.match(_folded(job.key.dag_id))
    )


def _folded(text: str) -> str:
    return " ".join(re.split(r"[\s_\-.,:\"']+", text.casefold())).strip()


def _starts_a_title(text: str, jobs: Sequence[Job]) -> bool:
    """A job whose title starts with a verb keeps its name."""
    folded = _folded(text)
    return any(
        _folded(name).split()[0] in set(Verb) and f"{folded} ".startswith(f"{_folded(name)} ")
        for job in jobs
        for name in (job.title, job.key.dag_id)
        if _folded(name)
    )


def _an_example(jobs: Sequence[Job]) -> str:
    return jobs[0].title.lower() if jobs else "sales report"


def _no_such_job(text: str, jobs: Sequence[Job]) -> NotFound:
    names = {_folded(name): job.title for job in jobs for name in (job.title, job.key.dag_id)}
    words = _folded(text).split()
    for end in range(min(len(words), 6), 0, -1):
        close = get_close_matches(" ".join(words[:end]), names, n=1, cutoff=0.75)
        if close:
            title = names[close[0]]
            return NotFound(
                f"I can't find a job called “{text}”. Did you mean *{title}*?",
                example=f"{title.lower()} every weekday at 9am",
            )
    return NotFound(
        f"I can't find a job called “{text}”. `/schedule jobs` lists those you can use.",
        example=f"{_an_example(jobs)} every weekday at 9am",
    )
