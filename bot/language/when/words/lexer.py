"""From tidy text to tokens: numbers, clocks, dates, and words by what the vocabulary says they are."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from bot.language.when.calendar.dates import MONTH_NAMES
from bot.language.when.calendar.zones import zone_called, zone_of_offset, zone_phrases
from bot.language.when.pattern import Token
from bot.language.when.refusal import YEARS, Refused, impossible_date, impossible_time, two_orders
from bot.language.when.values import CalendarDate, Clock, Moment
from bot.language.when.words.cron_lines import checked_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.language.when.words.vocabulary import Vocabulary

MAX_TOKENS = 250
NOON = 12
FIRST_OF_LAST_CENTURY = 70
"""Two digits from 70 on are years of the last century: 74 is 1974, which has passed."""

_OFFSET = r"(?:(?:utc|gmt)\ ?[+-]\ ?\d{1,2}(?::?\d\d)?|(?<![\w:-])(?:[+-]\d\d:|\+\d\d)\d\d)(?![\d:])"
_WORDS = re.compile(
    rf"""
    (?P<CRON>(?:cron(?:\ line)?\ )(?:@[a-z]+|[\w*/,\-#?]+(?:\ [\w*/,\-#?]+){{4}}))
  | (?P<OFFSET>{_OFFSET})
  | (?P<IANA>[a-z]+(?:/[a-z0-9_+-]+)+)
  | (?P<TIMES>x\d{{1,4}}(?!\w))
  | (?P<WORD>[^\W\d_]+(?:['.][^\W\d_]+)*(?:-[^\W\d_]+)*)
  | (?P<UNKNOWN>.)
    """,
    re.VERBOSE,
)
"""What begins with a letter."""
_SHAPES = re.compile(
    rf"""
    (?P<SKIP>[\s()"]+|(?<=[^\W\d_])\.(?=[\s,;/-]|$))
  | (?P<MOMENT>\d{{4}}-\d\d-\d\d[t\ ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\ ?z|\ ?[+-]\d\d:?\d\d)(?![\d\w]))
  | (?P<ISO_T>\d{{4}}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?!\w))
  | (?P<ISO>\d{{4}}(?P<mark>[-/.])\d{{1,2}}(?P=mark)\d{{1,2}}(?![\d/-]))
  | (?P<DMY>\d{{1,2}}(?P<sign>[-/.])\d{{1,2}}(?P=sign)\d{{4}}(?![\d/]))
  | (?P<DMY2>\d{{1,2}}(?P<stroke>[-/.])\d{{1,2}}(?P=stroke)\d\d(?![\d/.]))
  | (?P<OFFSET>{_OFFSET})
  | (?P<CLOCK>\d{{3,4}}\ ?(?:am|pm)(?!\w)
            |\d{{1,2}}(?:[:.]\d\d(?::\d\d)?)?(?:\ ?(?:a\.m\.?|p\.m\.?|am|pm)|[ap])(?!\w)
            |\d{{1,2}}:\d\d(?::\d\d)?(?![\d:]))
  | (?P<HCLOCK>\d{{1,2}}h\d\d(?!\w))
  | (?P<ORDINAL>\d{{1,2}}(?:st|nd|rd|th)(?!\w))
  | (?P<DM>\d{{1,2}}/\d{{1,2}}(?![\d/]))
  | (?P<DECIMAL>\d{{1,2}}\.\d{{1,2}}(?![\d.]))
  | (?P<TIMES>\d{{1,4}}x(?!\w))
  | (?P<MARK>:\d\d(?!\d))
  | (?P<FOUR>\d{{4}}(?!\d))
  | (?P<NUMBER>\d{{1,4}}(?!\d))
  | (?P<TO>-+)
  | (?P<COMMA>[,;/]|:(?=\s|$))
  | (?P<AT>@)
  | (?P<AND>[&+](?![&+\d]))
  | (?P<UNKNOWN>\d+|\S+?(?=[\s\w]|$)|.)
    """,
    re.VERBOSE,
)
"""What begins with anything else."""
_CLOCK = re.compile(r"(\d+)(?:[:.h](\d+))?(?::(\d+))?\s?([ap])?")


class Lexer:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def tokens(self, text: str) -> tuple[list[Token], str]:
        """Return the tokens, and the text they stand in, with typos corrected.

        Raises Refused for an impossible time or date. A word that nobody knows is a token UNKNOWN.
        """
        found: list[Token] = []
        place = 0
        while place < len(text):
            if text[place] == " ":
                place += 1
                continue
            match = (_WORDS if text[place].isalpha() else _SHAPES).match(text, place)
            assert match is not None
            assert match.lastgroup is not None
            shape = match.lastgroup
            if shape in ("WORD", "IANA"):
                token, text = self._word(text, place, match.end())
                found.append(token)
                place = token.end
                continue
            start, place = match.span()
            if shape != "SKIP":
                found.append(_token(shape, match[0], start, place))
        if len(found) > MAX_TOKENS:
            raise Refused("This is too long to be a time.", example="every weekday at 9am")
        return found, text

    def _word(self, text: str, start: int, end: int) -> tuple[Token, str]:
        """Return the longest known run of words from `start`."""
        word = text[start:end]
        run = self._longest_run(text, start, word)
        if run is not None:
            return run, text
        known = self._known(word)
        if known is None and ("-" in word or "/" in word):
            return self._word(text, start, start + min(word.find(mark) for mark in "-/" if mark in word))
        if known is None:
            meant = self._vocabulary.run_together(word) or self._vocabulary.meant_by(word)
            if meant not in (None, word):
                assert meant is not None
                return self._word(text[:start] + meant + text[end:], start, start + len(meant.split()[0]))
        kind, value = known or ("UNKNOWN", word)
        return Token(kind, value, start, end), text

    def _longest_run(self, text: str, start: int, word: str) -> Token | None:
        for phrase in (*self._vocabulary.phrases.get(word, ()), *zone_phrases().get(word, ())):
            end = start + len(phrase)
            if text.startswith(phrase, start) and not text[end : end + 1].isalnum():
                known = self._known(phrase)
                assert known is not None
                return Token(known[0], known[1], start, end)
        return None

    def _known(self, words: str) -> tuple[str, object] | None:
        entry = self._vocabulary.entries.get(words)
        return (entry.kind, entry.value) if entry is not None else zone_called(words)


def _token(shape: str, text: str, start: int, end: int) -> Token:
    read = _VALUES.get(shape)
    kind, value = read(text) if read is not None else (shape, text)
    return Token(kind, value, start, end)


def _clock(text: str) -> tuple[str, object]:
    if text[:3].isdigit():  # 930am
        text = f"{text.rstrip(' apm')[:-2]}:{text.rstrip(' apm')[-2:]}{text[-2:]}"
    match = _CLOCK.match(text)
    assert match is not None
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    half = match[4]
    if half:
        if not 1 <= hour <= NOON:
            raise impossible_time(text)
        hour = hour % NOON + (NOON if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004  the clock's own limits
        raise impossible_time(text)
    is_plain = bool(half) or text[0] == "0"
    return "CLOCK", Clock(hour, minute, second, is_exact=bool(half), is_night=is_plain)


def _four(text: str) -> tuple[str, object]:
    number = int(text)
    if number in YEARS:
        return "YEARNUMBER", number
    if number // 100 <= 23 and number % 100 <= 59:  # noqa: PLR2004  the clock's own limits
        return "HHMM", Clock(number // 100, number % 100)
    return "NUMBER", number


def _day(year: int | None, month: int, day: int, text: str) -> CalendarDate:
    try:
        date(year or 2000, month, day)
    except ValueError:
        raise impossible_date(text) from None
    return CalendarDate(month, day, year)


def _iso(text: str) -> tuple[str, object]:
    year, month, day = (int(part) for part in re.split(r"[-/.]", text))
    return "DATE", _day(year, month, day, text)


def _numeric(text: str) -> tuple[str, object]:
    """Read day and month in either order, if only one order is possible or both mean the same."""
    first, second, *rest = (int(part) for part in re.split(r"[-/.]", text))
    year = rest[0] if rest else None
    if year is not None and year < 100:  # noqa: PLR2004  25/12/26: the year comes last
        year += 2000 if year < FIRST_OF_LAST_CENTURY else 1900
    if first <= 12 and second <= 12 and first != second:  # noqa: PLR2004  months in a year
        ending = f" {year}" if year else ""
        raise two_orders(
            text,
            f"{first} {MONTH_NAMES[second - 1]}{ending}",
            f"{second} {MONTH_NAMES[first - 1]}{ending}",
        )
    month, day = (second, first) if second <= 12 else (first, second)  # noqa: PLR2004  months in a year
    return "DATE", _day(year, month, day, text)


def _moment(text: str) -> tuple[str, object]:
    on, at, rest = text[:10], text[11:16], text[16:]
    _, value = _iso(on)
    assert isinstance(value, CalendarDate)
    _, clock = _clock(at)
    assert isinstance(clock, Clock)
    assert value.year is not None
    second = int(rest[1:3]) if rest.startswith(":") else 0
    if second > 59:  # noqa: PLR2004  the clock's own limit
        raise impossible_time(text)
    sign = re.search(r"([+-])(\d\d):?(\d\d)$", rest)
    offset = timedelta()
    if sign is not None:
        offset = timedelta(hours=int(sign[2]), minutes=int(sign[3])) * (-1 if sign[1] == "-" else 1)
    is_local = sign is None and not rest.endswith("z")
    at_time = time(clock.hour, clock.minute, second)
    return "MOMENT", Moment(date(value.year, value.month, value.day), at_time, None if is_local else offset)


def _cron(text: str) -> tuple[str, object]:
    return "CRON", checked_line(re.sub(r"^cron(?: line)? ", "", text))


def _ordinal(text: str) -> tuple[str, object]:
    return "ORDINAL", int(text[:-2])


def _offset(text: str) -> tuple[str, object]:
    zone = zone_of_offset(text)
    return ("ZONE", zone) if zone is not None else ("UNKNOWN", text)


def _number(text: str) -> tuple[str, object]:
    return "NUMBER", int(text)


_VALUES: dict[str, Callable[[str], tuple[str, object]]] = {
    "MOMENT": _moment,
    "ISO_T": _moment,
    "ISO": _iso,
    "DMY": _numeric,
    "DMY2": _numeric,
    "DM": _numeric,
    "OFFSET": _offset,
    "CLOCK": _clock,
    "HCLOCK": lambda text: ("HCLOCK", _clock(text)[1]),
    "ORDINAL": _ordinal,
    "FOUR": _four,
    "NUMBER": _number,
    "CRON": _cron,
    "MARK": lambda text: ("MARK", int(text[1:])),
    "TIMES": lambda text: ("COUNT", int(text.strip("x"))),
}
