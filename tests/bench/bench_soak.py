"""Soak: thirty simulated days of 500 mixed schedules over two changes of the clocks, on SQLite and a fake.

Each moment's fate, worked out by dateutil, arithmetic and a second writing of the rule (tests/bench/soak),
beside what became of it; and memory, which is to stay as it is. A difference ends it with status 1.
Run: PYTHONPATH=. .venv/bin/python tests/bench/bench_soak.py [days] [schedules]
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import event, select

from storage.database import Database
from storage.tables import firings
from tests.bench.soak.expansion import BEGINS, ZONES
from tests.bench.soak.month import Month
from tests.bench.soak.plan import AWAY, plan
from tests.bench.soak.verdict import judge
from tests.world import World

if TYPE_CHECKING:
    from tests.bench.soak.plan import Planned
    from tests.bench.soak.verdict import Verdict

SETTLED_BY_DAY = 19
"""When the last of the long outages has been made up for: each of them leaves a step of some MB behind."""
GROWS_AT_MOST = 3.0
"""MB in ten days, once it has settled: less than a page cache breathes."""


def main() -> None:
    given = dict(enumerate(sys.argv[1:]))
    days, count = int(given.get(0, 30)), int(given.get(1, 500))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    until = BEGINS + timedelta(days=days)
    with tempfile.TemporaryDirectory(prefix="runbell-soak-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'runbell.db'}")
        database.migrate()
        world = World(database, now=BEGINS)
        planned = plan(world, count, until)
        _say_plan(planned, until)
        with database.transaction() as tx:
            for each in planned:
                tx.schedules.add(each.schedule, at=BEGINS)
        ledger = Path(folder) / "ledger"
        queries = _counted(database)
        with ledger.open("w") as lines:
            month = Month(world, until, AWAY, lines)
            began = time.perf_counter()
            month.live()
            took = time.perf_counter() - began
        print(f"{month.steps} steps and {queries['all']} queries in {took:.0f} s")
        verdict = judge(planned, _written(database), _ran(ledger))
        database.close()
    sys.exit(_report(verdict, month.memory))


def _say_plan(planned: list[Planned], until: datetime) -> None:
    kinds = Counter(each.asked.kind for each in planned)
    moments = sum(len(each.asked.moments) for each in planned)
    print(
        f"{len(planned)} schedules of {len(kinds)} kinds in {len(ZONES)} zones, "
        f"{moments} moments until {until:%d %b}"
    )
    for each in AWAY:
        print(f"  {each.who} away {each.begins:%d %b %H:%M} for {each.ends - each.begins} {each.answers}")


def _counted(database: Database) -> Counter[str]:
    count: Counter[str] = Counter()

    @event.listens_for(database._engine, "before_cursor_execute")
    def _count(*_: Any) -> None:
        count["all"] += 1

    return count


def _written(database: Database) -> list[Any]:
    columns = (
        firings.c.firing_id,
        firings.c.schedule_id,
        firings.c.due_at,
        firings.c.state,
        firings.c.reason,
    )
    with database.transaction() as tx:
        return list(tx.connection.execute(select(*columns)))


def _ran(ledger: Path) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = {}
    for line in ledger.read_text().splitlines():
        run_id, at, _ = line.split()
        found[run_id] = None if at == "never" else datetime.fromisoformat(at)
    return found


def _report(verdict: Verdict, memory: list[tuple[int, float]]) -> int:
    print(f"{verdict.moments} moments foretold: {dict(verdict.fates)}")
    print(f"{verdict.by_seconds} were skipped, not run, behind a late and brief run of the same second")
    print(f"{verdict.cancelled} firings were withdrawn and made anew")
    for policies, count in sorted(verdict.by_policies.items()):
        print(f"  {policies} {count}")
    grows = _slope([each for each in memory if each[0] >= SETTLED_BY_DAY]) * 10
    print(f"after day {SETTLED_BY_DAY} memory grows by {grows:.2f} MB in ten days (at most {GROWS_AT_MOST})")
    print(f"DIFFERENT: {len(verdict.wrong)}" if verdict.wrong else "nothing is different")
    for each in verdict.wrong[:25]:
        print(f"  {each}")
    return 1 if verdict.wrong or grows > GROWS_AT_MOST else 0


def _slope(points: list[tuple[int, float]]) -> float:
    """MB a day, by least squares."""
    if len(points) < 3:
        return 0.0
    days, sizes = [day for day, _ in points], [size for _, size in points]
    middle, mean = sum(days) / len(days), sum(sizes) / len(sizes)
    spread = sum((day - middle) ** 2 for day in days)
    return sum((day - middle) * (size - mean) for day, size in points) / spread


if __name__ == "__main__":
    main()
