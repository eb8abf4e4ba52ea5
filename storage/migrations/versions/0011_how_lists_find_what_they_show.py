"""How lists find what they show."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_shares_of_dag", "shares", ["deployment", "dag_id"])
    op.create_index("ix_shares_of_tag", "shares", ["deployment", "tag"])
    op.create_index("ix_schedules_job", "schedules", ["deployment", "dag_id"])
