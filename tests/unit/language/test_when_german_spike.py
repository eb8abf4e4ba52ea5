"""A spike, not shipped: German as one more list of words and one small rule, read by the same grammar."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.days import WEEKEND, WORKDAYS
from bot.domain.errors import NotUnderstood
from bot.domain.when import upcoming
from bot.language.when import read
from bot.language.when.reader import when_of
from bot.language.when.words.lexer import Lexer
from bot.language.when.words.tidy import tidied
from bot.language.when.words.vocabulary import Vocabulary

NOW = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WORDS = {
    "EVERY": "jeden jede jedes jedem jeder alle",
    "AT": "um",
    "ON": "am an",
    "IN": "in",
    "OF": "des",
    "AND": "und",
    "TO": "bis",
    "FROM": "von ab",
    "EXCEPT": "ausser ohne",
    "OCLOCK": "uhr",
    "DAY": "tag tage tagen",
    "WEEK": "woche wochen",
    "MONTH": "monat monats monate monaten",
    "HOUR": "stunde stunden",
    "MINUTE": "minute minuten",
    "TODAY": "heute",
    "TOMORROW": "morgen",
    "NOON": "mittag",
    "LAST": "letzter letzten letzte",
    "A": "ein eine einer",
    "HALF": "halben halbe",
}
VALUES = {
    "WEEKDAY": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "WEEKDAYS": "montags dienstags mittwochs donnerstags freitags samstags sonntags",
    "MONTHNAME": "- januar februar märz april mai juni juli august september oktober november dezember",
    "ORDINAL": "- ersten zweiten dritten vierten fünften",
}


@pytest.fixture(scope="module")
def german() -> Lexer:
    vocabulary = Vocabulary()
    for kind, words in WORDS.items():
        vocabulary.add(kind, words, None)
    for kind, words in VALUES.items():
        for value, word in enumerate(words.split()):
            vocabulary.add(kind, word, value)
    vocabulary.add("DAYGROUP", "werktag", WORKDAYS)
    vocabulary.add("DAYGROUPS", "werktags", WORKDAYS)
    vocabulary.add("DAYGROUP", "wochenende", WEEKEND)
    vocabulary.add_one("ADVERB", "täglich", (1, "DAY"))
    vocabulary.add_one("ADVERB", "stündlich", (1, "HOUR"))
    return Lexer(vocabulary)


def _tokens(lexer: Lexer, text: str):
    """The one rule of its own: a number with a full stop is an ordinal."""
    return lexer.tokens(re.sub(r"(\d+)\.(?=\s|$)", r"\1th", tidied(text)))


@pytest.mark.parametrize(
    ("german_text", "english_text"),
    [
        ("jeden Montag um 9 Uhr", "every monday at 9:00"),
        ("montags und donnerstags um 14:30 Uhr", "mondays and thursdays at 14:30"),
        ("jeden Werktag um 8 Uhr", "every weekday at 8:00"),
        ("täglich um 18 Uhr", "daily at 18:00"),
        ("alle 15 Minuten", "every 15 minutes"),
        ("alle 2 Stunden von 8 Uhr bis 18 Uhr", "every 2 hours from 8:00 to 18:00"),
        ("morgen um 10 Uhr", "tomorrow at 10:00"),
        ("in 2 Stunden", "in 2 hours"),
        ("in einer halben Stunde", "in half an hour"),
        ("am 3. Oktober 2026 um 18:00 Uhr", "3 october 2026 at 18:00"),
        ("am 1. jedes Monats um 8 Uhr", "the 1st of every month at 8:00"),
        ("alle 2 Wochen am Freitag um 16 Uhr", "every 2 weeks on friday at 16:00"),
        ("werktags um 9 Uhr außer freitags", "weekdays at 9:00 except fridays"),
        ("Montag bis Donnerstag um 17 Uhr", "monday to thursday at 17:00"),
        ("jeden Dienstga um 9 Uhr", "every tuesday at 9:00"),
    ],
)
def test_a_german_phrase_means_what_its_english_one_means(
    german: Lexer, german_text: str, english_text: str
) -> None:
    tokens, text = _tokens(german, german_text)
    when, _ = when_of(tokens, text, NOW, BERLIN)
    assert upcoming(when, NOW, 6) == upcoming(read(english_text, now=NOW, tz=BERLIN).when, NOW, 6)


def test_a_german_word_never_seen_is_refused(german: Lexer) -> None:
    tokens, text = _tokens(german, "jeden Montag um 9 Uhr oder so")
    with pytest.raises(NotUnderstood):
        when_of(tokens, text, NOW, BERLIN)
