"""Groups of jobs that stopped running."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    about = sa.Column("about", sa.String(16), nullable=False, server_default="runs")
    op.add_column("late_groups", about)
    op.drop_index("uq_late_groups_open", "late_groups")
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_late_groups_open",
        "late_groups",
        ["workspace_id", "channel_id", "about"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
