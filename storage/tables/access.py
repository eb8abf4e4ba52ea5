"""Projects, and who may do what in them."""

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

from storage.tables.columns import DAG_ID, NAME, RANDOM_ID, SLACK_ID, Moment, metadata

projects = Table(
    "projects",
    metadata,
    Column("project_id", Integer, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("name", NAME, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("reports_to", SLACK_ID),
    Column("created_at", Moment, nullable=False),
    Column("archived_at", Moment),
    Column("managed_by_file", Boolean, nullable=False, server_default=text("false")),
    Column("asked", JSON, nullable=False, server_default="[]"),  # people's ids; none: every manager
    Column("tells_changes", Boolean, nullable=False, server_default=text("true")),
    Column("escalation", JSON(none_as_null=True)),  # what happens to failures that nobody claims
    Column("paused_from", Moment),
    Column("paused_until", Moment),
    Column("paused_by", SLACK_ID),
    Column("paused_because", NAME),
    UniqueConstraint("workspace_id", "name"),
)

channels = Table(
    "channels",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("channel_id", SLACK_ID, primary_key=True),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False, index=True),
    Column("name", NAME, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("is_archived", Boolean, nullable=False, server_default=text("false")),
    Column("mapped_at", Moment, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("membership_id", Integer, primary_key=True),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID),
    Column("group_id", SLACK_ID),
    Column("role", String(16), nullable=False),
    CheckConstraint("(person_id IS NULL) <> (group_id IS NULL)", name="one_of_person_and_group"),
    CheckConstraint("role IN ('viewer', 'runner', 'manager')", name="role"),
    UniqueConstraint("project_id", "workspace_id", "person_id"),
    UniqueConstraint("project_id", "workspace_id", "group_id"),
    Index("ix_memberships_person", "workspace_id", "person_id"),
    Index("ix_memberships_group", "workspace_id", "group_id"),
)

shares = Table(
    "shares",
    metadata,
    Column("share_id", Integer, primary_key=True),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID),
    Column("tag", NAME),
    Column("actions", JSON, nullable=False),
    Column("for_everyone", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("(dag_id IS NULL) <> (tag IS NULL)", name="one_of_dag_and_tag"),
    Index("ix_shares_dag", "project_id", "deployment", "dag_id"),
    Index("ix_shares_tag", "project_id", "deployment", "tag"),
    Index("ix_shares_of_dag", "deployment", "dag_id"),  # for those who read every project
    Index("ix_shares_of_tag", "deployment", "tag"),
)

share_people = Table(
    "share_people",
    metadata,
    Column("share_person_id", Integer, primary_key=True),
    Column("share_id", ForeignKey("shares.share_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID),
    Column("group_id", SLACK_ID),
    CheckConstraint("(person_id IS NULL) <> (group_id IS NULL)", name="one_of_person_and_group"),
    Index("ix_share_people_person", "workspace_id", "person_id"),
    Index("ix_share_people_group", "workspace_id", "group_id"),
)

# How a project shows and limits a job; nothing here gives a right.
job_settings = Table(
    "job_settings",
    metadata,
    Column("project_id", ForeignKey("projects.project_id"), primary_key=True),
    Column("deployment", String(64), primary_key=True),
    Column("dag_id", DAG_ID, primary_key=True),
    Column("title", NAME, nullable=False),
    Column("description", Text, nullable=False),
    Column("presets", JSON, nullable=False),
    Column("hidden", JSON, nullable=False),
    Column("fixed", JSON, nullable=False),
    Column("asks_first", Boolean, nullable=False),
    Column("runbook", Text, nullable=False, server_default=""),
    Column("longest_seconds", Integer),  # a run that takes longer is told
    Column("choices", JSON, nullable=False, server_default="{}"),
)

# What a person keeps for themselves; nobody else is shown it.
own_presets = Table(
    "own_presets",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    Column("project_id", ForeignKey("projects.project_id"), primary_key=True),
    Column("deployment", String(64), primary_key=True),
    Column("dag_id", DAG_ID, primary_key=True),
    Column("folded", NAME, primary_key=True),  # the name without its case
    Column("name", NAME, nullable=False),
    Column("inputs", JSON, nullable=False),
)

access_requests = Table(
    "access_requests",
    metadata,
    Column("request_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("project_id", ForeignKey("projects.project_id")),
    Column("deployment", String(64)),
    Column("dag_id", DAG_ID),
    Column("asked_at", Moment, nullable=False),
    Column("settled_by", SLACK_ID),
    Column("settled_at", Moment),
    Column("allowed", String(16)),
    Column("reason", Text, nullable=False, server_default=""),  # why it was asked
    Column("answer", Text, nullable=False, server_default=""),  # why it was declined
)
