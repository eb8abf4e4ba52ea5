"""Slack's ids, as a projects file writes them."""

from __future__ import annotations

import re

PERSON_ID = re.compile(r"[UW][A-Z0-9]{2,}")
GROUP_ID = re.compile(r"S[A-Z0-9]{2,}")
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")


def no_such_id(text: str) -> str:
    """Return what is wrong with a word that names nobody."""
    if PERSON_ID.fullmatch(text):
        return f"Slack has no person {text}"
    if GROUP_ID.fullmatch(text):
        return f"Slack has no user group {text}"
    if "@" in text:
        return f"Slack knows nobody with the address {text}: write the Slack id"
    return f"{text} is neither a Slack id nor a name like '@{text}'"
