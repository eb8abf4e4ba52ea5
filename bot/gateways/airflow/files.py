"""A file in a run's `runbell_result`: its name, and its content as text, in base64 or by an address."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.errors import Rejected
from bot.domain.run import MOST_FILE_BYTES, ResultFile
from bot.gateways.airflow.addressed import name_of
from bot.gateways.airflow.cells import line

LONGEST_NAME = 100
NO_FILE = "no_file"
"""The code of what is raised for a file that cannot be shown; the detail ends a sentence."""


def file_name_of(value: Any) -> str:
    """Return the name of the file in a result, without folders; "" if it has none."""
    found = value.get("file") if isinstance(value, Mapping) else None
    name = found.get("name") if isinstance(found, Mapping) else None
    name = name or name_of(address_of(value))
    last = name.replace("\\", "/").rpartition("/")[2] if isinstance(name, str) else ""
    return line(last, LONGEST_NAME).strip(". ")


def address_of(value: Any) -> str:
    """Return the address at which the file in a result lies; "" if it has none."""
    found = value.get("file") if isinstance(value, Mapping) else None
    address = found.get("address") if isinstance(found, Mapping) else None
    return address.strip() if isinstance(address, str) else ""


def file_from(value: Any, addressed: Callable[[str], bytes]) -> ResultFile:
    """Return the file in a result. Raises Rejected, with what is wrong with it.

    `addressed` returns the content of a file that is published by its address.
    """
    name = file_name_of(value)
    if not name:
        raise Rejected("Airflow", "the job has published it without a name", NO_FILE)
    address = address_of(value)
    content = addressed(address) if address else _content(value["file"])
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
        raise Rejected("Airflow", "it has neither `content`, `base64` nor `address`", NO_FILE)
    try:
        return base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        raise Rejected("Airflow", "its `base64` is not base64", NO_FILE) from None
