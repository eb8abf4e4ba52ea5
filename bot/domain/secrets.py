"""What looks like a secret: one set of rules for inputs, messages, logs and whatever Airflow tells.

Every rule takes time in proportion to the text. A repetition is bounded, or it is the last of its rule, or it
begins only where a word begins; so that no line of a log can make a rule begin again at each of its letters.
"""

from __future__ import annotations

import re

MASK = "***"

_WORDS = (
    r"passw(?:or)?d|passphrase|passcode|pwd|secret|token|credential|webhook|fernet"
    r"|(?:api|access|account|private|encryption|signing|shared)[ _-]?key"
    r"|(?:connection|conn)[ _-]?(?:string|str|uri)"
)
_NAME = re.compile(rf"{_WORDS}|(?<![a-z])(?:authorization|dsn|pass|cookie)(?![a-z])")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def names_a_secret(name: str) -> bool:
    """Return whether a name or title says that its value is a secret."""
    return _NAME.search(_HUMP.sub("_", name).lower()) is not None


def hide_secrets(text: str) -> str:
    """Return the text with a mask in place of each part that looks like a secret."""
    if "PRIVATE KEY" in text:
        text = _without_keys(text)
    text = _masked(text, _ADDRESSES_AND_HEADERS)
    if (":" in text or "=" in text) and _KEYS.search(text):  # looking once is a third of trying each rule
        text = _masked(text, _NAMED_VALUES)
    return _masked(text, _OTHERS)


def _masked(text: str, rules: tuple[_Rule, ...]) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


_KEY = rf"(?:{_WORDS}|(?<![a-z])(?:dsn|pass))\w{{0,40}}"
_SCHEMES = "bearer|basic|token|digest|apikey"
_IS = r"\\?['\"]?[ \t]{0,20}[:=][ \t]{0,20}"

_KEYS = re.compile(_KEY, re.IGNORECASE)
_Rule = tuple[re.Pattern[str], str]
_ADDRESSES_AND_HEADERS: tuple[_Rule, ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # scheme://user:password@host, scheme://token@host
        (r"(://[^\s:/@'\"]{0,200}:)[^\s/'\"]{1,400}(?=@)", rf"\1{MASK}"),
        (r"(://)[^\s:/@'\"]{16,400}(?=@)", rf"\1{MASK}"),
        # Addresses that are secrets themselves
        (r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[^\s'\"<>|]+", rf"\1{MASK}"),
        (r"(discord(?:app)?\.com/api/webhooks/)[^\s'\"<>|]+", rf"\1{MASK}"),
        (r"(webhook\.office\.com/)[^\s'\"<>|]+", rf"\1{MASK}"),
        # Signed addresses: Azure's, Amazon's, Google's
        (r"([?&;](?:sig|x-amz-signature|x-amz-security-token|x-goog-signature)=)[^\s&'\"]+", rf"\1{MASK}"),
        # Authorization: Bearer …, Basic …, and the same without the header's name
        (
            rf"(authorization{_IS}\\?['\"]?(?:(?:{_SCHEMES})[ \t]{{1,20}})?)[^\s'\",}}]+",
            rf"\1{MASK}",
        ),
        (r"(\b(?:bearer|basic)[ \t]{1,20})[A-Za-z0-9+/_.~=-]{8,}", rf"\1{MASK}"),
        (r"(\b(?:set-)?cookie['\"]?[ \t]{0,20}:[ \t]{0,20})[^\r\n]+", rf"\1{MASK}"),
    )
)
_NAMED_VALUES: tuple[_Rule, ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # password="with spaces", 'token': 'x' (their closing quote may be cut off), secret: x
        (rf"({_KEY}{_IS})(['\"])(?:\\.|(?!\2)[^\r\n])+", rf"\1\2{MASK}"),
        (rf"({_KEY}{_IS})(\\['\"])(?:(?!\2)[^\r\n])+", rf"\1\2{MASK}"),
        (rf"({_KEY}{_IS})(?!\\?['\"])[^\s'\",;&)\]}}]+", rf"\1{MASK}"),
    )
)
_OTHERS: tuple[_Rule, ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # --api-key x, <password>x
        (rf"((?<!-)--[\w-]{{0,40}}{_KEY}[ \t]{{1,20}})(?!-)\S+", rf"\1{MASK}"),
        (rf"(<[\w:-]{{0,40}}{_KEY}>)[^<\r\n]+", rf"\1{MASK}"),
        # As databases and commands take them
        (r"(\bidentified[ \t]{1,20}by[ \t]{1,20}['\"]?)[^\s'\"]+", rf"\1{MASK}"),
        (
            r"(\bcurl\b[^\r\n]{0,300}?[ \t](?:-u|--user)[ \t=]{0,20}['\"]?[^\s:'\"]{0,200}:)[^\s'\"]+",
            rf"\1{MASK}",
        ),
        (r"(\b(?:mysql|mysqldump|mariadb)\b[^\r\n]{0,300}?[ \t]-p)(?=\S)\S+", rf"\1{MASK}"),
    )
) + tuple(
    (re.compile(rf"(?<![A-Za-z0-9_-]){pattern}"), MASK)
    for pattern in (
        # JSON web tokens; the keys of Slack, Amazon, GitHub, GitLab, Google
        r"eyJ[\w-]{5,}+\.[\w-]{5,}+(?:\.[\w-]*)?",
        r"(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]{6,}",
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])",
        r"(?:gh[pousr]_\w{20,}|github_pat_\w{20,})",
        r"gl(?:pat|dt|rt|ptt|cbt|soat)-[\w-]{16,}",
        r"(?:AIza[\w-]{30,}|ya29\.[\w.-]{16,}|GOCSPX-[\w-]{16,})",
        # Those of Stripe, OpenAI and Anthropic, npm, PyPI, Databricks, SendGrid, Hugging Face, Shopify
        r"(?:[sr]k_(?:live|test)_\w{8,}|whsec_\w{16,})",
        r"sk-[\w-]{20,}",
        r"npm_[A-Za-z0-9]{30,}",
        r"pypi-[\w-]{16,}",
        r"dapi[0-9a-f]{30,}+(?:-\d)?",
        r"SG\.[\w-]{16,}+\.[\w-]{16,}",
        r"hf_[A-Za-z0-9]{30,}",
        r"shp(?:at|ss|ca|pa)_[0-9a-fA-F]{30,}",
    )
)  # fmt: skip

_BEGIN = re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{16,200}")


def _without_keys(text: str) -> str:
    """Return the text without private keys of several lines, whole or cut off at either end."""
    end = _END.search(text)
    begin = _BEGIN.search(text)
    if end is not None and (begin is None or end.start() < begin.start()):
        lines = text[: end.start()].rstrip("\n").split("\n")
        kept = len(lines)
        while kept and _KEY_LINE.fullmatch(lines[kept - 1].strip()):
            kept -= 1
        hidden = [*lines[:kept], *([MASK] if kept < len(lines) else []), end[0]]
        return "\n".join(hidden) + _without_keys_from_here(text[end.end() :])
    return _without_keys_from_here(text)


def _without_keys_from_here(text: str) -> str:
    """Return the text without each key, or to its end if the key was cut off."""
    parts = []
    place = 0
    while (begin := _BEGIN.search(text, place)) is not None:
        end = _END.search(text, begin.end())
        parts += [text[place : begin.end()], MASK, "" if end is None else end[0]]
        place = len(text) if end is None else end.end()
    return "".join([*parts, text[place:]])
