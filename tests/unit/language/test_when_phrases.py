"""Our own phrases, their moments worked out by dateutil and by plain steps, never by our own rules.

`expect` in phrases.jsonl is one of
    once DATE TIME     rr RRULE TIMES     walls TIMES RRULE     step MINUTESm DATE TIME     reject
followed by from=, until=, count=, not=, times=, zone=. `walls` may run past 24:00; `from` is where a rule
counts from.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz as dateutil_tz
from dateutil.rrule import rrulestr

from bot.domain.errors import NotUnderstood
from bot.domain.when import is_finite, is_once, upcoming
from bot.language.when import read

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED_AT = {
    "A": ("2026-04-14T09:30", "America/New_York"),
    "B": ("2026-09-30T11:00", "Europe/Berlin"),
    "L": ("2026-02-05T08:00", "Europe/London"),
    "K": ("2026-06-12T12:00", "Asia/Kolkata"),
    "T": ("2026-06-12T12:00", "Asia/Kathmandu"),
    "U": ("2026-10-05T00:00", "UTC"),
    "S": ("2026-10-03T12:00", "Australia/Sydney"),
    "H": ("2026-10-31T20:00", "America/Los_Angeles"),
    "P": ("2027-04-03T20:00", "Pacific/Auckland"),
    "N": ("2027-03-13T20:00", "America/St_Johns"),
}
PHRASES = [
    json.loads(line)
    for line in Path(__file__).with_name("phrases.jsonl").read_text(encoding="utf-8").splitlines()
]
SHOWN = 5


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: f"{phrase['at']}: {phrase['text'][:60]}")
def test_a_phrase_means_what_people_mean(phrase: dict[str, str]) -> None:
    asked_at, zone = ASKED_AT[phrase["at"]]
    tz = ZoneInfo(zone)
    now = datetime.fromisoformat(asked_at).replace(tzinfo=tz)
    kind, *rest = phrase["expect"].split()
    if kind == "reject":
        with pytest.raises(NotUnderstood):
            read(phrase["text"], now=now, tz=tz)
        return
    options = dict(word.split("=", 1) for word in rest if word.split("=")[0] in OPTIONS)
    words = [word for word in rest if word.split("=")[0] not in OPTIONS]
    expected = list(islice(_expected(kind, words, options, now), 60))
    when = read(phrase["text"], now=now, tz=tz).when
    assert [each.astimezone(UTC) for each in upcoming(when, now, SHOWN)] == expected[:SHOWN]
    assert is_once(when) == (kind == "once")
    assert is_finite(when) == (kind == "once" or bool({"until", "count", "times"} & set(options)))
    if is_finite(when):
        assert [each.astimezone(UTC) for each in upcoming(when, now, 60)] == expected


OPTIONS = ("from", "until", "count", "not", "times", "zone")


def _expected(kind: str, words: list[str], options: dict[str, str], now: datetime) -> Iterator[datetime]:
    tz = ZoneInfo(options.get("zone", now.tzinfo.key))  # type: ignore[attr-defined]  # it is a ZoneInfo
    if kind == "once":
        yield _at(words[0], words[1], tz)
    elif kind == "step":
        first = _at(words[1], words[2], tz)
        step = timedelta(minutes=int(words[0][:-1]))
        yield from (first + i * step for i in range(int(options.get("times", 100))))
    else:
        rule, times = (words[0], words[1]) if kind == "rr" else (words[1], words[0])
        found = _ruled(rule, times.split(","), options, now, tz)
        yield from islice(found, int(options["count"]) if "count" in options else None)


def _ruled(
    rule: str, times: list[str], options: dict[str, Any], now: datetime, tz: ZoneInfo
) -> Iterator[datetime]:
    """Dates by dateutil from two days ago on, or from where the rule counts, at wall-clock times."""
    here = now.astimezone(tz)
    begin = date.fromisoformat(options["from"]) if "from" in options else here.date() - timedelta(days=2)
    start = datetime.combine(begin.replace(day=1) if "INTERVAL" not in rule else begin, datetime.min.time())
    left_out = options.get("not", "").split(",")
    for each in rrulestr(rule, dtstart=start):
        day = each.date()
        if "until" in options and day > date.fromisoformat(options["until"]):
            return
        if day < begin or day.isoformat() in left_out:
            continue
        moments = (_at(day.isoformat(), at, tz) for at in times)
        yield from (moment for moment in moments if moment > now)


def _at(day: str, at: str, tz: ZoneInfo) -> datetime:
    hour, minute = (int(part) for part in at.split(":"))
    wall = datetime.fromisoformat(day) + timedelta(hours=hour, minutes=minute)
    return dateutil_tz.resolve_imaginary(wall.replace(tzinfo=tz)).astimezone(UTC)
