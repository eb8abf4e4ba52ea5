"""The dispatcher under everything at once: one run for each moment that was due, or one reason why not.

The same examples each time, so that a failure is of the change at hand; `make bugs` searches further.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.properties.dispatching.machine import Dispatching

Dispatching.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestDispatching = Dispatching.TestCase
