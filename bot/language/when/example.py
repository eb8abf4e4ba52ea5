"""The example beside a refusal: what was typed, made readable; never one that loses what was understood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.language.when.instead import in_other_words
from bot.language.when.refusal import EXAMPLE, Refused
from bot.language.when.words.vocabulary import PLURAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.language.when.pattern import Token
    from bot.language.when.words.lexer import Lexer

MOST_TRIED = 8


def closest(text: str, refusal: Refused, lexer: Lexer, is_read: Callable[[str], bool]) -> str:
    """Return an example that keeps what was understood; "" if every one would say something else.

    `text` is tidy.
    """
    said = _said(_without(text, refusal.words), lexer)
    tried = list(dict.fromkeys(_candidates(text, refusal)))[:MOST_TRIED]
    for candidate in tried:
        keeps = candidate and candidate != text and _keeps(said, _said(candidate.casefold(), lexer))
        if keeps and is_read(candidate):
            return candidate
    return EXAMPLE if said <= {"again"} else ""


def _candidates(text: str, refusal: Refused) -> Iterator[str]:
    for pattern, instead in refusal.instead:
        changed = re.sub(pattern, instead, text, count=1)
        if changed != text:
            yield " ".join(changed.split())
    yield from in_other_words(text)
    yield refusal.example
    if not refusal.is_final and (text.startswith(refusal.words) or text.endswith(refusal.words)):
        yield text.removeprefix(refusal.words).removesuffix(refusal.words).strip(" ,;.&-")


def _without(text: str, strange: str) -> str:
    if not strange:
        return text
    if strange in text:
        return text.replace(strange, " ", 1)
    for word in strange.split():
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text, count=1)
    return text


def _said(text: str, lexer: Lexer) -> frozenset[object]:
    """Return what the words of a text say, whatever their order; empty if they cannot be told apart."""
    try:
        tokens, _ = lexer.tokens(text)
    except Refused:
        return frozenset()
    return frozenset(fact for token in tokens for fact in _facts(token))


def _facts(token: Token) -> Iterable[object]:
    match token.kind:
        case "WEEKDAY" | "DAYGROUP":
            return [("days", token.value)]
        case "WEEKDAYS" | "DAYGROUPS":
            return [("days", token.value), "again"]
        case "CLOCK" | "HHMM" | "HCLOCK":
            return [("time", token.value.hour, token.value.minute)]
        case "DECIMAL":
            hour, minute = token.value.split(".")
            return [("time", int(hour), int(minute))]
        case "NUMBER" | "ORDINAL" | "MONTHNAME" | "YEARNUMBER":
            return [("month" if token.kind == "MONTHNAME" else "number", int(token.value))]
        case "EVERY" | "ADVERB":
            return ["again"]
        case "MORNING" | "AFTERNOON" | "EVENING" | "NIGHT":
            return ["again"] if token.value == PLURAL else []
        case "ZONE" | "CITY":
            return [("zone", token.value.name)]
        case "END" | "LAST":
            return ["last"]
        case _:
            return [token.kind] if token.kind in _TELLING else []


_TELLING = frozenset(
    {"TODAY", "TONIGHT", "TOMORROW", "AFTER_TOMORROW", "OTHER", "UNTIL", "EXCEPT", "NEXT", "NOON", "MIDNIGHT",
     "FORTNIGHT", "BEFORE", "AFTER", "TWICE", "PENULTIMATE", "CRON"}
)  # fmt: skip


def _keeps(said: frozenset[object], example: frozenset[object]) -> bool:
    return all(fact in example or _is_said_otherwise(fact, example) for fact in said)


def _is_said_otherwise(fact: object, example: frozenset[object]) -> bool:
    """Return whether the example says the fact in other words: 9 as 9am, tonight as today."""
    match fact:
        case ("number", int(hour)):
            return any(isinstance(each, tuple) and each[:2] in _at_hour(hour) for each in example)
        case ("time", int(hour), int(minute)):
            return ("time", hour + 12, minute) in example or (minute == 0 and ("number", hour) in example)
        case "TONIGHT" | "TODAY":
            return bool({"TODAY", "TONIGHT"} & example)
        case _:
            return False


def _at_hour(hour: int) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("time", hour % 24), ("time", (hour + 12) % 24)
