"""Is the machine any good? Bugs planted one by one in the dispatcher; each must make it fail.

Each is looked for on short walks first, which catch most within seconds; what they miss is searched for.
A walk that fails with no bug planted as well catches nothing.

Run: .venv/bin/python -m tests.chaos.planted_bugs [most examples] [seed] [word] [sqlite | postgresql]
`word`: of the names of the bugs to plant; "unplanted" plants none.
"""

from __future__ import annotations

import logging
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import structlog
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos import bugs_of_hand_over, bugs_of_policies, bugs_of_taking_back
from tests.chaos.walks import walk
from tests.databases import databases_of
from tests.properties.dispatching.machine import Dispatching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chaos.planting import Bug
    from tests.databases import Databases

BUGS = bugs_of_hand_over.BUGS + bugs_of_policies.BUGS + bugs_of_taking_back.BUGS

WALKS = 80


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many examples have begun."""
    count = [0]
    begin = Dispatching.__init__

    def counting(self: Any) -> None:
        count[0] += 1
        begin(self)

    with patch.object(Dispatching, "__init__", counting):
        yield count


def hunt(databases: Databases, plant: Bug, most: int, number: int) -> tuple[int, str]:
    """Return how many examples, walks among them, passed until one failed, and how; "" if none did."""
    for count in range(WALKS):
        with plant():
            how = _walk(databases, number * 1000 + count)
        if how and (plant is ExitStack or not _walk(databases, number * 1000 + count)):
            return count, how
    with plant():
        examples, how = _search(databases, most, number)
    return WALKS + examples, how


def _walk(databases: Databases, number: int) -> str:
    """Return how the walk with this number failed; "" if it passed."""
    try:
        walk(databases, number)
    except BaseException as failure:  # noqa: BLE001  whatever shows it
        return _in_a_line(failure)
    return ""


def _search(databases: Databases, most: int, number: int) -> tuple[int, str]:
    machine = seed(number)(type("Hunting", (Dispatching,), {"databases": databases}))
    found = settings(
        max_examples=most,
        stateful_step_count=30,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    with counted() as count:
        try:
            run_state_machine_as_test(machine, settings=found)
        except BaseException as failure:  # noqa: BLE001  whatever shows it
            return count[0] - 1, _in_a_line(failure)  # the one that failed was begun again
    return count[0], ""


def _in_a_line(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {(str(failure).splitlines() or [''])[0]}"


def main() -> None:
    given = dict(enumerate(sys.argv[1:]))
    most, number, word = int(given.get(0) or 60), int(given.get(1) or 1), given.get(2, "")
    wanted = [place for place, bug in enumerate(BUGS) if word in bug.__name__]
    planted = [*wanted, None] if not (word and wanted) else wanted
    kind = given.get(3) or "sqlite"
    with ProcessPoolExecutor(initializer=_be_quiet) as pool:  # an example is work for one core
        hunts = [pool.submit(_hunt_one, each, kind, most, number) for each in planted]
        as_expected = [_as_expected(hunt.result()) for hunt in hunts]
    _say(f"{sum(as_expected)} of {len(planted)} as they should be")
    sys.exit(not all(as_expected))


def _be_quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


def _hunt_one(place: int | None, kind: str, most: int, number: int) -> tuple[int | None, int, str, float]:
    """Plant the bug at this place of BUGS or none; return how many examples passed, the failure, the time."""
    began = time.perf_counter()
    with databases_of(kind) as databases:
        examples, how = hunt(databases, ExitStack if place is None else BUGS[place](), most, number)
    return place, examples, how, time.perf_counter() - began


def _as_expected(hunted: tuple[int | None, int, str, float]) -> bool:
    """Say how a hunt ended; return whether a planted bug was caught, or nothing was where none is planted."""
    place, examples, how, took = hunted
    if place is None:
        _say(f"none planted: {how or f'nothing found in {examples} examples'}, {took:.0f} s")
        return not how
    caught = f"caught after {examples} examples, {took:.0f} s: {how[:90]}"
    name = BUGS[place].__name__.replace("_", " ")
    _say(f"{name}: {caught if how else f'ESCAPED {examples}, {took:.0f} s'}")
    return bool(how)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  its verdicts are what it is for


if __name__ == "__main__":
    main()
