"""What Airflow has and did: its jobs and their runs."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.columns import DAG_ID, NAME, RANDOM_ID, SLACK_ID, Moment, metadata, partial_index

jobs = Table(
    "jobs",
    metadata,
    Column("deployment", String(64), primary_key=True),
    Column("dag_id", DAG_ID, primary_key=True),
    Column("title", NAME, nullable=False),
    Column("description", Text, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("owners", JSON, nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("airflow_schedule", Text),
    Column("max_active_runs", Integer),
    Column("has_import_errors", Boolean, nullable=False),
    Column("import_error", Text, nullable=False, server_default=""),
    Column("forbids_manual_runs", Boolean, nullable=False, server_default=text("false")),
    Column("is_read_only", Boolean, nullable=False, server_default=text("false")),
    Column("seen_at", Moment, nullable=False),
    Column("gone_at", Moment),
    Column("trouble_since", Moment),  # paused, broken or gone
    Column("next_run_at", Moment),  # by its own schedule in Airflow
    # Names are read and searched for people who see everything, without the inputs, which are long.
    Index("ix_jobs_names", "gone_at", "deployment", "dag_id", "title"),
)

job_tags = Table(
    "job_tags",
    metadata,
    Column("deployment", String(64), primary_key=True),
    Column("dag_id", DAG_ID, primary_key=True),
    Column("tag", NAME, primary_key=True),
    ForeignKeyConstraint(["deployment", "dag_id"], ["jobs.deployment", "jobs.dag_id"], ondelete="CASCADE"),
    Index("ix_job_tags_tag", "deployment", "tag"),
)

published_choices = Table(
    "published_choices",
    metadata,
    Column("deployment", String(64), primary_key=True),
    Column("dag_id", DAG_ID, primary_key=True),
    Column("run_id", DAG_ID, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("offered", JSON, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", RANDOM_ID, primary_key=True),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("run_id", DAG_ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("firing_id", ForeignKey("firings.firing_id"), index=True),
    Column("due_at", Moment),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("tasks_done", Integer, nullable=False, server_default="0"),
    Column("tasks_total", Integer, nullable=False, server_default="0"),
    Column("steps", JSON(none_as_null=True)),  # its tasks while it runs
    Column("waits_for", Text, nullable=False, server_default=""),
    Column("waits_until", Moment),
    Column("remark", Text, nullable=False, server_default=""),
    Column("started_by", Text, nullable=False, server_default=""),
    Column("failure", JSON(none_as_null=True)),
    Column("result", JSON(none_as_null=True)),
    Column("workspace_id", SLACK_ID),  # of the people in the next two columns
    Column("stopped_by", SLACK_ID),
    Column("retried_by", SLACK_ID),
    Column("retry_at", Moment),  # when the dispatcher is to run its failed tasks again; null when it need not
    Column("seen_at", Moment, nullable=False),
    Column("fingerprint", RANDOM_ID),  # of its last failure, which stays when a retry mends it
    Column("failed_at", Moment),
    Column("version", JSON(none_as_null=True)),  # of its job's code
    Column("details_at", Moment),  # when to read the details without which its end was told
    Column("details_tries", Integer, nullable=False, server_default="0"),
    UniqueConstraint("deployment", "dag_id", "run_id"),
    partial_index(
        "ix_runs_fingerprint",
        "deployment",
        "dag_id",
        "fingerprint",
        "failed_at",
        where="fingerprint IS NOT NULL",
    ),
    partial_index("ix_runs_details", "details_at", where="details_at IS NOT NULL"),
    partial_index("ix_runs_retry", "retry_at", where="retry_at IS NOT NULL"),
    Index("ix_runs_latest", "deployment", "dag_id", "ended_at"),
    Index("ix_runs_ended", "ended_at"),
    Index("ix_runs_started", text("coalesce(started_at, due_at, seen_at) DESC"), "id"),
    Index("ix_runs_state", "state", text("coalesce(started_at, due_at, seen_at) DESC"), "id"),
    Index("ix_runs_job", "deployment", "dag_id", text("coalesce(started_at, due_at, seen_at) DESC"), "id"),
    partial_index(
        "ix_runs_of_airflow",
        text("coalesce(started_at, due_at, seen_at) DESC"),
        "id",
        where="firing_id IS NULL",
    ),
    partial_index("ix_runs_open", "due_at", where="state IN ('waiting', 'running')"),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("deployment", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
)
