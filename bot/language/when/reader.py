"""The front door: a text, the person's zone and now; a Reading or NotUnderstood."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain.errors import NotUnderstood
from bot.domain.wall import moment_at
from bot.domain.when import Once
from bot.language.when import foreign
from bot.language.when.building.whole import built
from bot.language.when.calendar.zones import cities, zone_phrases
from bot.language.when.cautions import cautions, unnamed_nights
from bot.language.when.example import closest
from bot.language.when.grammar import CLAUSES, PHRASES
from bot.language.when.refusal import (
    EXAMPLE,
    YEARS,
    Refused,
    beyond_the_calendar,
    misplaced,
    past,
    too_far_ahead,
    unknown,
    vague,
)
from bot.language.when.words.cron_lines import checked_line, cron_at_start, five_fields
from bot.language.when.words.english import ENGLISH
from bot.language.when.words.lexer import Lexer
from bot.language.when.words.tidy import tidied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.when import When
    from bot.language.when.pattern import Token
    from bot.language.when.values import Moment

ENGLISH_LEXER = Lexer(ENGLISH)
SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_WORDS = re.compile(r"[^\W\d_][\w\s.,']*|[\w.]+ [\w\s.,']+")
"""Words as people write them, without signs and emoji."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means. `note` says what a line in another notation means, else it is empty."""

    when: When
    warnings: tuple[str, ...] = ()
    note: str = ""


def read(text: str, *, now: datetime, tz: ZoneInfo, locale: str | None = None) -> Reading:
    """Return what the text means.

    Raises NotUnderstood, whose example works and keeps what was understood, or is "".
    """
    try:
        return _read(text, now, tz)
    except Refused as refusal:
        is_for_dateparser = not refusal.is_final and _WORDS.fullmatch(refusal.words) is not None
        once = foreign.read_date(tidied(text), now, tz, locale) if is_for_dateparser else None
        if once is None:
            example = _example(text, refusal, now, tz)
            raise NotUnderstood(refusal.message, words=refusal.words, example=example) from None
    return _reading(once, once.at, now)


def _example(text: str, refusal: Refused, now: datetime, tz: ZoneInfo) -> str:
    def is_read(candidate: str) -> bool:
        try:
            _read(candidate, now, tz)
        except Refused:
            return False
        return True

    try:
        plain = tidied(text)
    except Refused:
        return EXAMPLE
    return closest(plain, refusal, ENGLISH_LEXER, is_read)


def _read(text: str, now: datetime, tz: ZoneInfo) -> Reading:
    plain = tidied(text)
    note = ""
    line = cron_at_start(plain)
    if line is not None:
        five, note = five_fields(line)
        plain = f"cron {five}{plain[len(line) :]}"
    tokens, plain = ENGLISH_LEXER.tokens(plain)
    try:
        when, first = when_of(tokens, plain, now, tz)
    except OverflowError:
        raise beyond_the_calendar(plain) from None
    reading = _reading(when, first, now, note)
    nights = unnamed_nights(tokens, when)
    return replace(reading, warnings=(*nights, *reading.warnings)) if nights else reading


def _reading(when: When, first: datetime, now: datetime, note: str = "") -> Reading:
    last = first if isinstance(when, Once) else when.end
    if any(each is not None and each.year not in YEARS for each in (first, last)):
        raise too_far_ahead()
    return Reading(when, cautions(when, first, now), note)


def when_of(tokens: Sequence[Token], text: str, now: datetime, tz: ZoneInfo) -> tuple[When, datetime]:
    """Return what the tokens of a text mean, and its first moment. Raises Refused."""
    for token in tokens:
        if token.kind == "VAGUE":
            raise vague(token.value, text[token.start : token.end])
    _refuse([token for token in tokens if token.kind == "UNKNOWN"], text, unknown)
    if len(tokens) == 1 and tokens[0].kind == "HCLOCK" and tokens[0].value.hour <= 12:  # noqa: PLR2004  noon
        clock = tokens[0].value
        raise Refused(
            f"Is that a time of day, or {clock.hour} h {clock.minute} min from now?",
            words=text,
            example=f"in {text}",
        )
    if len(tokens) == 1 and tokens[0].kind == "MOMENT":
        once = _moment(tokens[0].value, now, tz)
        return once, once.at
    phrases = _all_of(PHRASES, tokens)
    clauses: list[Any] = []
    strange: list[Token] = []
    for found, clause in CLAUSES.read(phrases):
        if clause is None:
            strange += found.tokens
        else:
            clauses += clause if isinstance(clause, list) else [clause]
    _refuse(strange, text, misplaced)
    if not clauses:
        raise Refused("I do not see any time in this.", is_final=False)
    return built(clauses, now, tz)


def _all_of(table: Any, tokens: Sequence[Token]) -> list[Token]:
    made: list[Token] = []
    for found, outcome in table.read(tokens):
        if outcome is None:
            made += found.tokens
        else:
            made += outcome if isinstance(outcome, list) else [outcome]
    return made


def _refuse(strange: Sequence[Token], text: str, refusal: Callable[[str], Refused]) -> None:
    if strange:
        raise refusal(" ".join(text[each.start : each.end] for each in strange))


def _moment(moment: Moment, now: datetime, tz: ZoneInfo) -> Once:
    wall = datetime.combine(moment.on, moment.at)
    at = moment_at(wall, tz) if moment.offset is None else wall.replace(tzinfo=UTC) - moment.offset
    if at <= now:
        raise past("That moment")
    return Once(at.astimezone(tz), tz)


def warm() -> None:
    """Load what the first reading would wait for: dateparser, croniter, the zones' names."""
    foreign.warm()
    checked_line("0 9 * * *")
    cities()
    zone_phrases()


_ID = re.compile(r"\b(?=\w{0,64}\d)\w{20,64}\b")
"""Ids of schedules and runs, in which letters such as "dec" stand between digits by chance."""
_SHAPE = re.compile(r"\d(?:am|pm|:\d\d|st|nd|rd|th)\b|@\w+|\*", re.IGNORECASE)


def looks_like_time(text: str) -> bool:
    """Return whether a text has any word about time, whether or not it can be read."""
    text = _ID.sub(" ", text)
    return bool(_SHAPE.search(text)) or any(_tells(word) for word in re.findall(r"[a-z]+", text.casefold()))


def is_time(text: str, *, once: bool = False) -> bool:
    """Return whether a text can be read as a time, whatever the day is now. `once`: as a single moment."""
    try:
        when = looks_like_time(text) and read(text, now=SOME_DAY, tz=ZoneInfo("UTC")).when
    except NotUnderstood:
        return False
    return isinstance(when, Once) if once else bool(when)


def _tells(word: str) -> bool:
    """Return whether the word is about time, or a likely slip of one, or two of them run together."""
    meant = word if word in ENGLISH.entries else ENGLISH.run_together(word) or ENGLISH.meant_by(word) or ""
    return any(each in ENGLISH.entries and ENGLISH.entries[each].kind in _TELLING for each in meant.split())


_TELLING = frozenset(
    [
        "EVERY",
        "WEEKDAY",
        "WEEKDAYS",
        "DAYGROUP",
        "DAYGROUPS",
        "MONTHNAME",
        "ADVERB",
        "TODAY",
        "TOMORROW",
        "TONIGHT",
        "AFTER_TOMORROW",
        "NOON",
        "MIDNIGHT",
        "MINUTE",
        "HOUR",
        "DAY",
        "WEEK",
        "MONTH",
        "QUARTER",
        "YEAR",
        "EOD",
        "UNTIL",
        "START",
    ]
)
