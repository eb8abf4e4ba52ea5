"""Grace and pause-until of a schedule; a firing whose POST is in doubt, and as what its withdrawal ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "firings", sa.Column("in_doubt", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("firings", sa.Column("ends_as", sa.String(length=16), nullable=True))
    op.add_column("schedules", sa.Column("grace_seconds", sa.Integer(), nullable=True))
    op.add_column("schedules", sa.Column("resumes_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_schedules_resumes",
        "schedules",
        ["resumes_at"],
        unique=False,
        sqlite_where=sa.text("resumes_at IS NOT NULL"),
        postgresql_where=sa.text("resumes_at IS NOT NULL"),
    )
