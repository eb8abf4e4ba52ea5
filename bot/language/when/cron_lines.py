"""Cron lines as people paste them: five fields, @daily, and Quartz with a `?`."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.language.when.refusal import Refused

MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
FIELDS = 5
EXAMPLE = "0 9 * * 1-5"
_FIELD = r"(?:[\d*?][\d*/,\-?lw#]*|l[\d\-]*w?|[a-z]{3}(?:[-,#l][\w,\-#]*)?)"
_LINE = re.compile(rf"^(@[a-z]+|[\d*][\d*/,\-]*(?: {_FIELD}){{4,6}})(?= [a-z(]|$)")
_MANY = re.compile(r"[*?/#]")


def cron_at_start(text: str) -> str | None:
    """The cron line that a tidy text begins with, if it does; words about the zone may follow."""
    match = _LINE.match(text)
    if match is None:
        return None
    line = match[1]
    is_plain = bool(re.fullmatch(r"[\d ]+", line)) and line == text
    return line if line.startswith("@") or _MANY.search(line) or is_plain else None


@lru_cache(maxsize=512)
def checked_line(line: str) -> str:
    """The line in five fields; raises Refused."""
    from croniter import croniter  # noqa: PLC0415  slow to load

    if line.startswith("@"):
        if line not in MACROS:
            raise Refused(f"“{line}” is no time I know.", words=line, example="@daily")
        return MACROS[line]
    fields = line.split()
    if len(fields) != FIELDS:
        raise Refused("I read cron lines of five fields: minute, hour, day, month, weekday.", words=line, example=EXAMPLE)
    if re.search(r"[hrw?]", re.sub(r"mar|apr|thu|fri|wed", "", line)):
        raise Refused("This cron line has a sign that I do not read.", words=line, example=EXAMPLE)
    line = line.replace("l", "L") if "jul" not in line else line
    if not croniter.is_valid(line):
        raise Refused("This cron line is not valid.", words=line, example=EXAMPLE)
    return line
