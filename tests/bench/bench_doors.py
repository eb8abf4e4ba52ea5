"""What people wait for: every command, type-ahead and form, in a company and in one a tenth of its size.

For a member, a manager, an admin and an auditor, asked in a channel of no project, where most is to be
weighed. Both sizes turn by turn, so that their ratio holds on a busy machine; a line as soon as it is
measured. Milliseconds: `p50` and `p95` by the clock on the wall, `cpu` this process's work and the database
server's, which other work on the machine lengthens little; `ratio` is of cpu, beside a tenth of the size.
Statements, transactions and rows are one interaction's, at most; "ack" is when Slack has its answer.

Run: .venv/bin/python tests/bench/bench_doors.py --database sqlite --database postgresql
One door, for one kind of person: … --door list --who admin. Where the time goes: … --profile
"""

from __future__ import annotations

import cProfile
import logging
import pstats
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
import structlog

from bot.language.when import warm
from playground.postgresql import start_postgresql
from storage.database import Database
from tests.bench.company import A_TENTH, FULL
from tests.bench.doors import DOORS
from tests.bench.office import Counting, Office, Taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.company import Size
    from tests.bench.doors import Door

SIZES = {"tenth": A_TENTH, "full": FULL}
KINDS = ("member", "manager", "admin", "auditor")
WARM_UP, AT_LEAST, AT_MOST = 2, 3, 40
"""How often each door is asked."""
PROMISED, GROWS = 150.0, 1.3
"""Milliseconds that nobody waits longer than, and by how much more in a company than in a tenth of it."""


@contextmanager
def offices(kind: str, sizes: dict[str, Size]) -> Iterator[dict[str, Office]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="runbell-doors-")))
        counting = Counting(stack.enter_context(pytest.MonkeyPatch.context()))
        server = None
        if kind == "postgresql":
            server = start_postgresql(folder / "pg")
            stack.callback(server.stop)
        found = {}
        for name, size in sizes.items():
            url = server.url_for(name, "psycopg") if server else f"sqlite:///{folder}/{name}.db"
            database = Database(url)
            stack.callback(database.close)
            database.migrate()
            found[name] = Office(database, size, counting)
        yield found


def measure(open_offices: dict[str, Office], door: Door, kind: str, seconds: float) -> dict[str, Taken]:
    taken = {name: Taken() for name in open_offices}
    for number in range(-WARM_UP, 0):
        for office in open_offices.values():
            office.ask(door, kind, number, Taken())
    began = time.perf_counter()
    for number in range(AT_MOST):
        if number >= AT_LEAST and time.perf_counter() - began > seconds:
            break
        for name, office in open_offices.items():
            office.ask(door, kind, number, taken[name])
    return taken


def at(share: float, of: list[float]) -> float:
    return sorted(of)[min(len(of) - 1, int(share * len(of)))]


def tell(door: Door, kind: str, taken: dict[str, Taken]) -> None:
    for name, each in taken.items():
        p50, p95, cpu = at(0.5, each.ended), at(0.95, each.ended), at(0.5, each.worked)
        ratio = cpu / at(0.5, taken["tenth"].worked) if "tenth" in taken else 1.0
        asked = ", ".join(
            f"{of.statements} in {of.transactions} ({of.rows})" for of in (each.before_ack, each.in_all)
        )
        late = "!" if p95 > PROMISED else " "
        grows = "!" if ratio > GROWS else " "
        print(
            f"{f'{door.name}, {kind}':<36}{name:>6}{p50:8.1f}{p95:8.1f}{late}{cpu:8.1f}{ratio:6.2f}{grows}"
            f"{at(0.95, each.acked):8.1f}   {asked}",
            flush=True,
        )


@click.command(help=__doc__)
@click.option("--database", "databases", multiple=True, type=click.Choice(["sqlite", "postgresql"]))
@click.option(
    "--size", "sizes", multiple=True, type=click.Choice(list(SIZES)), help="Both unless one is named."
)
@click.option("--door", "doors", multiple=True, type=click.Choice([each.name for each in DOORS]))
@click.option("--who", "kinds", multiple=True, type=click.Choice(KINDS))
@click.option(
    "--seconds", default=0.8, help="How long each is asked, at least three times.", show_default=True
)
@click.option("--profile", is_flag=True, help="Print which functions take the time.")
def main(
    databases: tuple[str, ...],
    sizes: tuple[str, ...],
    doors: tuple[str, ...],
    kinds: tuple[str, ...],
    seconds: float,
    *,
    profile: bool,
) -> None:
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warm()
    wanted = {name: size for name, size in SIZES.items() if not sizes or name in sizes}
    for name, size in wanted.items():
        print(f"{name}: {size}")
    for database in databases or ("sqlite", "postgresql"):
        with offices(database, wanted) as found:
            print(f"\n{database:<36}{'size':>6}{'p50':>8}{'p95':>8} {'cpu':>8}{'ratio':>6} {'ack p95':>8}"
                  "   statements (rows) before the ack, in all")  # fmt: skip
            for door in DOORS:
                for kind in door.whose:
                    if (doors and door.name not in doors) or (kinds and kind not in kinds):
                        continue
                    recording = cProfile.Profile() if profile else None
                    if recording:
                        recording.enable(builtins=False)
                    taken = measure(found, door, kind, seconds)
                    tell(door, kind, taken)
                    if recording:
                        recording.disable()
                        pstats.Stats(recording).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
