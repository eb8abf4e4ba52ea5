"""Whole projects are paused until a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("projects", sa.Column("paused_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("projects", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("projects", sa.Column("paused_by", sa.String(length=32), nullable=True))
    op.add_column("projects", sa.Column("paused_because", sa.String(length=200), nullable=True))
