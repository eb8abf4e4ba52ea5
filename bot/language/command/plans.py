"""A job, perhaps a time, perhaps inputs: what every schedule and every run-now is typed as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.language.command import wording
from bot.language.command.given import split_inputs
from bot.language.command.jobs import look_for_job, no_such_job
from bot.language.command.requests import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import HasTitle


def read_plan(text: str, jobs: Sequence[HasTitle]) -> Plan:
    """Return the job, the time and the inputs of a text without a verb. Raises NotFound and NotUnderstood."""
    head, inputs = split_inputs(text, jobs)
    return planned(head, inputs, jobs)


def planned(head: str, inputs: Mapping[str, str], jobs: Sequence[HasTitle], *, before: str = "") -> Plan:
    """Return the job and time of the words before the inputs.

    The whole may be a title; otherwise politeness at its end, and "now" beside no time, are left out.
    """
    head = wording.without_thanks(head)
    if not head:
        every = Plan(tuple(jobs[:1]), "", inputs).example("every weekday at 9am") if jobs else ""
        raise NotUnderstood("Which job? Its name stands before its inputs.", example=every)
    shorter, now = wording.split_now(head)
    if now and shorter:
        named, rest = look_for_job(shorter, jobs) or ((), shorter)
        if not rest:
            return Plan(named, "", inputs, now=True)
    found = look_for_job(head, jobs)
    if found is None:
        raise no_such_job(head, jobs, before=before)
    return Plan(*found, inputs)
