"""Whether Airflow lets an account of ours start a job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "jobs", sa.Column("is_read_only", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
