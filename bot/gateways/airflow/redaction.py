"""Hides what looks like a secret: a log goes from Airflow into a channel that many people read."""

from __future__ import annotations

import re

HIDDEN = "***"

# Every repetition in a key or scheme is bounded: a log may hold a line of any length.
_KEY = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|(?:api|access|private)[_-]?key)"
    r"\w{0,40}"
)

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # A key of several lines, whole, or cut off at either end
    (
        re.compile(
            r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        rf"\1{HIDDEN}\2",
    ),
    (
        re.compile(r"(?:^[A-Za-z0-9+/=]{16,}\n)+(?=-----END [A-Z ]*PRIVATE KEY-----)", re.MULTILINE),
        f"{HIDDEN}\n",
    ),
    # scheme://user:password@host
    (
        re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://[^\s:/@'\"]{0,200}:)[^\s/'\"]+(?=@)", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    # Authorization: Bearer …, Basic …, and the same without the header's name
    (
        re.compile(
            r"(\bauthorization['\"]?\s*[:=]\s*['\"]?(?:bearer|basic|token)?\s*)[^\s'\",}]+", re.IGNORECASE
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(\b(?:bearer|basic)\s+)[A-Za-z0-9+/_.~=-]{8,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    # password="with spaces", 'token': 'x' (their closing quote may be cut off), secret: x, --api-key x
    (re.compile(rf"({_KEY}['\"]?\s*[:=]\s*)(['\"])(?:\\.|(?!\2).)+", re.IGNORECASE), rf"\1\2{HIDDEN}"),
    (re.compile(rf"({_KEY}['\"]?\s*[:=]\s*)(?!['\"])[^\s'\",;&)\]}}]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(rf"(--[\w-]{{0,40}}{_KEY}\s+)(?!-)\S+", re.IGNORECASE), rf"\1{HIDDEN}"),
    # Known by their looks: JSON web tokens, Slack's, Amazon's, GitHub's
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"), HIDDEN),
    (re.compile(r"\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}"), HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), HIDDEN),
    (re.compile(r"\bgh[pousr]_\w{20,}"), HIDDEN),
)


def without_secrets(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
