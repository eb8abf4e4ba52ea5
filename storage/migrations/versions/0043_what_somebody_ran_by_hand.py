"""What somebody ran by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_hand = sa.text("request_id IS NOT NULL")
    op.create_index(
        "ix_firings_by_hand",
        "firings",
        ["workspace_id", "person_id", "created_at"],
        sqlite_where=by_hand,
        postgresql_where=by_hand,
    )
