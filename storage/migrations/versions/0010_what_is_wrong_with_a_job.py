"""What is wrong with a job in Airflow, and since when; what a run waits for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("import_error", sa.Text(), server_default="", nullable=False))
    op.add_column("jobs", sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "jobs",
        sa.Column("forbids_manual_runs", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("runs", sa.Column("waits_for", sa.Text(), server_default="", nullable=False))
    op.add_column("runs", sa.Column("remark", sa.Text(), server_default="", nullable=False))
    op.add_column("runs", sa.Column("started_by", sa.Text(), server_default="", nullable=False))
