"""The machine's own Chromium, driven by Playwright; its absence is never silent."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLOW_MACHINE = 15_000
"""Milliseconds: two cores also run an Airflow, a bot and a PostgreSQL."""
MISSING = "There is no Chromium on this machine: install it (apt install chromium) or name it in CHROMIUM."


@contextmanager
def chromium() -> Iterator[Browser]:
    """Without one: a failure where CI is set, else a skip that says what to do."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a real browser once, and wait for pages as long as a slow machine needs."""
    expect.set_options(timeout=SLOW_MACHINE)
    with chromium() as browser:
        yield browser
