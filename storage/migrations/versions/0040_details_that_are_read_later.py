"""Details of ended runs that are read later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("details_at", sa.DateTime(timezone=True)))
    op.add_column("runs", sa.Column("details_tries", sa.Integer(), nullable=False, server_default="0"))
    is_wanted = sa.text("details_at IS NOT NULL")
    op.create_index(
        "ix_runs_details", "runs", ["details_at"], sqlite_where=is_wanted, postgresql_where=is_wanted
    )
