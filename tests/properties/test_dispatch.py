"""The dispatcher under everything at once: one run for each moment that was due, or one reason why not.

The same examples each time, so that a failure is of the change at hand: three in `make check`, fifteen in
`make test`. `make bugs` searches further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.bugs_of_hand_over import no_lease_is_looked_at
from tests.properties.dispatching.machine import Dispatching
from tests.properties.how_many import examples

if TYPE_CHECKING:
    from collections.abc import Callable

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


def in_its_post(machine: Dispatching) -> None:
    machine.one_stalls_while_it_posts(0, "delete", is_sure=True)


def asking_what_has_begun(machine: Dispatching) -> None:
    machine.one_stalls_while_it_asks_what_has_begun(0, is_back=True)


STALLS = [in_its_post, asking_what_has_begun]


def stalled(databases: Databases, stalls: Callable[[Dispatching], None]) -> None:
    machine = type("Stalled", (Dispatching,), {"databases": databases})()
    try:
        machine.first("every 5 minutes", "sales_report")
        stalls(machine)
        machine.all_is_well_for_a_while()
        machine.nothing_is_scheduled_any_more()
    finally:
        machine.undo.close()


@pytest.mark.slow
@pytest.mark.parametrize("stalls", STALLS)
def test_one_that_goes_on_after_its_lease_changes_nothing_of_what_the_other_did(
    databases: Databases, stalls: Callable[[Dispatching], None]
):
    stalled(databases, stalls)


@pytest.mark.slow
@pytest.mark.parametrize("stalls", STALLS)
def test_without_a_look_at_the_lease_that_fails(databases: Databases, stalls: Callable[[Dispatching], None]):
    with no_lease_is_looked_at()(), pytest.raises(AssertionError, match=r"it ran all the same|stuck"):
        stalled(databases, stalls)
