"""Job settings, archived channels, whom to ask for access, and the project of an audit entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_settings",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("deployment", sa.String(length=64), nullable=False),
        sa.Column("dag_id", sa.String(length=250), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("presets", sa.JSON(), nullable=False),
        sa.Column("hidden", sa.JSON(), nullable=False),
        sa.Column("fixed", sa.JSON(), nullable=False),
        sa.Column("asks_first", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.project_id"], name=op.f("fk_job_settings_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", "deployment", "dag_id", name=op.f("pk_job_settings")),
    )
    op.add_column("audit", sa.Column("project_id", sa.Integer(), nullable=True))
    op.create_index("ix_audit_project", "audit", ["workspace_id", "project_id", "audit_id"])
    op.add_column(
        "channels",
        sa.Column("is_archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("projects", sa.Column("asked", sa.JSON(), server_default="[]", nullable=False))
