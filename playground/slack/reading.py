"""What a person gave an element, read into the element's own value or refused."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from playground.slack.values import MANY_OPTIONS, PLACES, SINGLE_OPTION, TEXTS, options

if TYPE_CHECKING:
    from datetime import tzinfo

    from playground.slack.records import Json


FORMS = {"datepicker": "%Y-%m-%d", "timepicker": "%H:%M"}


class NotOfferedError(Exception):
    """The page or the driver gave something that a person could not have chosen."""


def read_value(element: Json, given: Any, offered: list[Json], zone: tzinfo) -> Any:
    """`given`: text, an option's value, or a list of them; `zone`: where the person's wall clock is.

    `offered`: options that are not written in the element.
    """
    kind = element["type"]
    if kind not in PLACES:
        raise NotOfferedError(f"a {kind} holds no value")
    if kind == "file_input":
        raise NotOfferedError("a file is attached, not typed")
    many = PLACES[kind][2]
    if many:
        return [_one(element, each, offered) for each in given or ()]
    if given is None or given == "":
        return None
    if kind == "datetimepicker":
        return _moment(given, zone)
    if kind in FORMS:
        return _in_form(given, FORMS[kind])
    return _one(element, given, offered)


def _in_form(given: str, form: str) -> str:
    """A picker gives nothing but real days and times."""
    try:
        read = datetime.strptime(given, form)  # noqa: DTZ007  a day or a time of the clock, in no zone
    except ValueError:
        raise NotOfferedError(f"a picker cannot give {given!r}") from None
    return read.strftime(form)


def _moment(given: Any, zone: tzinfo) -> int:
    """Seconds since the epoch, from a wall-clock time in the person's zone or already as seconds."""
    if isinstance(given, int) or str(given).isdigit():
        return int(given)
    try:
        return int(datetime.fromisoformat(given).replace(tzinfo=zone).timestamp())
    except ValueError:
        raise NotOfferedError(f"a picker cannot give {given!r}") from None


def _one(element: Json, given: Any, offered: list[Json]) -> Any:
    kind = element["type"]
    if kind in SINGLE_OPTION | MANY_OPTIONS:
        return _option(element, given, offered)
    if kind in TEXTS or kind in PLACES:
        return given
    raise NotOfferedError(kind)


def _option(element: Json, value: str, offered: list[Json]) -> Json:
    for each in [*options(element), *offered, *_initials(element)]:
        if each.get("value") == value:
            return {key: each[key] for key in ("text", "value", "description") if key in each}
    raise NotOfferedError(f"no option {value!r}")


def _initials(element: Json) -> list[Json]:
    one = element.get("initial_option")
    return [*([one] if one else []), *(element.get("initial_options") or ())]
