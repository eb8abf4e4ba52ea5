"""Who paused a schedule, and whether a project's channels hear of changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "projects", sa.Column("tells_changes", sa.Boolean, nullable=False, server_default=sa.text("true"))
    )
    op.add_column("schedules", sa.Column("paused_by", sa.String(32), nullable=False, server_default=""))
