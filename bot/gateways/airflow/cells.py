"""Single values in Airflow's rows, taken for what they should be; anything else counts as missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bot.domain.one_line import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Read = TypeVar("Read")

LONGEST_ID = 250
LONGEST_NAME = 200
"""Characters of titles and tags that our tables keep; Airflow allows titles of 2,000."""
LONGEST_TEXT = 20_000
MEANS_SOMETHING_ELSE = frozenset({".", "..", "~"})
"""Names that mean something else in a path: this place, the one above, and Airflow's "all"."""
NOT_TO_BE_KEPT = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
log = structlog.get_logger()


class OddRow(ValueError):
    """A row that names nothing that could be asked for."""


def readable(
    rows: Iterable[Any], read: Callable[[Any], Read], what: str, *, system: str = "airflow"
) -> list[Read]:
    """Return what `read` makes of each row. Rows that cannot be read are left out, counted, and logged."""
    found: list[Read] = []
    odd: list[str] = []
    for row in rows:
        try:
            found.append(read(row))
        except OddRow as error:
            odd.append(str(error))
    if odd:
        log.warning("rows.odd", system=system, what=what, left_out=len(odd), first=odd[0])
    return found


def as_row(value: Any) -> Mapping[str, Any]:
    """Return the row. Raises OddRow for anything else."""
    if not isinstance(value, Mapping):
        raise OddRow(f"a row is {type(value).__name__}")
    return value


def identifier(row: Mapping[str, Any], name: str) -> str:
    """Return the id in the column `name`. Raises OddRow if an address cannot carry it."""
    value = row.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or value in MEANS_SOMETHING_ELSE:
        raise OddRow(f"{name} is {value!r:.100}")
    return value


def text(value: Any, most: int = LONGEST_TEXT) -> str:
    """Return a string, cut to `most` characters; "" for null, and for lists and objects."""
    if isinstance(value, str):
        return value[:most]
    return str(value)[:most] if isinstance(value, int | float) else ""


def line(value: Any, most: int = LONGEST_NAME) -> str:
    """Return a text that people read, on one line: nothing in it may pretend to be a line of ours."""
    return one_line(text(value))[:most]


def whole(value: Any, otherwise: int) -> int:
    """Return a whole number that our tables can keep."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and abs(value) < 2**31 else otherwise


def moment(value: Any) -> datetime | None:
    """Return an aware moment; without a zone it is UTC, as Airflow has it."""
    if not isinstance(value, str) or not value:
        return None
    try:
        read = datetime.fromisoformat(value)
        read = read if read.tzinfo else read.replace(tzinfo=UTC)
        read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return read


def names(values: Any) -> tuple[str, ...]:
    """Return a list of names, such as owners; tags come as {"name": …}.

    They are kept letter by letter: tags decide rights.
    """
    if not isinstance(values, list):
        return ()
    found = (each.get("name") if isinstance(each, Mapping) else each for each in values)
    return tuple(each[:LONGEST_NAME] for each in found if isinstance(each, str) and each)
