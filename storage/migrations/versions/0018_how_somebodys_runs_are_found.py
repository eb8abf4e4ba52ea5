"""How somebody's runs are found."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_firings_person", "firings", ["workspace_id", "person_id"])
