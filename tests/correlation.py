"""No subquery selects anew from a table of the query around it, where it means the row that is asked about.

SQLAlchemy correlates a subquery with the query right around it alone. Deeper inside, `exists().where(
cards.c.subject == notices.c.subject)` selects from `notices` itself: whether any notice at all has a card.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.sql.selectable import SelectState

_displayed: Any = SelectState._get_display_froms


def watch_subqueries() -> None:
    """Refuse, from now on, to compile a subquery that selects anew, by a comma, from a table around it."""
    SelectState._get_display_froms = _checked  # type: ignore[method-assign, assignment]


def _checked(state: Any, **around: Any) -> Any:
    found = _displayed(state, **around)
    outside = around.get("explicit_correlate_froms") or ()
    again = [each.name for each in found if len(found) > 1 and each in outside]
    assert not again, f"{again}: correlate it by name, or select from an alias of it"
    return found
