"""What every database can keep of text that comes from outside."""

from __future__ import annotations

from typing import Any


def storable(value: Any) -> Any:
    """Return the JSON without what PostgreSQL cannot keep: NUL, and halves of characters."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    return value
