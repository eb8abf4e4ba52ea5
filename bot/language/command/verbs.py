"""What follows each verb."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.language.command import questions, wording
from bot.language.command.changes import as_copy, read_on_runs, read_rename, read_transfer
from bot.language.command.given import split_inputs
from bot.language.command.jobs import (
    an_example,
    look_for_job,
    named,
    no_such_job,
    perhaps_named,
    starts_a_title,
)
from bot.language.command.listing import read_listing
from bot.language.command.plans import planned
from bot.language.command.requests import (
    Administer,
    Away,
    Back,
    Help,
    ListJobs,
    ListRuns,
    OnJob,
    OnSchedule,
    Plan,
    Request,
    ShowAlerts,
    ShowWeek,
    Verb,
)
from bot.language.command.runs import read_runs
from bot.language.command.whole_projects import read_on_project
from bot.language.until import split_until
from bot.language.when import looks_like_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

_OVER = re.compile(r"^over\b\s*", re.IGNORECASE)
_NO_END = re.compile(r"(?P<number>#?\d{1,9})\s+(?:until|till|til|for)\s+(?P<end>.+)", re.IGNORECASE)
_ME = re.compile(r"^(?:me|us)\s+", re.IGNORECASE)
NUMBER = re.compile(r"#?\d{1,9}")
_TO_EDIT = re.compile(
    r"(?P<number>#?\d{1,9})\s*[:,]?\s+(?:to\s+|so that it runs\s+)?(?P<rest>\S.*)", re.DOTALL
)


def read_verb(verb: Verb, rest: str, jobs: Sequence[HasTitle]) -> Request:
    """Return what the verb and the words behind it (`rest`) ask for. Raises NotUnderstood and NotFound."""
    if wording.is_it(wording.without_thanks(rest)) and not starts_a_title(rest, jobs):
        rest = ""
    if verb is Verb.RUN:
        return _read_run(rest, jobs)
    if verb is Verb.EDIT:
        return _read_edit(rest, jobs)
    if verb is Verb.COPY:
        return as_copy(_read_edit(rest, jobs))
    rest = " ".join(wording.without_thanks(rest).split())
    if verb in {Verb.ADMIN, Verb.BACK} and rest:
        said = f"`{verb}` stands alone: I can't tell what “{rest}” is."
        raise NotUnderstood(said, words=rest, example=verb)
    return _alone(verb, rest) or _on_jobs(verb, rest, jobs) or _on_schedule(verb, rest, jobs)


def _alone(verb: Verb, rest: str) -> Request | None:
    match verb:
        case Verb.HELP:
            return Help(rest)
        case Verb.ADMIN:
            return Administer()
        case Verb.BACK:
            return Back()
        case Verb.AWAY:
            return Away(rest)
        case Verb.JOBS:
            return ListJobs(rest)
        case Verb.ALERTS:
            return _read_alerts(rest)
        case _:
            return None


def _read_alerts(rest: str) -> ShowAlerts:
    doing = rest.casefold()
    if doing in {"", "list", "show", "here"}:
        return ShowAlerts()
    if doing in {"add", "test"}:
        return ShowAlerts(doing)
    raise NotUnderstood(
        f"After `alerts` I know `add` and `test`, not “{rest}”. `alerts` alone shows what this place hears, "
        "with a menu to edit, mute or remove each rule.",
        words=rest,
        example="alerts",
    )


def _on_jobs(verb: Verb, rest: str, jobs: Sequence[HasTitle]) -> Request | None:
    match verb:
        case Verb.LIST:
            return read_listing(rest, jobs)
        case Verb.WEEK:
            return ShowWeek(read_listing(rest, jobs))
        case Verb.STOP | Verb.RETRY:
            return read_on_runs(verb, rest, jobs)
        case Verb.RENAME:
            return read_rename(rest, jobs)
        case Verb.TRANSFER:
            return read_transfer(rest, jobs)
        case Verb.RUNS if NUMBER.fullmatch(rest):
            return OnSchedule(Verb.SHOW, rest)
        case Verb.RUNS:
            return read_runs(rest, jobs)
        case Verb.PAUSE | Verb.RESUME if (of_project := read_on_project(verb, rest, jobs)) is not None:
            return of_project
        case Verb.PAUSE | Verb.RESUME if re.match(r"job\b", rest, re.IGNORECASE):
            return OnJob(verb, named(_job_words(rest[3:].strip(), jobs), jobs))
        case _:
            return None


def _on_schedule(verb: Verb, rest: str, jobs: Sequence[HasTitle]) -> OnSchedule:
    if verb is Verb.TAKE:
        rest = _OVER.sub("", rest)
    until = ""
    if verb is Verb.PAUSE:
        rest, until = split_until(rest)
        unclear = None if until else _NO_END.fullmatch(rest)
        if unclear is not None:
            said = f"I can't tell until when “{unclear['end']}” is."
            raise NotUnderstood(said, words=unclear["end"], example=f"pause {unclear['number']} until friday")
    if verb is Verb.SHOW and not starts_a_title(rest, jobs):
        rest = _ME.sub("", rest)
    rest = wording.without_article(rest, lambda said: starts_a_title(said, jobs))
    rest = rest.removeprefix("schedule ").strip()
    if verb is Verb.SKIP:
        questions.check_names_no_day(rest, jobs)
    rest = rest if perhaps_named(rest, jobs) else wording.without_noun(rest)
    return OnSchedule(verb, "" if wording.is_it(rest) else rest, until)


def _job_words(rest: str, jobs: Sequence[HasTitle]) -> str:
    words = re.sub(r"^(?:of|for|did)\s+", "", rest, flags=re.IGNORECASE)
    words = re.sub(r"\s+(?:fail|failed|broke|runs?|logs?)$", "", words, flags=re.IGNORECASE)
    return wording.without_article(words, lambda said: starts_a_title(said, jobs))


def _read_run(rest: str, jobs: Sequence[HasTitle]) -> Request:
    rest = wording.without_article(rest, lambda said: starts_a_title(said, jobs))
    if rest.casefold() in {"again", "it again", "that again", "once more"}:
        return ListRuns(is_mine=True)
    if not rest:
        raise NotUnderstood("Run which job?", example=f"run {an_example(jobs)}" if jobs else "jobs")
    head, inputs = split_inputs(rest, jobs)
    head = wording.without_thanks(head)
    if NUMBER.fullmatch(head):
        if inputs:
            raise NotUnderstood(
                "A schedule runs with its own inputs. Run its job to give others.",
                words=head,
                example=f"run {an_example(jobs)} with name=value" if jobs else "jobs",
            )
        return OnSchedule(Verb.RUN, head)
    plan = planned(head, inputs, jobs, before="run ")
    if plan.when_text and not looks_like_time(plan.when_text):
        raise no_such_job(head, jobs, before="run ")
    return plan if plan.when_text else Plan(plan.jobs, "", inputs, now=True)


def _read_edit(rest: str, jobs: Sequence[HasTitle]) -> OnSchedule:
    """Return the request: a schedule alone opens its form, a time or inputs behind it are the change."""
    rest = rest if "=" in rest else wording.without_thanks(rest)
    numbered = _TO_EDIT.fullmatch(rest)
    if numbered is None and "=" not in rest:
        rest = wording.without_article(" ".join(rest.split()), lambda said: starts_a_title(said, jobs))
        _, when_text = look_for_job(rest, jobs) or ((), "")
        name = rest.removesuffix(when_text).strip() if when_text and looks_like_time(when_text) else rest
        when_text = "" if name == rest else re.sub(r"^to\s+", "", when_text, flags=re.IGNORECASE)
        return OnSchedule(Verb.EDIT, name, when_text=when_text)
    if numbered is None:
        head, inputs = split_inputs(rest, jobs)
        changed = _read_edit(head, jobs)
        return OnSchedule(Verb.EDIT, changed.schedule, when_text=changed.when_text, inputs=inputs)
    if "=" not in numbered["rest"] and not looks_like_time(numbered["rest"]):
        return OnSchedule(Verb.EDIT, " ".join(rest.split()))
    head, inputs = split_inputs(numbered["rest"], jobs)
    return OnSchedule(Verb.EDIT, numbered["number"], when_text=head, inputs=inputs)
