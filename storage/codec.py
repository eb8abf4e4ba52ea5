"""A When, and a job's settings in a project, to and from what database columns of JSON hold."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

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

if TYPE_CHECKING:
    from sqlalchemy import Row

    from bot.domain.when import When

VERSION = 1
_KINDS: dict[str, type] = {
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
"""Tags as the rows of every release have them: a class may be renamed, its tag may not."""
_TAGS = {kind: tag for tag, kind in _KINDS.items()}


def encode_when(when: When) -> dict[str, Any]:
    """JSON-safe. What is None is left out."""
    encoded = _encoded(when)
    assert isinstance(encoded, dict)
    return {"version": VERSION, **encoded}


def decode_when(stored: dict[str, Any]) -> When:
    """Raises ValueError for what this version cannot have written."""
    if stored.get("version") != VERSION:
        raise ValueError(f"a When of version {stored.get('version')!r}, this is {VERSION}")
    decoded = _decoded({name: value for name, value in stored.items() if name != "version"})
    if not isinstance(decoded, Once | Repeating):
        raise ValueError(f"not a When: {stored!r}")  # noqa: TRY004  it is a value of the right type
    return decoded


def _encoded(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case datetime():
            return {"moment": value.isoformat(), "zone": getattr(value.tzinfo, "key", None)}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case timedelta():
            return {"seconds": value.total_seconds()}
        case ZoneInfo():
            return {"zone": value.key}
        case tuple():
            return [_encoded(each) for each in value]
        case _ if type(value) in _TAGS:
            kept = {f.name: getattr(value, f.name) for f in fields(value)}
            kept = {name: each for name, each in kept.items() if each is not None}
            return {"kind": _TAGS[type(value)], **{name: _encoded(each) for name, each in kept.items()}}
    raise TypeError(f"nothing a When is made of: {value!r}")


def _decoded(value: Any) -> Any:
    match value:
        case list():
            return tuple(_decoded(each) for each in value)
        case {"kind": str() as kind}:
            if kind not in _KINDS:
                raise ValueError(f"unknown kind {kind!r}")
            made = {str(name): _decoded(each) for name, each in value.items() if name != "kind"}
            return _KINDS[kind](**made)
        case {"moment": str() as text, "zone": zone}:
            moment = datetime.fromisoformat(text)
            return moment.astimezone(ZoneInfo(zone)) if zone else moment
        case {"date": str() as text}:
            return date.fromisoformat(text)
        case {"time": str() as text}:
            return time.fromisoformat(text)
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"zone": str() as key}:
            return ZoneInfo(key)
        case dict():
            raise ValueError(f"unknown form {value!r}")
    return value


def settings_row(settings: JobSettings) -> dict[str, Any]:
    return {
        "title": settings.title,
        "description": settings.description,
        "presets": {name: dict(inputs) for name, inputs in settings.presets.items()},
        "hidden": sorted(settings.hidden),
        "fixed": dict(settings.fixed),
        "asks_first": settings.asks_first,
    }


def read_settings(row: Row[Any]) -> JobSettings:
    return JobSettings(
        row.title, row.description, row.presets, frozenset(row.hidden), row.fixed, asks_first=row.asks_first
    )
