"""Small jobs publish the choices of others' inputs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_choices",
        sa.Column("deployment", sa.String(length=64), nullable=False),
        sa.Column("dag_id", sa.String(length=250), nullable=False),
        sa.Column("run_id", sa.String(length=250), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("deployment", "dag_id", name=op.f("pk_published_choices")),
    )
