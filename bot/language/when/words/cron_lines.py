"""Cron lines as people paste them: five fields, @daily, and Quartz with a `?`, made into five fields."""

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
FIELDS, QUARTZ_FIELDS = 5, (6, 7)
EXAMPLE = "0 9 * * 1-5"
_FIELD = r"(?:[\d*?][\w*/,\-?#]*|l[\d\-]*w?|[a-z]{3}(?:[-,#l][\w,\-#]*)?)"
_LINE = re.compile(rf"^(@[a-z]+|[\d*][\d*/,\-]*(?: {_FIELD}){{4,6}})(?= [a-z(+]|$)")
_PLAIN_LINE = re.compile(r"\d+ \d+ \d+ (?:\d+|[a-z]{3}) (?:\d+|[a-z]{3})")
_MANY = re.compile(r"[*?/#]")
_NAMES = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "sun",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
]
_LAST_VALUES = {1: 59, 2: 23, 3: 31, 4: 12}
"""The last value of a Quartz field, by its place."""


def cron_at_start(text: str) -> str | None:
    """Return the cron line that a tidy text begins with. None if it does not.

    Words about the zone may follow.
    """
    match = _LINE.match(text)
    if match is None:
        return None
    line = match[1]
    is_plain = bool(_PLAIN_LINE.fullmatch(line)) and line == text
    return line if line.startswith("@") or _MANY.search(line) or is_plain else None


def five_fields(line: str) -> tuple[str, str]:
    """Return the line as cron reads it, and what to say about that. Raises Refused."""
    fields = line.split()
    if "?" not in line:
        if len(fields) in QUARTZ_FIELDS:
            raise Refused(
                "I read cron lines of five fields: minute, hour, day, month, weekday.",
                words=line,
                example=EXAMPLE,
            )
        return line, ""
    if len(fields) == FIELDS and not re.search(r"\d", fields[4]):
        return line.replace("?", "*"), ""
    if len(fields) not in QUARTZ_FIELDS or "?" not in (fields[3], fields[5]):
        raise Refused(
            "A cron line with a “?” has six fields: second, minute, hour, day, month, weekday.",
            words=line,
            example="0 0 9 ? * MON-FRI",
        )
    _refuse_quartz_extras(fields, line)
    _, minute, hour, day, month, weekday = fields[:6]
    made = [_quartz_field(each, place) for place, each in enumerate((minute, hour, day, month), start=1)]
    five = " ".join([*made, _quartz_weekday(weekday)])
    return five, f"A Quartz line: it begins with seconds, and its weekday 1 is Sunday. As a cron line: {five}"


def _refuse_quartz_extras(fields: list[str], line: str) -> None:
    if fields[0] != "0":
        raise Refused(
            "Seconds other than 0 are finer than I run.", words=fields[0], example="0 0 9 ? * MON-FRI"
        )
    if len(fields) > 6 and fields[6] != "*":  # noqa: PLR2004  the field of the year
        raise Refused(
            "I cannot keep to a year in a Quartz line.", words=fields[6], example="0 0 9 ? * MON-FRI"
        )
    if "w" in re.sub("wed", "", line):
        raise Refused(
            "I do not move a day to the nearest weekday (W).",
            words="W",
            example="the last business day of every month at 9am",
        )


def _quartz_field(field: str, place: int) -> str:
    """Return the field as cron has it: 0/15 means from 0 on every 15."""
    if field == "?":
        return "*"
    start, slash, step = field.partition("/")
    if slash and start.isdigit():
        return f"*/{step}" if int(start) == 0 else f"{start}-{_LAST_VALUES[place]}/{step}"
    return field


def _quartz_weekday(field: str) -> str:
    """Return the weekday as cron has it: Sunday is 1 in Quartz and 0 in cron."""
    if field in ("?", "*"):
        return "*"
    if "/" in field:
        raise Refused("Steps of weekdays are not clear.", words=field, example="0 0 9 ? * MON,WED,FRI")
    if re.search(r"[08-9]", re.sub(r"#\d", "", field)):
        raise Refused(
            "Weekdays in Quartz are 1 (Sunday) to 7 (Saturday).", words=field, example="0 0 9 ? * 2-6"
        )
    shifted = re.sub(r"(?<!#)\d", lambda match: str(int(match[0]) - 1), field)
    for number, name in enumerate(_NAMES[12:]):
        shifted = re.sub(rf"^{name}l$", f"{number}l", shifted)
    return re.sub(r"^(\d)l$", r"l\1", shifted)


@lru_cache(maxsize=512)
def checked_line(line: str) -> str:
    """Return the line if croniter and Vixie's cron read it alike. Raises Refused."""
    from croniter import croniter  # noqa: PLC0415  slow to load

    if line.startswith("@"):
        if line not in MACROS:
            raise Refused(f"“{line}” is no time I know.", words=line, example="@daily")
        return MACROS[line]
    fields = line.split()
    if len(fields) != FIELDS:
        raise Refused(
            "I read cron lines of five fields: minute, hour, day, month, weekday.",
            words=line,
            example=EXAMPLE,
        )
    unnamed = re.sub("|".join(_NAMES), "", line)
    if re.search(r"[a-km-z?]", unnamed) or re.search(r"l-|l,|,l|ll", unnamed):
        raise Refused("This cron line has a sign that I do not read.", words=line, example=EXAMPLE)
    for first, last in re.findall(r"(\d+)-(\d+)", line):
        if int(first) > int(last):
            raise Refused(
                "A range goes from the smaller to the bigger.", words=f"{first}-{last}", example=EXAMPLE
            )
    day, weekday = fields[2], fields[4]
    if (day[0] == "*" and day != "*" and weekday != "*") or (
        weekday[0] == "*" and weekday != "*" and day != "*"
    ):
        raise Refused(
            "Cron programs do not agree on a step of days together with weekdays.",
            words=line,
            example=EXAMPLE,
        )
    line = " ".join(re.sub(r"(?<![a-z])l", "L", each) for each in fields)
    if not croniter.is_valid(line):
        raise Refused("This cron line is not valid.", words=line, example=EXAMPLE)
    return line
