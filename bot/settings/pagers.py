"""PagerDuty's routing keys, by the names that projects call them, in the file RUNBELL_PAGERDUTY_KEYS.

finance on-call: {key_file: /run/secrets/pagerduty-finance}
platform: {key_env: PAGERDUTY_PLATFORM_KEY}
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import yaml

NAME = "RUNBELL_PAGERDUTY_KEYS"
LONGEST_NAME = 60
_KEY = re.compile(r"[A-Za-z0-9_-]{8,128}")


class WrongPagers(Exception):
    """Every problem of the file at once, and no secret."""


def read_pagers(path: Path | None) -> dict[str, str]:
    """Return the routing keys by name; none without a file. Raises WrongPagers."""
    if path is None:
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise WrongPagers(f"{NAME}: {path} cannot be read ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise WrongPagers(f"{NAME}: {path} gives each name a key_file or a key_env")
    keys, problems = {}, []
    for name, entry in found.items():
        key, problem = _read(str(name), entry)
        keys[str(name)] = key
        problems += [f"{NAME}, {name}: {problem}"] if problem else []
    if problems:
        raise WrongPagers("\n".join(problems))
    return keys


def _read(name: str, entry: Any) -> tuple[str, str]:
    """Return the key and what is wrong with it, "" for nothing."""
    if not 0 < len(name) <= LONGEST_NAME:
        return "", f"a name has 1 to {LONGEST_NAME} characters"
    if not isinstance(entry, dict) or len(entry) != 1 or not set(entry) <= {"key_file", "key_env"}:
        return "", "give it either a key_file or a key_env, which hold the key; the key itself is never here"
    ((kind, where),) = entry.items()
    if kind == "key_env":
        key = os.environ.get(str(where), "")
    else:
        try:
            key = Path(str(where)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            return "", f"its {kind} cannot be read ({type(error).__name__})"
    return (key, "") if _KEY.fullmatch(key) else ("", f"its {kind} holds no routing key")
