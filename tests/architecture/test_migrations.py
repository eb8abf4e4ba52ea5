"""The migrations lead to the tables that the code knows, and to no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage.tables import metadata

if TYPE_CHECKING:
    from storage.database import Database


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite tells of none
def test_nothing_is_left_to_migrate(sqlite_database: Database):
    with sqlite_database.transaction() as tx:
        context = MigrationContext.configure(tx.connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []
