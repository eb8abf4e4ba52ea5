"""What a job's state in Airflow means for whoever is about to run or schedule it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.blocks.form_inputs import UNREAD
from bot.blocks.parts import cut, escape, past, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.job import Job

READ_ONLY = (
    "Airflow does not let Runbell start this job, so nothing will run. Whoever looks after it there can give "
    "Runbell’s account the right: “the DAG: edit” and “DAG Runs: create”."
)

LONGEST_SCHEDULE = 80
_CLOCK_TIME = re.compile(r"\d:\d\d")


def in_airflow(job: Job) -> Iterator[str]:
    """Return what the job's state in Airflow means for what is about to be asked."""
    if job.trouble is not None:
        why = escape(sentence(_capital(job.why_in_full)))
        yield f":warning: {why} Until that changes, nothing will run."
    if job.has_unread_inputs:
        yield f":warning: {UNREAD} Without others it runs with its usual ones."
    if job.is_read_only:
        yield f":warning: {READ_ONLY}"
    if job.airflow_schedule:
        yield f":information_source: It also runs by its own schedule in Airflow: {own_schedule(job)}."


def own_schedule(job: Job) -> str:
    """Return Airflow's own schedule of the job: in Airflow's words, and the next time in the reader's zone.

    Airflow's words name no zone, so that of a clock time in them is said to be the job's own.
    """
    words = escape(cut(job.airflow_schedule or "", LONGEST_SCHEDULE))
    zone = " (the job’s own time zone)" if _CLOCK_TIME.search(words) else ""
    return f"{words}{zone}" + ("" if job.next_run_at is None else f", next {past(job.next_run_at)}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
