"""What keeps the bot in order: the audit, and which process does what."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table

from storage.tables.columns import RANDOM_ID, SLACK_ID, Moment, metadata

audit = Table(
    "audit",
    metadata,
    Column("audit_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("channel_id", SLACK_ID, nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("project_id", Integer),
    Column("allowed", Boolean, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Index("ix_audit_project", "workspace_id", "project_id", "audit_id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", RANDOM_ID, nullable=False),
    Column("until", Moment, nullable=False),
)
