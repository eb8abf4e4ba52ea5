"""Groups of what is late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "late_groups",
        sa.Column("group_id", sa.String(32), nullable=False),
        sa.Column("workspace_id", sa.String(32), nullable=False),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("rule", sa.String(32), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("group_id", name="pk_late_groups"),
    )
    is_open, has_words = sa.text("ended_at IS NULL"), sa.text("message IS NOT NULL")
    op.create_index(
        "uq_late_groups_open",
        "late_groups",
        ["workspace_id", "channel_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(
        "ix_notices_words",
        "notices",
        ["channel_id", "wanted_at"],
        sqlite_where=has_words,
        postgresql_where=has_words,
    )
