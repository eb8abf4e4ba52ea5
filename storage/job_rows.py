"""Jobs as rows of the catalogue: written, and read again with their tags."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.domain.job import Input, InputKind, Job, JobKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


def gathered(rows: Iterable[Mapping[Any, Any]]) -> dict[JobKey, Job]:
    """Return the jobs of rows that have one tag each."""
    facts: dict[JobKey, Mapping[Any, Any]] = {}
    tags: dict[JobKey, set[str]] = {}
    for row in rows:
        key = JobKey(row["deployment"], row["dag_id"])
        facts[key] = row
        tags.setdefault(key, set()).update([row["tag"]] if row["tag"] is not None else [])
    return {key: _job(row, frozenset(tags[key])) for key, row in facts.items()}


def encode_input(each: Input) -> dict[str, Any]:
    """Return the input as JSON can hold it."""
    return {**asdict(each), "choices": [list(choice) for choice in each.choices]}


def decode_input(kept: Mapping[str, Any]) -> Input:
    """Return the input that was encoded. Raises ValueError, TypeError or KeyError for anything else."""
    return Input(
        **{
            **kept,
            "kind": InputKind(kept["kind"]),
            "choices": tuple((value, words) for value, words in kept["choices"]),
        }
    )


def row_of(job: Job, at: datetime) -> dict[str, Any]:
    """Return the row of a job that was seen at that moment."""
    return {
        "deployment": job.key.deployment,
        "dag_id": job.key.dag_id,
        "title": job.title,
        "description": job.description,
        "inputs": [encode_input(each) for each in job.inputs] or None,  # a list has none: null until read
        "owners": list(job.owners),
        "is_paused": job.is_paused,
        "airflow_schedule": job.airflow_schedule,
        "max_active_runs": job.max_active_runs,
        "next_run_at": job.next_run_at,
        "has_import_errors": job.has_import_errors,
        "import_error": job.import_error,
        "forbids_manual_runs": job.forbids_manual_runs,
        "is_read_only": job.is_read_only,
        "seen_at": at,
        "gone_at": None,
    }


def _job(row: Mapping[Any, Any], tags: frozenset[str]) -> Job:
    return Job(
        key=JobKey(row["deployment"], row["dag_id"]),
        title=row["title"],
        description=row["description"],
        inputs=tuple(decode_input(each) for each in row["inputs"] or ()),
        has_unread_inputs=row["inputs"] is None,
        tags=tags,
        owners=tuple(row["owners"]),
        is_paused=row["is_paused"],
        airflow_schedule=row["airflow_schedule"],
        max_active_runs=row["max_active_runs"],
        next_run_at=row["next_run_at"],
        has_import_errors=row["has_import_errors"],
        import_error=row["import_error"],
        forbids_manual_runs=row["forbids_manual_runs"],
        is_read_only=row["is_read_only"],
        trouble_since=row["trouble_since"],
        is_gone=row["gone_at"] is not None,
    )
