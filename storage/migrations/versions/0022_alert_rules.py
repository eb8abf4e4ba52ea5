"""Alert rules, and by which of them an incident is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("rule_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=True),
        sa.Column("deployment", sa.String(length=64), nullable=False),
        sa.Column("dag_id", sa.String(length=250), nullable=True),
        sa.Column("tag", sa.String(length=200), nullable=True),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("tz", sa.String(length=64), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("quiet_begins", sa.String(length=5), nullable=True),
        sa.Column("quiet_ends", sa.String(length=5), nullable=True),
        sa.Column("says_nothing_happened", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("muted_by", sa.String(length=32), nullable=True),
        sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_alert_rules")),
    )
    has_next, has_standing = sa.text("next_at IS NOT NULL"), sa.text("standing IS NOT NULL")
    op.create_index("ix_alert_rules_place", "alert_rules", ["workspace_id", "channel_id"])
    op.create_index("ix_alert_rules_project", "alert_rules", ["project_id"])
    op.create_index(
        "ix_alert_rules_next", "alert_rules", ["next_at"], sqlite_where=has_next, postgresql_where=has_next
    )
    op.create_index(
        "uq_alert_rules_standing",
        "alert_rules",
        ["workspace_id", "channel_id", "project_id", "standing"],
        unique=True,
        sqlite_where=has_standing,
        postgresql_where=has_standing,
    )
    with op.batch_alter_table("incidents") as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("is_unsaid", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    is_unsaid = sa.text("is_unsaid AND ended_at IS NULL")
    op.create_index(
        "ix_incidents_unsaid", "incidents", ["rule"], sqlite_where=is_unsaid, postgresql_where=is_unsaid
    )
