"""A When, and a job's settings in a project, as JSON for the database and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.choices import ChoiceList, Offered
from bot.domain.days import Daily, DayOfMonth, Monthly, NthOfMonth, Weekly
from bot.domain.job import JobSettings
from bot.domain.when import (
    At,
    Calendar,
    Cron,
    Dates,
    Interval,
    MonthsOff,
    Once,
    PlacesOff,
    Repeating,
    WeekdaysOff,
    Window,
    YearlyDates,
)
from bot.language.inputs import with_choices
from storage.tagged import Tagged

if TYPE_CHECKING:
    from sqlalchemy import Row

    from bot.domain.job import Job
    from bot.domain.when import When

VERSION = 1
WHENS: dict[str, type] = {
    "Once": Once,
    "Repeating": Repeating,
    "Calendar": Calendar,
    "Interval": Interval,
    "Cron": Cron,
    "At": At,
    "Window": Window,
    "Daily": Daily,
    "Weekly": Weekly,
    "Monthly": Monthly,
    "DayOfMonth": DayOfMonth,
    "NthOfMonth": NthOfMonth,
    "Dates": Dates,
    "YearlyDates": YearlyDates,
    "WeekdaysOff": WeekdaysOff,
    "PlacesOff": PlacesOff,
    "MonthsOff": MonthsOff,
}
_TAGGED = Tagged(WHENS)


def encode_when(when: When) -> dict[str, Any]:
    """Return the When as JSON can hold it, with the version of the format. Defaults of None are left out."""
    encoded = _TAGGED.encode(when)
    assert isinstance(encoded, dict)
    return {"version": VERSION, **encoded}


def decode_when(stored: dict[str, Any]) -> When:
    """Return the When that was encoded. Raises ValueError for what this version cannot have written."""
    if stored.get("version") != VERSION:
        raise ValueError(f"a When of version {stored.get('version')!r}, this is {VERSION}")
    decoded = _TAGGED.decode({name: value for name, value in stored.items() if name != "version"})
    if not isinstance(decoded, Once | Repeating):
        raise ValueError(f"not a When: {stored!r}")  # noqa: TRY004  it is a value of the right type
    return decoded


def settings_row(settings: JobSettings) -> dict[str, Any]:
    """Return the columns of a job's settings, without those of its key."""
    return {
        "title": settings.title,
        "description": settings.description,
        "presets": {name: dict(inputs) for name, inputs in settings.presets.items()},
        "hidden": sorted(settings.hidden),
        "fixed": dict(settings.fixed),
        "asks_first": settings.asks_first,
        "runbook": settings.runbook,
        "longest_seconds": None if settings.longest is None else round(settings.longest.total_seconds()),
        "choices": {name: _list_row(each) for name, each in settings.choices.items()},
    }


def read_settings(row: Row[Any]) -> JobSettings:
    """Return a job's settings from their row."""
    return JobSettings(
        row.title,
        row.description,
        row.presets,
        frozenset(row.hidden),
        row.fixed,
        asks_first=row.asks_first,
        runbook=row.runbook,
        longest_minutes=None if row.longest_seconds is None else row.longest_seconds // 60,
        choices={name: _read_list(each) for name, each in row.choices.items()},
    )


def job_within(job: Job, settings: JobSettings) -> Job:
    """Return the job as a project's people know it, with the choices that the project lists."""
    return with_choices(job.within(settings), settings.choices)


def _list_row(found: ChoiceList) -> dict[str, Any]:
    offered = [[each.value, each.words, each.under] for each in found.offered]
    return {"job": found.job, "depends_on": found.follows, "offered": offered}


def _read_list(kept: dict[str, Any]) -> ChoiceList:
    offered = tuple(Offered(*each) for each in kept["offered"])
    return ChoiceList(offered, kept["depends_on"], kept["job"])
