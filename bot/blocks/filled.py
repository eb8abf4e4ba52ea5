"""What a form shows: the chosen job, when it is to run, and the values of its inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks import form_when
from bot.domain.limits import NO_FILES, FileLimits
from bot.domain.schedule import Policies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import Job
    from bot.domain.project import Place


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form shows.

    `reference` is the chosen job's, "" if there is none; `values` are by input name.
    """

    reference: str = ""
    label: str = ""
    """The job as its option shows it."""
    when: str = ""
    doing: str = form_when.LATER
    """NOW or LATER; "" where there is no choice, since a schedule is changed."""
    changes: str = ""
    """The id of the schedule that is changed."""
    reading: str = form_when.NOTHING_YET
    """How `when` is read, as mrkdwn."""
    job: Job | None = None
    places: Sequence[Place] = ()
    place_names: Mapping[str, str] = field(default_factory=dict)
    reports_to: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Texts that were typed and cannot be read, with the reason, by the input's name."""
    preset: str = ""
    """The option of the preset that the values are from; LAST_USED for the person's last run."""
    lost: tuple[str, ...] = ()
    """The names of inputs that the preset has and the job no longer asks for."""
    has_last_used: bool = False
    """Whether the person has run the job here before, with inputs."""
    policies: Policies = field(default_factory=Policies)
    usual_grace: timedelta = timedelta()
    files: FileLimits = NO_FILES
    """Which files are taken."""
    more_is_open: bool = False
    """Whether it shows where it reports, and what happens when something goes wrong."""
    is_open: bool = False
    """Whether the inputs show that may be left as they are."""
