"""What is told until it is over, after how many failures a schedule waits, and what Airflow starts next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conditions",
        sa.Column("condition_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(250), nullable=False),
        sa.Column("workspace_id", sa.String(32), nullable=False),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("condition_id", name=op.f("pk_conditions")),
    )
    op.create_index(op.f("ix_conditions_ended_at"), "conditions", ["ended_at"])
    op.create_index(
        "uq_conditions_open",
        "conditions",
        ["kind", "subject", "workspace_id", "channel_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("jobs", sa.Column("next_run_at", MOMENT))
    op.add_column("schedules", sa.Column("most_failures", sa.Integer))
    op.add_column("schedules", sa.Column("counted_from", MOMENT))
