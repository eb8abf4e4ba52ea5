"""Projects that a reviewed file owns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "projects",
        sa.Column("managed_by_file", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
