"""People and user groups, as Slack told of them, and who stands in for whom."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, Index, String, Table, text

from storage.tables.columns import NAME, SLACK_ID, Moment, metadata

people = Table(
    "people",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("is_deactivated", Boolean, nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("is_outsider", Boolean, nullable=False),
    Column("is_admin", Boolean, nullable=False, server_default=text("false")),
    Column("email", String(254), nullable=False, server_default=""),
    Column("confirmed_at", Moment, nullable=False),
)

user_groups = Table(
    "user_groups",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("group_id", SLACK_ID, primary_key=True),
    Column("handle", NAME, nullable=False),
    Column("name", NAME, nullable=False),
    Column("confirmed_at", Moment, nullable=False),
)

user_group_people = Table(
    "user_group_people",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("group_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    ForeignKeyConstraint(
        ["workspace_id", "group_id"], ["user_groups.workspace_id", "user_groups.group_id"], ondelete="CASCADE"
    ),
    Index("ix_user_group_people_person", "workspace_id", "person_id"),
)

workspace_roles = Table(
    "workspace_roles",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    Column("role", String(16), primary_key=True),
    CheckConstraint("role IN ('admin', 'auditor')", name="role"),
)

absences = Table(
    "absences",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("stand_in_id", SLACK_ID, nullable=False),
)
