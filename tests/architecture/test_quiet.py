"""The tests' world lets hours pass in few steps, and leaves out no moment at which a loop has work."""

from __future__ import annotations

from storage.tables import metadata
from tests.quiet import LOOKED_AT

LOOK_BACK = {
    "archived_at", "asked_at", "at", "began_at", "claimed_at", "confirmed_at", "counted_from", "created_at",
    "deleted_at", "ended_at", "escalated_at", "failed_at", "failed_due_at", "gone_at", "handled_at",
    "interval_start", "looked_at", "made_at", "mapped_at", "opened_at", "posted_at", "published_at",
    "released_at", "seen_at", "sent_at", "settled_at", "since", "started_at", "summed_at",
    "trouble_since", "wanted_at",
}  # fmt: skip
"""What is kept once it has happened. Nothing is due by it, in whatever table."""
WAITED_FOR_BY_NO_LOOP = {
    "absences.until": "asked when somebody is to be told",
    "choices.expires_at": "swept once a day",
    "choices.until": "kept with a button, and read when it is pressed",
    "drafts.expires_at": "swept once a day",
    "files.expires_at": "swept once an hour; who comes later finds it gone",
    "firings.leased_until": "a leased row's other moment is past, which keeps the loops close",
    "jobs.next_run_at": "Airflow's own; the conditions ask for it, and they do not step in it",
    "late_groups.last_at": "read when something else is late",
    "leases.until": "one process renews its own",
    "looks.expires_at": "swept once a day",
    "notices.leased_until": "a leased row's other moment is past, which keeps the loops close",
    "pages.leased_until": "a leased row's other moment is past, which keeps the loops close",
    "runs.waits_until": "shown, and nothing else",
}


def test_each_moment_in_the_tables_is_waited_for_or_has_its_reason() -> None:
    moments = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if type(column.type).__name__ == "Moment" and column.name not in LOOK_BACK
    }
    waited_for = {f"{each.table.name}.{each.name}" for each in LOOKED_AT}

    assert waited_for.isdisjoint(WAITED_FOR_BY_NO_LOOP)
    assert moments - waited_for - set(WAITED_FOR_BY_NO_LOOP) == set(), "add it to tests/quiet.py"
    assert set(WAITED_FOR_BY_NO_LOOP) <= moments, "a column that is no more"


def test_each_queue_is_waited_for() -> None:
    """A queue has an index of the rows that have a moment."""
    queues = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for index in table.indexes
        for column in index.columns
        if type(column.type).__name__ == "Moment"
        and str(index.dialect_options["sqlite"]["where"]) == f"{column.name} IS NOT NULL"
    }

    assert "notices.send_at" in queues
    assert queues <= {f"{each.table.name}.{each.name}" for each in LOOKED_AT}
