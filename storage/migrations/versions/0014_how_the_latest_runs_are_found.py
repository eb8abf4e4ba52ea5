"""How the latest runs are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    started = sa.text("coalesce(started_at, due_at, seen_at) DESC")
    op.create_index("ix_runs_started", "runs", [started, "id"])
