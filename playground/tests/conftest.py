"""What the playground's tests share."""

from playground.tests.apps.chromium import browser

__all__ = ["browser"]
