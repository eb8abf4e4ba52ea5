"""What the list of runs looks for, and its pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("look_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("look_id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_expires_at"), "looks", ["expires_at"])
    started = sa.text("coalesce(started_at, due_at, seen_at) DESC")
    op.create_index("ix_runs_state", "runs", ["state", started, "id"])
    op.create_index("ix_runs_job", "runs", ["deployment", "dag_id", started, "id"])
