"""What people wait for: every command, type-ahead and form, in a company and in one a tenth of its size.

For a member, a manager, an admin and an auditor, asked in a channel of no project, where most is to be
weighed. Both sizes turn by turn, so that their ratio holds on a busy machine; one line for each, as soon as
it is measured, of the company. Milliseconds: `p50` and `p95` by the clock on the wall, then of CPU, this
process's work and the database server's, which other work on the machine lengthens less; `tenth` is the CPU's
p50 in a tenth of the size. `ratio` compares the quarter that was disturbed least. "!" marks what breaks
the promise by CPU, "~" behind what breaks it by the clock alone. Statements, transactions and rows are one
interaction's, at most; "ack" is when Slack has its answer.

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
from bot.wiring import leave_out_of_collections
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
LEAST_DISTURBED = 0.25
HEADINGS = (
    f"{'p50':>8}{'p95':>8} {'cpu p50':>8}{'cpu p95':>8} {'tenth':>8}{'ratio':>6} {'ack p95':>8}"
    "   statements in transactions (rows) before the ack, in all"
)
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
    """Print the line of one door: the largest size that was measured, beside the smallest."""
    small, *_, large = [*taken.values()] * 2  # the same, where only one was asked for
    by_clock, by_cpu = ([at(share, of) for share in (0.5, 0.95)] for of in (large.ended, large.worked))
    ratio = at(LEAST_DISTURBED, large.worked) / at(LEAST_DISTURBED, small.worked)
    asked = ", ".join(
        f"{of.statements} in {of.transactions} ({of.rows})" for of in (large.before_ack, large.in_all)
    )
    late = "!" if by_cpu[1] > PROMISED else "~" if by_clock[1] > PROMISED else " "
    print(
        f"{f'{door.name}, {kind}':<36}{by_clock[0]:8.1f}{by_clock[1]:8.1f} "
        f"{by_cpu[0]:8.1f}{by_cpu[1]:8.1f}{late}"
        f"{at(0.5, small.worked):8.1f}{ratio:6.2f}{'!' if ratio > GROWS else ' '}"
        f"{at(0.95, large.acked):8.1f}   {asked}",
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
            leave_out_of_collections()  # as `serve` does; here, two companies in fakes are among it
            print(f"\n{database:<36}{HEADINGS}")
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
