"""What waits too long for Slack, and the places where Slack takes nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("notices", sa.Column("wanted_at", MOMENT))
    op.add_column("notices", sa.Column("under", sa.String(32)))
    op.create_index("ix_notices_under", "notices", ["under"])
    op.execute("UPDATE notices SET wanted_at = send_at WHERE send_at IS NOT NULL")
    op.create_table(
        "closed_places",
        sa.Column("workspace_id", sa.String(32), nullable=False),
        sa.Column("place_id", sa.String(32), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "place_id", name="pk_closed_places"),
    )
