"""The watch over subqueries, which every test has, sees one that forgets the row that it is asked about."""

from __future__ import annotations

import pytest
from sqlalchemy import and_, exists, select

from storage.tables import cards, notices

HAS_CARD = exists().where(cards.c.subject == notices.c.subject)
EARLIER = notices.alias("earlier")


def test_a_subquery_inside_a_subquery_that_selects_from_the_outermost_table_anew_is_seen():
    is_behind = exists().where(and_(EARLIER.c.subject == notices.c.subject, HAS_CARD))

    with pytest.raises(AssertionError, match="notices"):
        str(select(notices.c.notice_id).where(is_behind))


def test_a_subquery_that_is_correlated_is_in_order():
    by_name = HAS_CARD.correlate(notices)
    is_behind = exists().where(and_(EARLIER.c.subject == notices.c.subject, by_name))

    assert "FROM cards, notices" not in str(select(notices.c.notice_id).where(is_behind, HAS_CARD))


def test_a_subquery_that_chooses_rows_of_its_own_table_is_in_order():
    some = select(notices.c.notice_id).where(notices.c.send_at.is_(None)).limit(10)

    assert str(notices.delete().where(notices.c.notice_id.in_(some))).count("notices") > 2
