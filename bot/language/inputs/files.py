"""Files as inputs: which ones an input takes, as its JSON Schema says it."""

from __future__ import annotations

import mimetypes
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from bot.language.inputs.schema import takes_of

if TYPE_CHECKING:
    from bot.domain.job import Input

MEDIA_TYPE, EXTENSIONS = "contentMediaType", "extensions"
"""The words of a schema for what is taken: JSON Schema's own, and one for the ends of names."""
_KNOWN = mimetypes.MimeTypes()
"""Python's own list; that of the system would be another one on each machine."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
for _media_type, _ending in (
    (f"{_OFFICE}.spreadsheetml.sheet", ".xlsx"),
    (f"{_OFFICE}.wordprocessingml.document", ".docx"),
    (f"{_OFFICE}.presentationml.presentation", ".pptx"),
):
    _KNOWN.add_type(_media_type, _ending)
MOST_NAMED = 4
"""So many types are named in a sentence."""


def endings_of(each: Input) -> tuple[str, ...]:
    """Return the ends of names that the input takes, such as "csv"; empty if it takes every one."""
    schema = takes_of(each).schema
    named = [one.strip().lstrip(".").lower() for one in _texts(schema.get(EXTENSIONS))]
    guessed = [
        ending.lstrip(".")
        for media_type in _media_types(each)
        for ending in _KNOWN.guess_all_extensions(media_type, strict=False)
    ]
    return tuple(dict.fromkeys(one for one in [*named, *guessed] if one))


def refused_file(each: Input, name: str, media_type: str) -> str | None:
    """Return why the input does not take a file of this name and type, in a sentence. None if it does."""
    endings, types = endings_of(each), _media_types(each)
    if not endings and not types:
        return None
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in endings or any(fnmatch(media_type.lower(), one) for one in types):
        return None
    return f"“{each.title}” takes {wanted_file(each)}. “{name}” is of another type."


def wanted_file(each: Input) -> str:
    """Return which file the input takes, such as "a file ending in .csv or .txt"."""
    endings, types = endings_of(each), _media_types(each)
    if endings:
        return f"a file ending in {' or '.join(f'.{one}' for one in endings[:MOST_NAMED])}"
    return f"a file of type {' or '.join(types[:MOST_NAMED])}" if types else "any file"


def _media_types(each: Input) -> list[str]:
    return [one.strip().lower() for one in _texts(takes_of(each).schema.get(MEDIA_TYPE))]


def _texts(value: Any) -> list[str]:
    """Return the texts of a list, or the only text."""
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, str) and each.strip()]
