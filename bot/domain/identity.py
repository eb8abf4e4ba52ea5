"""Random ids: for what must never meet an older one, not even after a database is made anew."""

from __future__ import annotations

import hashlib
import secrets


def new_id() -> str:
    """Return 24 random hexadecimal digits."""
    return secrets.token_hex(12)


def derived_id(*parts: str) -> str:
    """Return 24 hexadecimal digits that are the same for the same parts."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
