"""Dataclasses to and from JSON, each under a tag that outlives the name of its class."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import Field


class Tagged:
    """A format for dataclasses and enums. `kinds` are those that may be stored, by tag.

    Rows of every release have these tags: a class may be renamed, its tag may not.
    """

    def __init__(self, kinds: Mapping[str, type]) -> None:
        self.kinds = dict(kinds)
        self._tags = {kind: tag for tag, kind in kinds.items()}

    def encode(self, value: Any) -> Any:
        """Return what JSON can hold. Raises TypeError for what is not to be stored."""
        match value:
            case Enum() if type(value) in self._tags:
                return {"kind": self._tags[type(value)], "name": value.name}
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
                return [self.encode(each) for each in value]
            case _ if type(value) in self._tags:
                kept = {
                    each.name: getattr(value, each.name) for each in fields(value) if _is_kept(each, value)
                }
                encoded = {name: self.encode(each) for name, each in kept.items()}
                return {"kind": self._tags[type(value)], **encoded}
        raise TypeError(f"nothing that is stored: {value!r}")

    def decode(self, value: Any) -> Any:
        """Return what `encode` was given. Raises ValueError or TypeError for what no release has written."""
        if not isinstance(value, (list, dict)):  # first, because nearly all are
            return value
        match value:
            case list():
                return tuple(self.decode(each) for each in value)
            case {"kind": str() as tag}:
                return self._made(tag, value)
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
        raise ValueError(f"unknown form {value!r}")

    def _made(self, tag: str, kept: dict[str, Any]) -> Any:
        kind = self.kinds.get(tag)
        if kind is None:
            raise ValueError(f"unknown kind {tag!r}")
        if issubclass(kind, Enum):
            return kind[kept["name"]]
        return kind(**{name: self.decode(each) for name, each in kept.items() if name != "kind"})


def _is_kept(field: Field[Any], value: Any) -> bool:
    """Return whether the field must be written; None as the default need not be."""
    return field.default is not None or getattr(value, field.name) is not None
