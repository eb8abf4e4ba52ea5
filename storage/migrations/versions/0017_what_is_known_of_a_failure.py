"""What is known of a failure: its fingerprint, the version of the job, and what to do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("fingerprint", sa.String(length=32), nullable=True))
    op.add_column("runs", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("runs", sa.Column("version", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(
        "ix_runs_fingerprint",
        "runs",
        ["deployment", "dag_id", "fingerprint", "failed_at"],
        sqlite_where=sa.text("fingerprint IS NOT NULL"),
        postgresql_where=sa.text("fingerprint IS NOT NULL"),
    )
    op.add_column("job_settings", sa.Column("runbook", sa.Text(), server_default="", nullable=False))
