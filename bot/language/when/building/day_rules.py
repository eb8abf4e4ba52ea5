"""The days of a repetition: from what the clauses say to rules over dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.days import WORKDAYS, Daily, DayOfMonth, Monthly, Weekly
from bot.language.when.calendar.dates import MONTH_NAMES
from bot.language.when.clauses import clause as c
from bot.language.when.phrases.days import picks
from bot.language.when.refusal import Refused, contradiction, missing
from bot.language.when.values import CalendarDate, DayOfSomeMonth
from bot.language.when.words.vocabulary import Spelled

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.days import Days
    from bot.language.when.building.draft import Draft, Part

QUARTER_STARTS, QUARTER_ENDS = (1, 4, 7, 10), (3, 6, 9, 12)


def days_of_part(part: Part, draft: Draft) -> tuple[Days, ...]:
    """Return the day rules of one part. Raises Refused if its days contradict or are missing."""
    if len(part.days) > 1:
        raise contradiction("it names days twice", "every Tuesday and Friday at 9am")
    if not part.days:
        return (_only_every(part, draft),)
    match part.days[0]:
        case c.OnDays() as on:
            return (_weekly(on, draft),)
        case c.OnPicks() as on:
            return (_monthly(on, draft),)
        case c.OnDates() as on:
            return _yearly(on, draft)


def which_one() -> Refused:
    """Return the refusal for "on a Tuesday"."""
    question = "Which one: the coming one, or every one?"
    return missing(question, "every Tuesday at 9am", (r"\bon an? ", "every "))


def rule_from_start(every: c.Every, start: date) -> Days:
    """Return the rule of "every month starting June 15", in which the start says which day."""
    if every.unit == "WEEK":
        return Weekly((start.weekday(),), every.count, start if every.count > 1 else None)
    on = (DayOfMonth(start.day),)
    if every.unit == "YEAR":
        return Monthly(on, (start.month,), every.count, start)
    months = every.count * (3 if every.unit == "QUARTER" else 1)
    return Monthly(on, (), months, start if months > 1 else None)


def _only_every(part: Part, draft: Draft) -> Days:
    every = c.Every(1, "DAY") if part.is_plural and draft.every is None else draft.every
    if every is None:
        raise missing("On which days?", "every day at 9am")
    if every.unit == "DAY":
        return Daily(every.count, months=_months(draft))
    question, example, day = _ASK[every.unit]
    raise missing(question, example, (r"$", f" {day}"), (r"(?= at | \d)", f" {day}"))


_ASK = {
    "WEEK": ("On which day of the week?", "every week on Monday at 9am", "on Monday"),
    "MONTH": ("On which day of the month?", "every month on the 1st at 9am", "on the 1st"),
    "QUARTER": ("On which day of the quarter?", "the first day of every quarter at 9am", "on the 1st"),
    "YEAR": ("On which day of the year?", "every year on July 1 at 9am", "on July 1"),
}


def _months(draft: Draft) -> tuple[int, ...]:
    """Return the months of "Mondays in June". Raises Refused unless it is said that this means every year."""
    if draft.months is None:
        return ()
    is_yearly = draft.months.is_every or draft.is_every_year or (draft.every and draft.every.unit == "YEAR")
    if not is_yearly:
        name = MONTH_NAMES[draft.months.months[0] - 1]
        raise missing(f"In {name} of which year, or every year?", f"every Monday in {name} every year at 9am")
    return tuple(sorted(draft.months.months))


def _weekly(on: c.OnDays, draft: Draft) -> Days:
    weeks = on.nth
    if on.is_any and (draft.every is None or draft.every.unit != "WEEK"):
        raise which_one()
    if on.nth > 1 and on.days.weekdays == WORKDAYS:
        raise missing("Every other business day, or every other week?", "every 2 weeks on weekdays at 9am")
    every = draft.every
    if every is not None:
        if every.unit == "DAY" and every.count == 1 and (len(on.days.weekdays) > 1 or draft.step):
            pass
        elif every.unit == "WEEK" and on.nth == 1:
            weeks = every.count
        elif every.unit == "YEAR" and every.count == 1 and draft.months:
            pass
        elif every.unit == "MONTH":
            raise missing("Which one of the month?", "the first Monday of every month at 9am")
        else:
            raise contradiction("these days do not fit how often it is")
    return Weekly(on.days.weekdays, weeks, months=_months(draft))


def _monthly(on: c.OnPicks, draft: Draft) -> Days:
    found = picks(on.groups)
    every = draft.every
    months = draft.months.months if draft.months else ()
    if every is None:
        if draft.within is not None and draft.within.unit != "MONTH":
            raise missing("Of which month?", "the 15th of every month at 9am")
        if not months:
            _check_unsaid_month(on)
        elif not draft.months or not (on.is_every or draft.months.is_every):
            raise missing("Once, or every year?", "the first Monday of September every year at 9am")
        return Monthly(found, tuple(sorted(months)))
    if every.unit == "MONTH":
        if draft.months and (draft.months.is_of or every.count > 1):
            raise contradiction("it says twice which months")
        return Monthly(found, tuple(sorted(months)), every.count)
    if every.unit == "YEAR":
        return Monthly(found, tuple(sorted(months)) or _of_year(on), every.count)
    if every.unit == "QUARTER" and every.count == 1 and not months:
        return Monthly(found, _of_quarter(on))
    raise contradiction("these days do not fit how often it is", "the first Monday of every month at 9am")


def _check_unsaid_month(on: c.OnPicks) -> None:
    """Raise Refused for "every second Monday", which is one of the month or every other week."""
    if all(days is None for _, days in on.groups):
        if on.is_every and any(isinstance(place, Spelled) for place in on.places):
            raise missing("Every second what?", "every second day at 9am")
        if any(place < 0 for place in on.places):
            raise missing("Of which month?", "the last day of every month at 9am")
        return
    if on.is_plural or all(place in (1, -1) for place in on.places) or len(on.places) > 1:
        if on.is_every or on.is_plural:
            return
        raise missing("Of which month?", "the first Monday of every month at 9am")
    raise Refused(
        "Is that a day of the month, or every so many weeks?",
        example="the second Monday of every month at 9am",
    )


def _of_year(on: c.OnPicks) -> tuple[int, ...]:
    if on.places == (1,):
        return (1,)
    if on.places == (-1,):
        return (12,)
    raise missing("Of which month?", "every year on July 1 at 9am")


def _of_quarter(on: c.OnPicks) -> tuple[int, ...]:
    if all(place > 0 for place in on.places):
        return QUARTER_STARTS
    if all(place < 0 for place in on.places):
        return QUARTER_ENDS
    raise missing(
        "I cannot put the first and the last of a quarter together.", "the last day of every quarter at 9am"
    )


def _yearly(on: c.OnDates, draft: Draft) -> tuple[Days, ...]:
    every = draft.every
    if not on.is_every and every is None:
        raise missing("How often?", "every year on July 1 at 9am")
    if draft.months is not None:
        raise contradiction("a date has its month already", "every year on July 1 at 9am")
    rules: list[Days] = []
    for ref in on.dates:
        if isinstance(ref, DayOfSomeMonth) and ref.weekday is not None:
            if every is not None and every.unit != "MONTH":
                raise contradiction("these days do not fit how often it is")
            rules.append(Monthly((DayOfMonth(ref.day, ref.weekday),)))
            continue
        if not isinstance(ref, CalendarDate) or ref.year is not None or ref.weekday is not None:
            raise contradiction("that day does not come again", "every year on July 1 at 9am")
        if every is not None and every.unit != "YEAR":
            raise contradiction("a date comes once a year", "every year on July 1 at 9am")
        years = every.count if every is not None else 1
        rules.append(Monthly((DayOfMonth(ref.day),), (ref.month,), years))
    return tuple(rules)
