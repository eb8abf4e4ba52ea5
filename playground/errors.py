"""What keeps the playground from starting, in one sentence for whoever typed `make demo`."""

from __future__ import annotations


class CannotStart(Exception):
    """Its text is one clear sentence: what is wrong, and where to read on."""
