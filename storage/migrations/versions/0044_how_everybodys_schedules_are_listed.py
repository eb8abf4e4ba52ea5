"""How everybody's schedules are listed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    soonest = "CASE WHEN (state = 'active') THEN next_due_at WHEN (state = 'paused') THEN resumes_at END"
    is_kept = sa.text("deleted_at IS NULL")
    op.create_index(
        "ix_schedules_soonest",
        "schedules",
        [sa.text(f"({soonest} IS NULL)"), sa.text(f"({soonest})"), "number"],
        sqlite_where=is_kept,
        postgresql_where=is_kept,
    )
