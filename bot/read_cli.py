"""`python -m bot read`: answers what a command would do, one line of JSON each, for whoever judges it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import click

from bot.domain.errors import NotUnderstood, UserError
from bot.domain.job import Job, JobKey
from bot.gateways.airflow.inputs import inputs_from
from bot.language import command as commands
from bot.language.inputs import Viewpoint, read_inputs, read_some_inputs
from bot.language.until import read_until
from bot.language.when import read, warm
from bot.read_job import form_as_text
from bot.when_cli import as_json, moment_of, zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

HERE = "here"
"""The deployment of jobs that are only read about."""


@dataclass(frozen=True, slots=True)
class Asked:
    """When and where somebody types."""

    now: datetime
    tz: ZoneInfo


@click.command("read")
@click.option("--jsonl", is_flag=True, help="Read one {text, now, tz, jobs} a line, answer one line each.")
@click.option(
    "--job", "job_file", type=click.File(encoding="utf-8"), help="Show how a DAG's params look in the form."
)
def read_command(*, jsonl: bool, job_file: TextIO | None) -> None:
    """Answer what a command would do: its verb, job, times, and the inputs that Airflow would get."""
    if job_file is not None:
        for line in form_as_text(job_file.read()):
            click.echo(line)
        return
    if not jsonl:
        raise click.UsageError("Say --jsonl, and give one {text, now, tz, jobs} a line; or --job FILE.")
    warm()
    for line in sys.stdin:
        if line.strip():
            click.echo(json.dumps(_answer(line), ensure_ascii=False))
            sys.stdout.flush()


def _answer(line: str) -> dict[str, Any]:
    try:
        question = json.loads(line)
        tz = zone_named(str(question["tz"]))
        asked = Asked(moment_of(str(question["now"]), tz), tz)
        jobs = [_job(each) for each in question.get("jobs") or ()]
        text = str(question["text"])
    except (ValueError, KeyError, TypeError, AttributeError, click.BadParameter) as error:
        return {"error": f"not a question: {error}"}
    try:
        return _meaning(commands.read_command(text, jobs), asked)
    except UserError as error:
        return {"refused": error.message, "example": error.example or None}


def _job(given: Mapping[str, Any]) -> Job:
    dag_id = str(given["dag_id"])
    title = str(given.get("title") or dag_id.replace("_", " ").strip().capitalize())
    return Job(JobKey(HERE, dag_id), title, inputs=inputs_from(given.get("params") or {}))


def _meaning(request: commands.Request, asked: Asked) -> dict[str, Any]:
    match request:
        case commands.Plan():
            return _plan(request, asked)
        case commands.OnSchedule(verb, schedule, until, when_text, inputs):
            ends = read_until(until, now=asked.now, tz=asked.tz).isoformat() if until else None
            when = _when(when_text, asked, request.example) if when_text else None
            return _said(verb, when=when, inputs=inputs, schedule=schedule, until=ends)
        case commands.OnJob(verb, jobs):
            return _said(verb, job=_one(jobs).key.dag_id if jobs else None)
        case commands.ListSchedules():
            return _said(commands.Verb.LIST)
        case commands.ListJobs():
            return _said(commands.Verb.JOBS)
        case commands.Help():
            return _said(commands.Verb.HELP)
        case commands.Away() | commands.Back() | commands.Administer():
            verbs = {commands.Away: "away", commands.Back: "back", commands.Administer: "admin"}
            return _said(verbs[type(request)])
        case commands.Chat(kind):
            return _said("chat", kind=kind)
        case _:
            return _said("form")


def _plan(plan: commands.Plan, asked: Asked) -> dict[str, Any]:
    """Without a time it opens the form or runs now; the form asks for what is missing."""
    job = _one(plan.jobs)
    assert isinstance(job, Job)
    reader = read_inputs if plan.when_text else read_some_inputs
    when = _when(plan.when_text, asked, plan.example) if plan.when_text else None
    verb = "run" if plan.now else "schedule"
    return _said(
        verb, job=job.key.dag_id, when=when, inputs=reader(job, plan.inputs, Viewpoint(asked.tz, asked.now))
    )


def _when(text: str, asked: Asked, whole: Callable[[str], str]) -> dict[str, Any]:
    """`whole`: the command with another phrase in it."""
    try:
        return as_json(read(text, now=asked.now, tz=asked.tz), asked.now)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, words=error.words, example=whole(error.example)) from None


def _one(jobs: Sequence[Any]) -> Any:
    if len(jobs) == 1:
        return jobs[0]
    titles = " or ".join(f"*{job.title}*" for job in jobs[:5])
    raise NotUnderstood(f"Which one do you mean, {titles}?")


def _said(verb: str, **what: Any) -> dict[str, Any]:
    return {"verb": str(verb), "job": None, "when": None, "inputs": {}, **what}
