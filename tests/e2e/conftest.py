"""A real browser, started once."""

from playground.tests.apps.chromium import browser

__all__ = ["browser"]
