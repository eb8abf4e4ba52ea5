"""Reading a phrase and its next five moments, side by side with other readers of times, in one run.

Every figure is the median of three runs, in milliseconds; the same phrases for everybody. Peers that are not
installed are named as absent (pip install recurrent hron parsedatetime). Phrases: our own, and those of a
corpus named as the first argument (a file of JSON lines with "text", "now" and "tz").
"""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as dt_time
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.domain.days import Daily, Monthly, NthOfMonth, Weekly
from bot.domain.errors import NotUnderstood
from bot.domain.when import At, Calendar, Cron, Interval, Repeating, Window, next_after, upcoming
from bot.language.when import foreign, read, warm

RUNS, SHOWN = 3, 5
Reader = Callable[[str, datetime, ZoneInfo], bool]
OWN = Path(__file__).parents[1] / "unit" / "language" / "phrases.jsonl"
ASKED_AT = (datetime(2026, 4, 14, 9, 30), "America/New_York")  # noqa: DTZ001  made aware below


def ours(text: str, now: datetime, tz: ZoneInfo) -> bool:
    try:
        upcoming(read(text, now=now, tz=tz).when, now, SHOWN)
    except NotUnderstood:
        return False
    return True


def dateparser_reader() -> Reader:
    import dateparser  # noqa: PLC0415  a peer may be absent

    def ask(text: str, now: datetime, tz: ZoneInfo) -> bool:
        settings = {
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "TIMEZONE": tz.key,
            "PREFER_DATES_FROM": "future",
        }
        return dateparser.parse(text, languages=["en"], settings=settings) is not None

    return ask


def recurrent_reader() -> Reader:
    import recurrent  # type: ignore[import-not-found]  # noqa: PLC0415  a peer may be absent

    def ask(text: str, now: datetime, tz: ZoneInfo) -> bool:  # noqa: ARG001  it knows no zones
        here = now.replace(tzinfo=None)
        found = recurrent.RecurringEvent(now_date=here).parse(text)
        if isinstance(found, str):
            list(islice(rrulestr(found, dtstart=here), SHOWN))
        return found is not None

    return ask


def hron_reader() -> Reader:
    import hron  # type: ignore[import-not-found]  # noqa: PLC0415  a peer may be absent

    def ask(text: str, now: datetime, tz: ZoneInfo) -> bool:
        hron.Schedule.parse(f"{text} in {tz.key}").next_n_from(now, SHOWN)
        return True

    return ask


def parsedatetime_reader() -> Reader:
    import parsedatetime  # type: ignore[import-not-found]  # noqa: PLC0415  a peer may be absent

    calendar = parsedatetime.Calendar()

    def ask(text: str, now: datetime, tz: ZoneInfo) -> bool:  # noqa: ARG001  it knows no zones
        return bool(calendar.parseDT(text, sourceTime=now)[1])

    return ask


PEERS = {
    "dateparser": dateparser_reader,
    "recurrent": recurrent_reader,
    "hron": hron_reader,
    "parsedatetime": parsedatetime_reader,
}


def phrases() -> list[tuple[str, datetime, ZoneInfo]]:
    if len(sys.argv) > 1:
        rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
        asked = [(row["text"], datetime.fromisoformat(row["now"]), ZoneInfo(row["tz"])) for row in rows]
    else:
        tz = ZoneInfo(ASKED_AT[1])
        rows = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
        asked = [(row["text"], ASKED_AT[0].replace(tzinfo=tz), tz) for row in rows]
    return [each for each in asked if len(each[0]) <= 200]


def timed(reader: Reader, asked: list[tuple[str, datetime, ZoneInfo]]) -> tuple[list[float], int]:
    """Milliseconds of each phrase, and how many were read at all."""
    took, accepted = [], 0
    for text, now, tz in asked:
        begin = time.perf_counter()
        with contextlib.suppress(Exception):  # a peer may raise anything at all
            accepted += reader(text, now, tz)
        took.append((time.perf_counter() - begin) * 1000)
    return took, accepted


def figures(took: list[float]) -> tuple[float, float, float]:
    ordered = sorted(took)
    return statistics.median(ordered), ordered[int(0.99 * len(ordered))], ordered[-1]


def needs_dateparser(asked: list[tuple[str, datetime, ZoneInfo]]) -> set[str]:
    """The texts that our grammar hands on: words it does not know."""
    handed_on: set[str] = set()
    real = foreign.read_date

    def spy(text, now, tz, locale):
        handed_on.add(current[0])
        return real(text, now, tz, locale)

    foreign.read_date = spy
    current = [""]
    for text, now, tz in asked:
        current[0] = text
        ours(text, now, tz)
    foreign.read_date = real
    return handed_on


OLD = (
    Calendar(Weekly((1,), 2, date(2016, 5, 3)), At((dt_time(15),))),
    Calendar(Monthly((NthOfMonth(-1, (4,)),), (), 3, date(2016, 4, 1)), At((dt_time(9), dt_time(17)))),
    Calendar(Daily(3, date(2016, 4, 1)), Window(dt_time(22), dt_time(6), timedelta(minutes=15))),
    Interval(timedelta(minutes=7), datetime(2016, 4, 1, tzinfo=UTC)),
    Cron("*/7 * * * 1-5"),
)


def show_old_repetitions() -> None:
    """The next moment of what began ten years ago, the worst of a thousand looks from different moments."""
    tz = ZoneInfo("Europe/Berlin")
    for rule in OLD:
        when = Repeating((rule,), tz)
        took = []
        for hours in range(1000):
            moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=7 * hours)
            begin = time.perf_counter()
            next_after(when, moment)
            took.append((time.perf_counter() - begin) * 1000)
        print(f"ten years old: {statistics.median(took):.3f} ms, worst {max(took):.3f}  {str(rule)[:70]}")


def main() -> None:
    warnings.simplefilter("ignore")
    warm()
    asked = phrases()
    handed_on = needs_dateparser(asked)
    apart = [each for each in asked if each[0] in handed_on]
    rest = [each for each in asked if each[0] not in handed_on]
    readers: dict[str, Reader] = {"ours": ours}
    for name, make in PEERS.items():
        try:
            readers[name] = make()
        except ImportError:
            print(f"{name}: not installed, left out")
    print(f"{len(rest)} phrases; {len(apart)} more hold words that only dateparser might know")
    print(f"{'':15}{'p50':>9}{'p99':>9}{'worst':>9}{'read':>7}{'p50 to ours':>13}")
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in readers}
    accepted: dict[str, int] = {}
    for _ in range(RUNS):
        for name, reader in readers.items():
            took, accepted[name] = timed(reader, rest)
            results[name].append(figures(took))
    own = statistics.median(run[0] for run in results["ours"])
    for name, runs in results.items():
        p50, p99, worst = (statistics.median(run[i] for run in runs) for i in range(3))
        print(f"{name:15}{p50:9.3f}{p99:9.3f}{worst:9.3f}{accepted[name]:7}{p50 / own:13.1f}")
    if apart:
        p50, p99, worst = figures(timed(ours, apart)[0])
        print(f"{'ours, handed on':15}{p50:9.3f}{p99:9.3f}{worst:9.3f}")
    show_old_repetitions()


if __name__ == "__main__":
    main()
