"""A file as an input: chosen in Slack, kept by Runbell, and fetched by the job at an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = "file kept by Runbell"
"""The key that only the object has which stands for a file among a job's inputs."""


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file that somebody has chosen in a form, as Slack's client tells of it."""

    slack_id: str
    name: str
    media_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file as Slack gave it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileRow:
    """What is known of a kept file. `trouble` says why it did not come; "" if nothing is wrong."""

    file_id: str
    person_id: str
    name: str
    has_arrived: bool
    trouble: str = ""


def as_value(file_id: str, name: str) -> dict[str, Any]:
    """Return what stands for the file among a job's inputs."""
    return {KEPT: file_id, "name": name}


def is_file(value: Any) -> bool:
    """Return whether the value stands for a kept file."""
    return isinstance(value, dict) and value.keys() == {KEPT, "name"}


def names_of(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the files among the inputs, by the file's id."""
    return {str(each[KEPT]): str(each["name"]) for each in inputs.values() if is_file(each)}
