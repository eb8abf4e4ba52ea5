"""Reading: any text gives a When or NotUnderstood, no word is dropped, what is said is read back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.errors import NotUnderstood
from bot.domain.when import When, next_after, upcoming
from bot.language.say import say
from bot.language.when import Reading, read
from bot.language.when.calendar.zones import name_of, zone_called
from bot.language.when.words.english import ENGLISH
from bot.language.when.words.shorthand import written_out
from storage.codec import decode_when, encode_when
from tests.properties.how_many import examples
from tests.properties.whens import moments, whens, whens_ahead, zones

NOW = datetime(2026, 4, 14, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WORDS = sorted(ENGLISH.entries)
known_words = st.sampled_from(WORDS) | st.sampled_from(
    [
        "9",
        "9am",
        "17:30",
        "1st",
        "15",
        "2026",
        "3/4",
        "*",
        "*/5",
        "-",
        ",",
        "tokyo",
        "utc+2",
        "0",
        "99",
        "9999",
        "5x",
    ]
)
PHRASES = (
    "every weekday at 9am",
    "tomorrow at 10",
    "every other tuesday at 3pm",
    "in 2 hours",
    "every hour",
    "april 20 at 2pm",
    "last friday of the month at noon",
    "every 15 minutes between 9am and 5pm on weekdays",
    "every day at 9am except dec 25",
    "every monday at 9 until june 1",
    "every day at 9am tokyo time",
    "every 3 weeks on monday at 8:00",
)


def _read(text: str) -> Reading | None:
    try:
        return read(text, now=NOW, tz=BERLIN)
    except NotUnderstood as refusal:
        _checked(refusal)
        return None


def _checked(refusal: NotUnderstood) -> None:
    assert refusal.message
    assert not refusal.example or read(refusal.example, now=NOW, tz=BERLIN)


@given(st.text(max_size=120))
@example("every day at \u202e9am")
@example("9" * 300)
@example("every " * 70)
def test_any_text_is_read_or_refused(text: str) -> None:
    _read(text)


@settings(max_examples=examples(400))
@given(st.lists(known_words, min_size=1, max_size=9))
def test_any_row_of_our_own_words_is_read_or_refused(words: list[str]) -> None:
    reading = _read(" ".join(words))
    if reading is not None:
        assert next_after(reading.when, NOW) is not None


@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(known_words, min_size=1, max_size=7))
def test_what_is_read_can_be_said_and_read_again(words: list[str]) -> None:
    reading = _read(" ".join(words))
    assume(reading is not None)
    assert reading is not None
    _assert_read_back(reading.when, NOW)


@settings(max_examples=examples(200))
@given(whens_ahead())
def test_what_say_says_reads_back_as_the_same_moments(ahead: tuple[When, datetime]) -> None:
    _assert_read_back(*ahead)


def _assert_read_back(when: When, now: datetime) -> None:
    said = say(when, now=now)
    again = read(said, now=now, tz=when.tz).when
    assert upcoming(again, now, 8) == upcoming(when, now, 8), said


@given(whens)
def test_a_when_survives_the_database(when: When) -> None:
    stored = json.loads(json.dumps(encode_when(when)))
    assert decode_when(stored) == when


strange_words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12).filter(
    lambda word: (
        word not in ENGLISH.entries
        and ENGLISH.meant_by(word) is None
        and ENGLISH.run_together(word) is None
        and zone_called(word) is None
        and written_out(word) == word
    )
)


@given(st.sampled_from(PHRASES), strange_words, st.integers(0, 12))
def test_a_word_never_seen_makes_it_refuse(phrase: str, word: str, place: int) -> None:
    words = phrase.split()
    words.insert(min(place, len(words)), word)
    assert _read(phrase) is not None
    assert _read(" ".join(words)) is None


@given(zones)
def test_a_zone_is_read_back_by_the_name_it_is_called(tz: ZoneInfo) -> None:
    when = read(f"tomorrow at 10:00 ({name_of(tz)})", now=NOW, tz=BERLIN).when
    winter, summer = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)
    assert [when.tz.utcoffset(at.astimezone(when.tz)) for at in (winter, summer)] == [
        tz.utcoffset(at.astimezone(tz)) for at in (winter, summer)
    ]


@given(whens, moments)
def test_a_sentence_needs_no_now(when: When, moment: datetime) -> None:
    assert say(when)
    assert say(when, now=moment + timedelta(days=1))
