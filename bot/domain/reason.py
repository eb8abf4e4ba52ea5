"""What is known of a failure beside its line: whether it was seen before, what helped, what was changed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

THIS_WEEK = timedelta(days=7)
_VARIES = re.compile(
    r"""\b\w+://\S+                       # addresses
      | (?<![\w.])[~.]{0,2}/[^\s:;,'"()]+ # paths
      | \b0x[0-9a-f]+\b
      | \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b
      | \b(?=[a-z]*\d)[0-9a-f]{8,}\b      # hexadecimal ids
      | \d+""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """How often a job failed alike within a week, this time included.

    `helped_by` is who pressed Retry at the last such failure that a retry mended; None for nobody.
    """

    times: int
    helped_by: str | None = None


@dataclass(frozen=True, slots=True)
class DagVersion:
    """A version of a job's code, as Airflow counts them. `made_at` is None if Airflow does not say."""

    number: int
    made_at: datetime | None = None


def fingerprint(task_id: str, error: str) -> str:
    """Return what failures have in common that differ only in numbers, dates, ids, paths and addresses."""
    alike = _VARIES.sub("#", f"{task_id}\n{error}".casefold())
    alike = re.sub(r"#(?:[-:.,+\stz]*#)*", "#", alike)
    return hashlib.blake2b(alike.encode(errors="replace"), digest_size=16).hexdigest()


def without_detail(reason: str) -> str:
    """Return the reason up to its colon, as it is said where another company reads along.

    What anybody may read stands before it; an error of Airflow's, an address or an input behind it.
    """
    return reason.partition(": ")[0]
