"""Where an input's choices come from in a project, in place of what the job itself offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

MOST_CHOICES = 1000
"""The most choices of one input; nobody reads more, and each form is checked against all of them."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One choice, and the words that people read for it.

    `under`: for which value of the other input it is offered; None if it depends on none.
    """

    value: Any
    words: str
    under: Any = None


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """The choices of one input: listed here, or published by a job."""

    offered: tuple[Offered, ...] = ()
    follows: str = ""
    """The input on which they depend; "" for none."""
    job: str = ""
    """The DAG id of the job that publishes them; "" if they are listed."""


@dataclass(frozen=True, slots=True)
class Published:
    """The choices that a job has published: by which run, which ended then."""

    run_id: str
    published_at: datetime
    offered: tuple[Offered, ...]
