"""Slack's own description of its methods and events, where it is on this machine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve()
FOLDERS = [parent.parent / "shared" / "data" / "slack-methods" for parent in HERE.parents[3:5]]
FOLDER = next((each for each in FOLDERS if each.is_dir()), None)
COMMON = {
    "internal_error",
    "invalid_arguments",
    "invalid_auth",
    "missing_scope",
    "not_allowed_token_type",
    "not_authed",
    "ratelimited",
    "account_inactive",
    "token_expired",
    "token_revoked",
    "unknown_method",
}
"""Any method may answer these; the descriptions leave them out."""
MOST = (
    re.compile(r"[Mm]aximum of ([\d,]+)\."),
    re.compile(r"max value of ([\d,]+)"),
    re.compile(r"Limit this field to ([\d,]+) characters"),
    re.compile(r"Max length of ([\d,]+) characters"),
)
LESS_THAN = re.compile(r"integer under ([\d,]+)")


def described(method: str) -> dict[str, Any]:
    if FOLDER is None:
        pytest.skip("Slack's method descriptions (../shared/data/slack-methods) are not on this machine")
    file = FOLDER / f"{method}.json"
    if not file.is_file():
        pytest.skip(f"Slack's description of {method} is not among those on this machine")
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def is_described(method: str) -> bool:
    return FOLDER is not None and (FOLDER / f"{method}.json").is_file()


def errors_of(method: str) -> set[str]:
    errors = described(method)["errors"]
    return set(errors) if isinstance(errors, dict) else {each["name"] for each in errors}


def beyond(method: str) -> list[tuple[str, Any, Any]]:
    """Arguments, each with a value that Slack just takes, and one a little too much or too small."""
    found: list[tuple[str, Any, Any]] = []
    for name, said in described(method)["args"]["properties"].items():
        most = said.get("maximum") or said.get("maxLength") or _most(said.get("desc", ""))
        if most and name != "team_id":  # of which it says that it has no characters
            is_text = said.get("type") == "string"
            found.append((name, *(("x" * most, "x" * (most + 1)) if is_text else (most, most + 1))))
        if "minimum" in said:
            found.append((name, said["minimum"], said["minimum"] - 1))
    return found


def _most(words: str) -> int:
    under = LESS_THAN.search(words)
    if under:
        return _whole(under) - 1
    return next((_whole(told) for each in MOST if (told := each.search(words))), 0)


def _whole(found: re.Match[str]) -> int:
    return int(found[1].replace(",", ""))
