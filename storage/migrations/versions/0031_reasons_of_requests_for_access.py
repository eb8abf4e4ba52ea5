"""Reasons of requests for access, and of answers that decline them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access_requests", sa.Column("reason", sa.Text, nullable=False, server_default=""))
    op.add_column("access_requests", sa.Column("answer", sa.Text, nullable=False, server_default=""))
