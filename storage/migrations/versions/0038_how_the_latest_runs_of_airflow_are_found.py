"""How the latest runs of Airflow itself are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_itself = sa.text("firing_id IS NULL")
    op.create_index(
        "ix_runs_of_airflow",
        "runs",
        [sa.text("coalesce(started_at, due_at, seen_at) DESC"), "id"],
        sqlite_where=by_itself,
        postgresql_where=by_itself,
    )
