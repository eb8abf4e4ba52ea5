"""What a token says about itself. It is read, not verified, which is Airflow's business."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any


def lifetime_of(token: str) -> timedelta | None:
    """Return how long the token lasts from its beginning to its end. None if it does not say."""
    claims = _claims(token)
    ends, begins = claims.get("exp"), claims.get("iat", claims.get("nbf"))
    if isinstance(ends, int | float) and isinstance(begins, int | float) and ends > begins:
        return timedelta(seconds=min(ends - begins, timedelta.max.total_seconds()))
    return None


def end_of(token: str) -> datetime | None:
    """Return when the token ends. None if it does not say."""
    ends = _claims(token).get("exp")
    try:
        return datetime.fromtimestamp(ends, UTC) if isinstance(ends, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None


def _claims(token: str) -> dict[str, Any]:
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
