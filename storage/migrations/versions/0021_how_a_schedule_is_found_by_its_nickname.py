"""How a schedule is found by its nickname."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    has_one = sa.text("nickname <> ''")
    op.create_index(
        "ix_schedules_nickname", "schedules", ["nickname"], sqlite_where=has_one, postgresql_where=has_one
    )
