"""How shares that name somebody are found."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_share_people_person", "share_people", ["workspace_id", "person_id"])
    op.create_index("ix_share_people_group", "share_people", ["workspace_id", "group_id"])
