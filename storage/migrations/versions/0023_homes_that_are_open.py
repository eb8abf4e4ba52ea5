"""Homes that are open, and what they sum up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "homes",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("project_ids", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("shown", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_homes")),
    )
    op.create_index("ix_homes_opened_at", "homes", ["opened_at"])
    op.create_index("ix_firings_project", "firings", ["project_id", "due_at"])
    op.create_index("ix_incidents_project", "incidents", ["project_id", "failed_at"])
    is_suspended = sa.text("state = 'suspended' AND deleted_at IS NULL")
    op.create_index(
        "ix_schedules_suspended",
        "schedules",
        ["workspace_id"],
        sqlite_where=is_suspended,
        postgresql_where=is_suspended,
    )
