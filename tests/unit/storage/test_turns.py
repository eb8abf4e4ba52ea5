"""Which notice of a channel comes next: none before what it belongs to, and soon however many wait."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, text, update

from bot.domain.identity import new_id
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from storage.tables import notices

if TYPE_CHECKING:
    from storage.database import Database
    from storage.transaction import Transaction

pytestmark = pytest.mark.both_databases
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
PLACE = Place("T1", "C1")
ON_POSTGRESQL = pytest.mark.parametrize(
    "databases", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def claimed(tx: Transaction) -> list[NoticeKind]:
    return [each.kind for each in tx.outbox.claim(NOW, leased_until=NOW + A_MINUTE, limit=10)]


@pytest.mark.parametrize("other", [Place("T1", "C2"), PLACE])
def test_a_reply_waits_for_its_own_card_though_others_are_posted(database: Database, other: Place):
    with database.transaction() as tx:
        tx.outbox.put(other, NoticeKind.CARD, "earlier run", send_at=NOW)
        tx.outbox.keep_card("earlier run", other, other.channel_id, "1.0")
        tx.connection.execute(update(notices).values(send_at=None, sent_at=NOW))
        for kind in (NoticeKind.CARD, NoticeKind.FAILURE):
            tx.outbox.put(PLACE, kind, "run", send_at=NOW)
        assert claimed(tx) == [NoticeKind.CARD]

    with database.transaction() as tx:
        assert claimed(tx) == []  # the card is on its way
        tx.outbox.keep_card("run", PLACE, PLACE.channel_id, "2.0")
        assert claimed(tx) == [NoticeKind.FAILURE]


@ON_POSTGRESQL
def test_after_a_quiet_day_a_night_of_notices_is_not_compared_each_with_each(database: Database):
    """PostgreSQL counts what waits once a minute at best, and plans for as much until then."""
    plans: list[dict[str, Any]] = []

    @event.listens_for(database._engine, "before_cursor_execute")
    def _explain(_connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT") and "row_number" in statement:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
            (found,) = cursor.fetchone()
            plans.append((found if isinstance(found, list) else json.loads(found))[0]["Plan"])

    a_notice = {"workspace_id": "T1", "channel_id": "C1", "kind": NoticeKind.WORDS}
    waiting = 1_000
    with database.transaction() as tx:
        said = [{**a_notice, "subject": new_id(), "sent_at": NOW} for _ in range(5 * waiting)]
        tx.connection.execute(insert(notices), said)
        tx.connection.execute(text("ANALYZE notices"))
        late = [{**a_notice, "subject": new_id(), "send_at": NOW} for _ in range(waiting)]
        tx.connection.execute(insert(notices), late)

    with database.transaction() as tx:
        assert tx.outbox.claim(NOW, leased_until=NOW + A_MINUTE, limit=10)

    (plan,) = plans
    assert _looked_at(plan) < 50 * waiting


def _looked_at(plan: dict[str, Any]) -> float:
    """Return how many rows the steps of a plan have passed on or left out."""
    rows = plan["Actual Rows"] + sum(
        number for name, number in plan.items() if name.startswith("Rows Removed")
    )
    below = sum(_looked_at(each) for each in plan.get("Plans", ()))
    return float(rows * plan["Actual Loops"] + below)
