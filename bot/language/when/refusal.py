"""Why a text is refused, in plain words; each names something close that would work."""

from __future__ import annotations

import re

from bot.domain.errors import NotUnderstood

EXAMPLE = "every weekday at 9am"
YEARS = range(2000, 2100)
"""The numbers of four digits that mean a year."""
_BOUND = re.compile(r"\b(?:until|till|from)\b.*")


class Refused(NotUnderstood):
    """A text that is refused. `is_final` means that its words are clear, so that no other reader is asked.

    `instead` has patterns over the text, each with what replaces it, for an example that keeps the rest.
    """

    def __init__(
        self,
        reason: str,
        *,
        words: str = "",
        example: str = "",
        is_final: bool = True,
        instead: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(reason, words=words, example=example)
        self.is_final = is_final
        self.instead = instead


VAGUE = {
    "vague": "“{words}” is not exact enough for a schedule. Say which day and which time.",
    "or": "There are two possibilities in this. Say the one you want.",
    "holidays": "I do not know your holidays. Leave out the dates themselves, for example “except Dec 25”.",
    "past": "“{words}” is in the past.",
    "zone": "“{words}” is the name of several time zones. Name a city instead.",
    "condition": "I cannot watch for a condition, only for a time.",
}


def vague(why: str, words: str) -> Refused:
    """Return the refusal for words that are not exact enough."""
    return Refused(VAGUE[why].format(words=words), words=words, example=_INSTEAD.get(why, "tomorrow at 10am"))


_INSTEAD = {"holidays": "every weekday at 9am except Dec 25", "zone": "every day at 9am Berlin time"}


def impossible_time(words: str) -> Refused:
    """Return the refusal for a time that no clock shows."""
    return Refused(f"“{words}” is not a time of day.", words=words, example="every day at 9:30")


def impossible_date(words: str) -> Refused:
    """Return the refusal for a date that no calendar has."""
    return Refused(
        f"There is no such date: {words}.", words=words, example="the last day of every month at 9am"
    )


def two_orders(words: str, one: str, other: str) -> Refused:
    """Return the refusal for a date in digits. `one` and `other` are both dates, with months as words."""
    pattern = re.escape(words)
    return Refused(
        f"“{words}” can be read as two different dates, {one} or {other}. Write the month as a word.",
        words=words,
        example=f"{one} at 9am",
        instead=((pattern, one), (pattern, other)),
    )


def too_few(example: str) -> Refused:
    """Return the refusal for a number that is not positive."""
    return Refused("The number must be 1 or more.", example=example)


def unknown(words: str) -> Refused:
    """Return the refusal for a word that nobody knows. dateparser may still read it."""
    return Refused(f"I do not understand “{words}” here.", words=words, is_final=False)


def misplaced(words: str) -> Refused:
    """Return the refusal for a known word where it says nothing."""
    return Refused(f"I know “{words}”, but not what it says here.", words=words)


def past(what: str) -> Refused:
    """Return the refusal for something that has passed."""
    return Refused(f"{what} is in the past.", example="tomorrow at 9am")


def too_far_ahead() -> Refused:
    """Return the refusal for a year that is too far ahead."""
    return Refused(f"I plan no further than the year {YEARS[-1]}.", example="every year on July 1 at 9am")


def beyond_the_calendar(text: str) -> Refused:
    """Return the refusal for a text with a day at the very beginning or end of the calendar."""
    bound = _BOUND.search(text)
    return Refused(
        f"I plan from now to the year {YEARS[-1]}. For what is to go on for ever, leave the end out.",
        words=bound[0] if bound else "",
        example="every weekday at 9am",
        instead=((_BOUND.pattern, ""),),
    )


def contradiction(what: str, example: str = EXAMPLE) -> Refused:
    """Return the refusal for a text that contradicts itself."""
    return Refused(f"This contradicts itself: {what}.", example=example)


def missing(what: str, example: str, *instead: tuple[str, str]) -> Refused:
    """Return the refusal for a text that lacks something, as a question. `instead` is as in Refused."""
    return Refused(what, example=example, instead=instead)


def which_half(hour: int) -> Refused:
    """Return the refusal for an hour that is in the morning and in the afternoon."""
    said = NUMBERS[hour] if hour < len(NUMBERS) else ""
    return Refused(
        f"Is {hour or 12} in the morning or in the afternoon?",
        words=str(hour),
        example=f"at {hour or 12}pm",
        instead=((rf"(.*)(?<![\w:.-])(?:{hour}|{said})(?![\w:.-])", rf"\g<1>{hour or 12}pm"),),
    )


NUMBERS = ("zero", "one", "two", "three", "four", "five", "six")
