"""A preset: named inputs of a job, kept by a person for themselves, or for everybody in the project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PRESETS = 20
LONGEST_NAME = 60
MINE, EVERYBODYS = "mine", "everybody"
"""What people write before a name that both have, as no name of a saved preset has a colon."""


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    inputs: Mapping[str, Any]
    is_own: bool = False
    """Whether a person keeps it for themselves, and nobody else sees it."""

    @property
    def words(self) -> str:
        """The name as a menu shows it, which tells an own preset from one for everybody."""
        return f"{self.name} (yours)" if self.is_own else self.name

    @property
    def folded(self) -> str:
        """The name as it is compared: two of a person that differ in their case alone are one."""
        return self.name.casefold()
