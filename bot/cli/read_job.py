"""`python -m bot read --job FILE`: how a DAG's params look in the form and what each takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from bot.blocks.fields import fields_of
from bot.domain.job import Job, JobKey
from bot.gateways.airflow.inputs import inputs_from
from bot.language.inputs import check_inputs, show_value, wanted_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.job import Input

FIELDS = {
    "plain_text_input": "field of text",
    "number_input": "number",
    "datepicker": "date picker",
    "timepicker": "time picker",
    "datetimepicker": "picker of date and time",
    "static_select": "menu",
    "external_select": "menu, found by typing",
    "radio_buttons": "radio buttons",
    "multi_static_select": "menu, several",
    "multi_external_select": "menu, several, found by typing",
}


def form_as_text(text: str | bytes) -> Iterator[str]:
    """Describe each input of a job. `text`: Airflow's details of the DAG in JSON, or their params alone.

    Raises click.BadParameter for a text that is neither.
    """
    job = _job(text)
    if not job.inputs:
        yield f"{job.title} takes no inputs."
    fields = fields_of(job, {})
    for each in job.inputs:
        kind = FIELDS[str(fields[each.name].element.type)]
        yield f"{each.title} ({each.name}): {kind}, {_without_it(each)}"
        if each.description:
            yield f"  {each.description}"
        yield from (f"  {line}" for line in f"Takes {wanted_by(each)}".splitlines())
        problem = None if each.must_be_given else check_inputs(job, {each.name: each.default})
        if problem and f"“{each.title}” cannot be checked" in problem:
            yield f"  {problem}"


def _without_it(each: Input) -> str:
    """Return what becomes of the input if nobody touches it."""
    if each.must_be_given:
        return "must be given"
    return f"left alone: {show_value(each, each.default)}"


def _job(text: str | bytes) -> Job:
    try:
        given = json.loads(text)
        params = given.get("params", given)
        dag_id = str(given.get("dag_id") or "job")
        title = str(given.get("title") or given.get("dag_display_name") or dag_id)
    except (ValueError, AttributeError, RecursionError):
        params = None
    if not isinstance(params, Mapping):
        raise click.BadParameter("Give Airflow's details of a DAG in JSON, or their params.")
    return Job(JobKey("", dag_id), title, inputs=inputs_from(params))
