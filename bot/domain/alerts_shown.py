"""What people are shown of alert rules: those of a place, and the one by which they heard of something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.alert_rule import AlertRule
    from bot.domain.job import JobKey
    from bot.domain.project import Place, Project


@dataclass(frozen=True, slots=True)
class Heard:
    """What a place hears. `project` is None for a person's own messages.

    `titles` are of the rules' jobs, by project and job, as far as the person may know them.
    """

    place: Place
    project: Project | None
    rules: Sequence[AlertRule]
    titles: Mapping[tuple[int, JobKey], str]
    may_change: bool
    who_can: str = ""
    """Who may change the rules, in a sentence, if the person may not."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """The handles of the workspace's user groups, by id."""
    removed: AlertRule | None = None
    """The rule that was removed just now. None if none was."""
    undo: str = ""
    """What brings it back: the number of its entry in the audit."""


@dataclass(frozen=True, slots=True)
class Why:
    """By which rules a place heard of something. There is none if it is gone.

    `is_escalated` says that no rule told of it: nobody had claimed the failure in time.
    """

    rules: Sequence[AlertRule]
    titles: Mapping[tuple[int, JobKey], str]
    may_change: bool
    is_escalated: bool = False
