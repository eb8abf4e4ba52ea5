"""The value of a secret input as it is kept: a token that only the holder of the key can open."""

from __future__ import annotations

from typing import Any

SEALED = "sealed by Runbell"
"""The only key of the object that replaces a secret."""


def is_sealed(value: Any) -> bool:
    """Return whether the value is a sealed secret."""
    return isinstance(value, dict) and value.keys() == {SEALED}
