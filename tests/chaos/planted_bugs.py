"""Is the machine any good? Bugs planted one by one in the dispatcher; each must make it fail.

Run: .venv/bin/python -m tests.chaos.planted_bugs [most examples] [seed] [word] [sqlite | postgresql]
`word`: of the names of the bugs to plant; "unplanted" plants none.
"""

from __future__ import annotations

import logging
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import structlog
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos import bugs_of_hand_over, bugs_of_policies, bugs_of_taking_back
from tests.databases import databases_of
from tests.properties.dispatching.machine import Dispatching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

BUGS = bugs_of_hand_over.BUGS + bugs_of_policies.BUGS + bugs_of_taking_back.BUGS


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


def hunt(databases: Databases, most: int, number: int) -> tuple[int, str]:
    """Examples until it failed, and how; "" when it did not."""
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
            how = (str(failure).splitlines() or [""])[0]
            return count[0] - 1, f"{type(failure).__name__}: {how}"  # the one that failed was begun again
    return count[0], ""


def main() -> None:
    given = dict(enumerate(sys.argv[1:]))
    most, number, word = int(given.get(0) or 150), int(given.get(1) or 1), given.get(2, "")
    with databases_of(given.get(3) or "sqlite") as databases:
        sys.exit(_hunt_all(databases, most, number, word))


def _hunt_all(databases: Databases, most: int, number: int, word: str) -> bool:
    """Whether any planted bug escaped, or anything was found without one."""
    bugs = [each for each in BUGS if word in each.__name__]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    escaped = []
    for bug in bugs:
        began = time.perf_counter()
        with bug()():
            examples, how = hunt(databases, most, number)
        took = time.perf_counter() - began
        caught = f"caught after {examples} examples, {took:.0f} s: {how[:90]}"
        escaped += [] if how else [bug.__name__]
        _say(f"{bug.__name__.replace('_', ' ')}: {caught if how else f'ESCAPED {examples}, {took:.0f} s'}")
    examples, how = (0, "") if word and bugs else hunt(databases, most, number)
    _say("" if word and bugs else f"none planted: {how or f'nothing found in {examples} examples'}")
    _say(f"{len(bugs) - len(escaped)} of {len(bugs)} caught")
    return bool(escaped or how)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  its verdicts are what it is for


if __name__ == "__main__":
    main()
