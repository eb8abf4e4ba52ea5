"""What happens to failures that nobody claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SLACK_ID, RANDOM_ID = sa.String(32), sa.String(32)
MOMENT = sa.DateTime(timezone=True)
TO_DO = sa.text("act_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("projects", sa.Column("escalation", sa.JSON))
    op.add_column("incidents", sa.Column("escalated_at", MOMENT))
    op.create_table(
        "pages",
        sa.Column("page_id", RANDOM_ID, nullable=False),
        sa.Column("incident_id", RANDOM_ID, nullable=False),
        sa.Column("workspace_id", SLACK_ID, nullable=False),
        sa.Column("project_id", sa.Integer, nullable=False),
        sa.Column("pager", sa.String(80), nullable=False),
        sa.Column("signalled", sa.String(16)),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("act_at", MOMENT),
        sa.Column("leased_until", MOMENT),
        sa.Column("given_up", sa.Text),
        sa.PrimaryKeyConstraint("page_id", name="pk_pages"),
    )
    op.create_index("ix_pages_act_at", "pages", ["act_at"], sqlite_where=TO_DO, postgresql_where=TO_DO)
    op.create_index("ix_pages_created_at", "pages", ["created_at"])
