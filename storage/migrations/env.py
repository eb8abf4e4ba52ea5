"""Alembic's entry: it is given a connection by Database.migrate, and knows no URL of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from alembic import context

from storage.tables import Moment, metadata

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def _written(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """A migration names no type of ours: what it made must stay as it was."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_written,
)
with context.begin_transaction():
    context.run_migrations()
