"""The dispatcher under everything at once: one run for each moment that was due, or one reason why not.

The same examples each time, so that a failure is of the change at hand: three in `make check`, fifteen in
`make test`. `make bugs` searches further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.dispatching.machine import Dispatching
from tests.properties.how_many import examples

if TYPE_CHECKING:
    from tests.databases import Databases

THE_SAME_EXAMPLES = settings(
    max_examples=examples(15),
    stateful_step_count=20,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.mark.slow
def test_each_moment_has_one_run_or_one_reason(databases: Databases):
    machine = type("Dispatching", (Dispatching,), {"databases": databases})

    run_state_machine_as_test(machine, settings=THE_SAME_EXAMPLES)
