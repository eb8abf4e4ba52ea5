"""Versions of schedules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("changes_version", sa.Integer()))
    op.add_column("schedules", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
