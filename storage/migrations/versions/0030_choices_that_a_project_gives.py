"""A project gives the inputs of a job their choices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job_settings", sa.Column("choices", sa.JSON(), server_default="{}", nullable=False))
