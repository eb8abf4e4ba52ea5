"""A job, perhaps a time, perhaps inputs: what every schedule and every run-now is typed as."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.language.command import wording
from bot.language.command.given import split_inputs
from bot.language.command.jobs import an_example, look_for_job, no_such_job
from bot.language.command.requests import Plan
from bot.language.when import is_time, looks_like_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import HasTitle


_A_NOUN = re.compile(r"\s+(?:thing|job|dag|schedule)\b", re.IGNORECASE)
_NOUN = re.compile(rf"^{_A_NOUN.pattern}", re.IGNORECASE)
PAIR = 2
_IN_WORDS = re.compile(r"(?P<head>.+?)\s+(?:with|for|using|where)\s+(?P<given>.+)", re.IGNORECASE)


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
    found = look_for_job(head, jobs) or look_for_job(_A_NOUN.sub("", head), jobs)
    if found is None or (found[1] and not looks_like_time(found[1])):
        _check_inputs(head, jobs, before)
    if found is None and is_time(head):
        example = f"{before}{an_example(jobs)} {head}" if jobs else ""
        raise NotUnderstood(
            "Which job shall run then? Its name stands before the time.", words=head, example=example
        )
    if found is None:
        raise no_such_job(head, jobs, before=before)
    return Plan(found[0], _NOUN.sub("", f" {found[1]}", count=1).strip(), inputs)


def _check_inputs(head: str, jobs: Sequence[HasTitle], before: str) -> None:
    """Raise NotUnderstood if a job and, perhaps, a time are followed by inputs in words."""
    found = _IN_WORDS.fullmatch(head)
    named = look_for_job(found["head"], jobs) if found is not None else None
    if found is None or named is None or (named[1] and not looks_like_time(named[1])):
        return
    words = found["given"].split()
    given = "=".join(words) if len(words) == PAIR else "name=value"
    raise NotUnderstood(
        f"I can't tell which input “{found['given']}” is. Write each one as name=value.",
        words=found["given"],
        example=f"{before}{found['head'].lower()} with {given}",
    )
