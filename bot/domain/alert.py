"""Alert rules: which events of which jobs a place hears about."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    FAILED = "failed"
    RECOVERED = "recovered"
    DONE = "done"
