"""A file in a run's `runbell_result`: its name, and its content as text or in base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Rejected
from bot.domain.run import MOST_FILE_BYTES, ResultFile
from bot.gateways.airflow.cells import line

LONGEST_NAME = 100
NO_FILE = "no_file"
"""The code of what is raised for a file that cannot be shown; the detail ends a sentence."""


def file_name_of(value: Any) -> str:
    """Return the name of the file in a result, without folders; "" if it has none."""
    found = value.get("file") if isinstance(value, Mapping) else None
    name = found.get("name") if isinstance(found, Mapping) else None
    last = name.replace("\\", "/").rpartition("/")[2] if isinstance(name, str) else ""
    return line(last, LONGEST_NAME).strip(". ")


def file_from(value: Any) -> ResultFile:
    """Return the file in a result. Raises Rejected, with what is wrong with it."""
    name = file_name_of(value)
    if not name:
        raise Rejected("Airflow", "the job has published it without a name", NO_FILE)
    content = _content(value["file"])
    if not content:
        raise Rejected("Airflow", "it is empty", NO_FILE)
    if len(content) > MOST_FILE_BYTES:
        megabytes = MOST_FILE_BYTES // 1024 // 1024
        raise Rejected("Airflow", f"it is larger than {megabytes} MB; publish a link", NO_FILE)
    return ResultFile(name, content)


def _content(found: Mapping[str, Any]) -> bytes:
    text, coded = found.get("content"), found.get("base64")
    if isinstance(text, str):
        return text.encode()
    if not isinstance(coded, str):
        raise Rejected("Airflow", "it has neither `content` nor `base64`", NO_FILE)
    try:
        return base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        raise Rejected("Airflow", "its `base64` is not base64", NO_FILE) from None
