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

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.domain.errors import NotFound, NotUnderstood
from bot.language.command.given import split_inputs
from bot.language.command.jobs import an_example, find_job, folded, named, no_such_job
from bot.language.command.requests import (
    Administer,
    Away,
    Back,
    Help,
    ListJobs,
    ListSchedules,
    OnJob,
    OnSchedule,
    OpenForm,
    Plan,
    Request,
    Verb,
)
from bot.language.marks import plain
from bot.language.until import split_until
from bot.language.when import looks_like_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

LONGEST = 4_000
"""Characters of a command: reading takes longer with each."""
MOST_WORDS = 60
"""Before its inputs; a longer text names no job and no time."""

_OVER = re.compile(r"^over\b\s*", re.IGNORECASE)


def read_command(text: str, jobs: Sequence[HasTitle]) -> Request:
    """Raises NotUnderstood and NotFound, whose example is a command that works."""
    if len(text) > LONGEST:
        raise NotUnderstood(f"That is too long: a command has at most {LONGEST:,} characters.")
    text = plain(text).strip()
    if len(text.partition("=")[0].split()) > MOST_WORDS:
        raise NotUnderstood(
            f"That is too long: a command has at most {MOST_WORDS} words before its inputs.",
            example=f"{an_example(jobs)} every weekday at 9am",
        )
    if not text:
        return OpenForm()
    first, *behind = text.split(maxsplit=1)
    rest, verb = "".join(behind), first.lower()
    if verb in set(Verb) and not _starts_a_title(text, jobs):
        return _read_verb(Verb(verb), _without_over(Verb(verb), rest), jobs)
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
    """As people meant it, with Slack's marks taken off and single spaces."""
    return " ".join(plain(text).split())


def _read_verb(verb: Verb, rest: str, jobs: Sequence[HasTitle]) -> Request:
    if verb is Verb.RUN:
        return _read_run(rest, jobs)
    rest = " ".join(rest.split())
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
        case Verb.RUNS:
            return OnJob(verb, named(rest, jobs) if rest else ())
        case Verb.PAUSE | Verb.RESUME if re.match(r"job\b", rest, re.IGNORECASE):
            return OnJob(verb, named(rest[3:].strip(), jobs))
        case _:
            if not rest:
                raise NotUnderstood("Which one? `/schedule list` shows their numbers.", example=f"{verb} #12")
            return OnSchedule(verb, *split_until(rest)) if verb is Verb.PAUSE else OnSchedule(verb, rest)


def _without_over(verb: Verb, rest: str) -> str:
    """ "take over #12", and "take #12" as well."""
    return _OVER.sub("", rest) if verb is Verb.TAKE else rest


def _read_run(rest: str, jobs: Sequence[HasTitle]) -> Request:
    if not rest:
        raise NotUnderstood("Run which job?", example=f"run {an_example(jobs)}")
    head, inputs = split_inputs(rest, jobs)
    found, when_text = find_job(head, jobs)
    if when_text and not looks_like_time(when_text):
        raise no_such_job(head, jobs)
    return Plan(found, when_text, inputs, now=not when_text)


def _read_plan(text: str, jobs: Sequence[HasTitle]) -> Plan:
    head, inputs = split_inputs(text, jobs)
    found, when_text = find_job(head, jobs)
    return Plan(found, when_text, inputs)


def _starts_a_title(text: str, jobs: Sequence[HasTitle]) -> bool:
    """A job whose title starts with a verb keeps its name."""
    typed = folded(text)
    return any(
        folded(name).split()[0] in set(Verb) and f"{typed} ".startswith(f"{folded(name)} ")
        for job in jobs
        for name in (job.title, job.key.dag_id)
        if folded(name)
    )
