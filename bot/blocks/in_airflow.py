"""What a job's state in Airflow means for whoever is about to run or schedule it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.form_inputs import UNREAD
from bot.blocks.parts import escape, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.job import Job

READ_ONLY = (
    "Airflow does not let Runbell start this job, so nothing will run. Whoever looks after it there can give "
    "Runbell’s account the right: “the DAG: edit” and “DAG Runs: create”."
)


def in_airflow(job: Job) -> Iterator[str]:
    """Return what the job's state in Airflow means for what is about to be asked."""
    if job.trouble is not None:
        why = escape(sentence(_capital(job.why_it_does_not_run)))
        yield f":warning: {why} Until that changes, nothing will run."
    if job.has_unread_inputs:
        yield f":warning: {UNREAD} Without others it runs with its usual ones."
    if job.is_read_only:
        yield f":warning: {READ_ONLY}"
    if job.airflow_schedule:
        own = escape(job.airflow_schedule)
        yield f":information_source: It also runs by its own schedule in Airflow: {own}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
