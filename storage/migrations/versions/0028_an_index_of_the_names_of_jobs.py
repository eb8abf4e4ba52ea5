"""An index of the names of jobs."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_jobs_names", "jobs", ["gone_at", "deployment", "dag_id", "title"])
