"""Why a text is refused, in plain words; each names something close that would work."""

from __future__ import annotations

from bot.domain.errors import NotUnderstood

EXAMPLE = "every weekday at 9am"
YEARS = range(2000, 2100)
"""Four digits that mean a year."""


class Refused(NotUnderstood):
    """`is_final`: what the words mean is clear and cannot be; no other reader need be asked."""

    def __init__(self, reason: str, *, words: str = "", example: str = "", is_final: bool = True) -> None:
        super().__init__(reason, words=words, example=example)
        self.is_final = is_final


VAGUE = {
    "vague": "“{words}” is not exact enough for a schedule. Say which day and which time.",
    "or": "There are two possibilities in this. Say the one you want.",
    "holidays": "I do not know your holidays. Leave out the dates themselves, for example “except Dec 25”.",
    "past": "“{words}” is in the past.",
    "zone": "“{words}” is the name of several time zones. Name a city instead.",
    "condition": "I cannot watch for a condition, only for a time.",
}


def vague(why: str, words: str) -> Refused:
    return Refused(VAGUE[why].format(words=words), words=words, example=_INSTEAD.get(why, "tomorrow at 10am"))


_INSTEAD = {"holidays": "every weekday at 9am except Dec 25", "zone": "every day at 9am Berlin time"}


def impossible_time(words: str) -> Refused:
    return Refused(f"“{words}” is not a time of day.", words=words, example="every day at 9:30")


def impossible_date(words: str) -> Refused:
    return Refused(
        f"There is no such date: {words}.", words=words, example="the last day of every month at 9am"
    )


def two_orders(words: str) -> Refused:
    return Refused(
        f"“{words}” can be read as two different dates. Write the month as a word.",
        words=words,
        example="3 April at 9am",
    )


def unknown(words: str) -> Refused:
    return Refused(f"I do not understand “{words}” here.", words=words, is_final=False)


def misplaced(words: str) -> Refused:
    return Refused(f"I know “{words}”, but not what it says here.", words=words)


def past(what: str) -> Refused:
    return Refused(f"{what} is in the past.", example="tomorrow at 9am")


def too_far_ahead() -> Refused:
    return Refused(f"I plan no further than the year {YEARS[-1]}.", example="every year on July 1 at 9am")


def contradiction(what: str, example: str = EXAMPLE) -> Refused:
    return Refused(f"This contradicts itself: {what}.", example=example)


def missing(what: str, example: str) -> Refused:
    return Refused(what, example=example)
