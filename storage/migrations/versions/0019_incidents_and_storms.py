"""Incidents: what fails in a place, from its first failure until it works again; and storms of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SLACK_ID, RANDOM_ID = sa.String(32), sa.String(32)
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")
KEY = ["workspace_id", "channel_id", "project_id", "deployment", "dag_id", "source"]


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("incident_id", RANDOM_ID, nullable=False),
        sa.Column("workspace_id", SLACK_ID, nullable=False),
        sa.Column("channel_id", SLACK_ID, nullable=False),
        sa.Column("project_id", sa.Integer, nullable=False),
        sa.Column("deployment", sa.String(64), nullable=False),
        sa.Column("dag_id", sa.String(250), nullable=False),
        sa.Column("source", RANDOM_ID, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("failed_due_at", MOMENT),
        sa.Column("first_run", RANDOM_ID, nullable=False),
        sa.Column("last_run", RANDOM_ID, nullable=False),
        sa.Column("is_failing", sa.Boolean, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("alike", sa.Integer, nullable=False),
        sa.Column("flaps", sa.Boolean, nullable=False),
        sa.Column("claimed_by", SLACK_ID),
        sa.Column("claimed_at", MOMENT),
        sa.Column("muted_by", SLACK_ID),
        sa.Column("muted_until", MOMENT),
        sa.Column("storm_id", RANDOM_ID),
        sa.Column("ended_at", MOMENT),
        sa.Column("ending", sa.String(16)),
        sa.Column("mended_by", SLACK_ID),
        sa.Column("last_try", sa.Integer, nullable=False, server_default="1"),
        sa.Column("mended_try", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_incidents"),
    )
    op.create_index(
        "uq_incidents_open", "incidents", KEY, unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_incidents_of", "incidents", ["deployment", "dag_id", "source", "began_at"])
    op.create_index("ix_incidents_at", "incidents", ["channel_id", "began_at"])
    op.create_index("ix_incidents_storm_id", "incidents", ["storm_id"])
    op.create_index("ix_incidents_ended_at", "incidents", ["ended_at"])
    op.create_table(
        "incident_runs",
        sa.Column("incident_id", RANDOM_ID, nullable=False),
        sa.Column("run_key", RANDOM_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.incident_id"],
            name="fk_incident_runs_incident_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", "run_key", name="pk_incident_runs"),
    )
    op.create_index("ix_incident_runs_run_key", "incident_runs", ["run_key"])
    op.create_table(
        "storms",
        sa.Column("storm_id", RANDOM_ID, nullable=False),
        sa.Column("workspace_id", SLACK_ID, nullable=False),
        sa.Column("channel_id", SLACK_ID, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("storm_id", name="pk_storms"),
    )
    place = ["workspace_id", "channel_id"]
    op.create_index("uq_storms_open", "storms", place, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_storms_ended_at", "storms", ["ended_at"])
    op.add_column("cards", sa.Column("posted_at", MOMENT))
    op.add_column("cards", sa.Column("thread_ts", sa.String(32)))
