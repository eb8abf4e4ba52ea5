"""Random ids: for what must never meet an older one, not even after a database is made anew."""

from __future__ import annotations

import secrets


def new_id() -> str:
    """Return 24 random hexadecimal digits."""
    return secrets.token_hex(12)
