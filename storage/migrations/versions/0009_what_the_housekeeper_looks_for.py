"""what the housekeeper looks for."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_firings_created", "firings", ["created_at"])
    op.create_index("ix_runs_ended", "runs", ["ended_at"])
