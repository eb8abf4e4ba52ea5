"""A real browser, started once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fakes.chromium import chromium
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


SLOW_MACHINE = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Patient: two cores also run an Airflow, a bot and a PostgreSQL."""
    expect.set_options(timeout=SLOW_MACHINE)
    with chromium() as browser:
        yield browser
