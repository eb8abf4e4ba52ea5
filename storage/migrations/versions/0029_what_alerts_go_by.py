"""The rule by which each notice goes, claims that were released, and how long a job's runs may take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notices", sa.Column("rule", sa.String(length=32), server_default="", nullable=False))
    op.add_column("job_settings", sa.Column("longest_seconds", sa.Integer(), nullable=True))
