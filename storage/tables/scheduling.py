"""What people asked for: previews, schedules and their firings."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.columns import DAG_ID, NAME, RANDOM_ID, SLACK_ID, Moment, metadata, partial_index

drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("when", JSON(none_as_null=True)),
    Column("reports_to", SLACK_ID, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("outcome", String(16)),
    Column("became", RANDOM_ID),
    Column("changes", RANDOM_ID),  # the schedule that is to become this; null for a new one
    Column("changes_version", Integer),  # the schedule's version that the person saw
    Column("policies", JSON(none_as_null=True)),  # what to do when something goes wrong; null for as usual
    Column("typed", JSON(none_as_null=True)),  # what waits for a form to be filled in; null for a preview
    CheckConstraint("outcome IN ('confirmed', 'discarded')", name="outcome"),
)

choices = Table(
    "choices",
    metadata,
    Column("choice_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("state", String(16), nullable=False),  # what pressing it makes of the schedules
    Column("schedule_ids", JSON, nullable=False),
    Column("until", Moment),
    Column("expires_at", Moment, nullable=False, index=True),
    CheckConstraint("state IN ('active', 'paused')", name="state"),
)

looks = Table(
    "looks",
    metadata,
    Column("look_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("wanted", JSON, nullable=False),  # which runs
    Column("page", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

counters = Table(
    "counters",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)

SOONEST = "CASE WHEN (state = 'active') THEN next_due_at WHEN (state = 'paused') THEN resumes_at END"
"""When a schedule is planned next, if it is not at rest."""

schedules = Table(
    "schedules",
    metadata,
    Column("schedule_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("nickname", NAME, nullable=False, server_default=""),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False, index=True),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("when", JSON, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("owner_id", SLACK_ID, nullable=False),
    Column("reports_to", SLACK_ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("missed", String(16), nullable=False),
    Column("overlap", String(16), nullable=False),
    Column("grace_seconds", Integer),
    Column("most_failures", Integer),  # in a row, after which it waits for its owner; null: it goes on
    Column("counted_from", Moment),  # failures of runs that were due before are not counted
    Column("next_due_at", Moment),
    Column("resumes_at", Moment),
    Column("paused_by", SLACK_ID, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),  # counts what people change of it
    Column("created_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    UniqueConstraint("workspace_id", "number"),
    Index("ix_schedules_owner", "workspace_id", "owner_id"),
    Index("ix_schedules_job", "deployment", "dag_id"),
    partial_index("ix_schedules_nickname", "nickname", where="nickname <> ''"),
    partial_index("ix_schedules_due", "next_due_at", where="state = 'active' AND deleted_at IS NULL"),
    partial_index(
        "ix_schedules_suspended",
        "workspace_id",
        where="state = 'suspended' AND deleted_at IS NULL",
    ),
    # In the order of a list. Without the workspace, or SQLite takes it for a few projects' lists, too.
    partial_index(
        "ix_schedules_soonest",
        text(f"({SOONEST} IS NULL)"),
        text(f"({SOONEST})"),
        "number",
        where="deleted_at IS NULL",
    ),
    partial_index("ix_schedules_resumes", "resumes_at", where="resumes_at IS NOT NULL"),
)

firings = Table(
    "firings",
    metadata,
    Column("firing_id", RANDOM_ID, primary_key=True),
    Column("schedule_id", ForeignKey("schedules.schedule_id")),
    Column("request_id", RANDOM_ID, unique=True),
    Column("due_at", Moment, nullable=False),
    Column("interval_start", Moment),  # of a repetition: the due moment before it
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("reports_to", SLACK_ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("act_at", Moment),  # when the dispatcher looks at it next; null once it is over
    Column("leased_until", Moment),
    Column("in_doubt", Boolean, nullable=False, server_default=text("false")),
    Column("ends_as", String(16)),
    Column("created_at", Moment, nullable=False),
    # The last word on "never twice": one uncancelled firing for each due moment of a schedule.
    partial_index(
        "uq_firings_schedule_due",
        "schedule_id",
        "due_at",
        unique=True,
        where="state <> 'cancelled'",
    ),
    Index("ix_firings_created", "created_at"),
    Index("ix_firings_project", "project_id", "due_at"),
    Index("ix_firings_person", "workspace_id", "person_id"),
    partial_index(
        "ix_firings_by_hand", "workspace_id", "person_id", "created_at", where="request_id IS NOT NULL"
    ),
    partial_index("ix_firings_act", "act_at", where="act_at IS NOT NULL"),
)
