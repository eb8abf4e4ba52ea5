"""`python -m bot read`: answers what a command would do, one line of JSON each, for whoever judges it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from bot.cli.questions import NoQuestion, answer_each
from bot.cli.read_job import form_as_text
from bot.cli.when import as_json
from bot.domain.errors import NotUnderstood, UserError
from bot.domain.job import Job, JobKey
from bot.gateways.airflow.inputs import inputs_from
from bot.language import command as commands
from bot.language.inputs import Viewpoint, all_worked_out, read_inputs, read_some_inputs
from bot.language.marks import strong
from bot.language.until import read_until
from bot.language.when import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.cli.questions import Question

MOST_NAMED = 5
HERE = "here"
"""The deployment of jobs that are only read about."""


@click.command("read")
@click.option("--jsonl", is_flag=True, help="Read one {text, now, tz, jobs} a line, answer one line each.")
@click.option("--job", "job_file", type=click.File("rb"), help="Show how a DAG's params look in the form.")
def read_command(*, jsonl: bool, job_file: BinaryIO | None) -> None:
    """Answer what a command would do: its verb, job, times, and the inputs that Airflow would get."""
    if job_file is not None:
        for line in form_as_text(job_file.read()):
            click.echo(line)
        return
    if not jsonl:
        raise click.UsageError("Say --jsonl, and give one {text, now, tz, jobs} a line; or --job FILE.")
    answer_each(_answer, lambda why: {"refused": f"This line is no question. {why}", "example": None})


def _answer(asked: Question) -> dict[str, Any]:
    jobs = _jobs(asked.whole.get("jobs"))
    try:
        return _meaning(commands.read_command(asked.text, jobs), asked)
    except UserError as error:
        return {"refused": error.message, "example": error.example or None}


def _jobs(given: Any) -> list[Job]:
    """Return the jobs of a question. Raises NoQuestion."""
    try:
        return [_job(each) for each in given or ()]
    except (KeyError, TypeError, AttributeError):
        raise NoQuestion("Its “jobs” are a list, each with “dag_id”, “title” and “params”.") from None


def _job(given: Mapping[str, Any]) -> Job:
    dag_id = str(given["dag_id"])
    title = str(given.get("title") or dag_id.replace("_", " ").strip().capitalize())
    return Job(JobKey(HERE, dag_id), title, inputs=inputs_from(given.get("params") or {}))


def _meaning(request: commands.Request, asked: Question) -> dict[str, Any]:
    match request:
        case commands.Plan():
            return _plan(request, asked)
        case commands.OnSchedule(verb, schedule, until, when_text, inputs):
            ends = read_until(until, now=asked.now, tz=asked.tz).isoformat() if until else None
            when = _when(when_text, asked, request.example) if when_text else None
            return _said(verb, when=when, inputs=inputs, schedule=schedule, until=ends)
        case commands.OnJob(verb, jobs) | commands.OnRuns(verb, jobs):
            return _said(verb, job=_one(jobs).key.dag_id if jobs else None)
        case commands.ListRuns():
            return _said(commands.Verb.RUNS, job=_one(request.jobs).key.dag_id if request.jobs else None)
        case commands.ListSchedules(name=name) if name:
            raise commands.unlistable(name)  # whose name that could be, only a workspace knows
        case commands.Chat(kind):
            return _said("chat", kind=kind)
        case _:
            return _said(_ALONE.get(type(request), "form"))


_ALONE: dict[type, str] = {
    commands.ListSchedules: "list",
    commands.ShowWeek: "week",
    commands.ListJobs: "jobs",
    commands.Help: "help",
    commands.Away: "away",
    commands.Back: "back",
    commands.Administer: "admin",
}
"""Verbs of which nothing more is said."""


def _plan(plan: commands.Plan, asked: Question) -> dict[str, Any]:
    """Return what the command plans. Without a time it opens the form, which asks for what is missing."""
    job = _one(plan.jobs)
    assert isinstance(job, Job)
    reader = read_inputs if plan.when_text or plan.now else read_some_inputs
    inputs = reader(job, plan.inputs, Viewpoint(asked.tz, asked.now))
    when = _when(plan.when_text, asked, plan.example) if plan.when_text else None
    first = datetime.fromisoformat(when["next"][0]) if when and when["next"] else asked.now
    verb = "run" if plan.now else "schedule"
    given = all_worked_out(inputs, first, asked.tz)  # what moves, as it is for the first run
    return _said(verb, job=job.key.dag_id, when=when, inputs=given)


def _when(text: str, asked: Question, whole: Callable[[str], str]) -> dict[str, Any]:
    """Return what the phrase means. `whole` puts another phrase into the command, for the example."""
    try:
        return as_json(read(text, now=asked.now, tz=asked.tz), asked.now)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, words=error.words, example=whole(error.example)) from None


def _one(jobs: Sequence[Any]) -> Any:
    if len(jobs) == 1:
        return jobs[0]
    are_alike = len({job.title for job in jobs}) < len(jobs)
    titles = [
        f"{strong(job.title)}{f' ({job.key.dag_id})' if are_alike else ''}" for job in jobs[:MOST_NAMED]
    ]
    raise NotUnderstood(f"Which one do you mean, {' or '.join(titles)}?")


def _said(verb: str, **what: Any) -> dict[str, Any]:
    return {"verb": str(verb), "job": None, "when": None, "inputs": {}, **what}
