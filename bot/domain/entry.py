"""One entry of the audit: who did what, or tried to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


KEPT = "kept"
"""The fact that keeps the whole of what was taken away, so that it can be brought back."""
COUNTED = "refused.more"
"""The action of an entry that counts refusals, if there are too many to write one by one."""
_SCHEDULE = re.compile(r"#(\d+) (.+)", re.DOTALL)
"""The subject of what was done to a schedule: its number, and its job's DAG id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    `action` is like "share.add", `person_id` a Slack id or "file"; `allowed` False means denied.
    """

    audit_id: int
    at: datetime
    workspace_id: str
    person_id: str
    channel_id: str
    action: str
    subject: str
    project_id: int | None
    allowed: bool
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def schedule_number(self) -> str:
        """The number of the schedule that the entry is about; "" if it is about something else."""
        found = _SCHEDULE.fullmatch(self.subject) if self.action.startswith("schedule.") else None
        return found[1] if found else ""

    @property
    def dag_id(self) -> str:
        """The DAG id of the job that the entry is about; "" if it is about something else.

        The subject of a refusal may be anything that somebody pressed.
        """
        if not self.allowed:
            return "" if self.action == COUNTED else self.subject
        kind = self.action.partition(".")[0]
        if kind == "schedule":
            found = _SCHEDULE.fullmatch(self.subject)
            return found[2] if found else ""
        if kind == "run":
            return str((self.after or {}).get("job", ""))
        if kind == "share":
            return self.subject.removeprefix("job ") if self.subject.startswith("job ") else ""
        return self.subject if kind in {"job", "incident"} or self.action == "access.ask" else ""


@dataclass(frozen=True, slots=True)
class EntryNames:
    """The names that readers of the audit know for the ids in its entries."""

    projects: Mapping[int, str] = field(default_factory=dict)
    jobs: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """Titles by project and DAG id: each as its project calls the job. 0 stands for no project."""
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Titles of inputs, by DAG id and the input's name."""

    def title(self, entry: Entry) -> str:
        """Return the title of the job that the entry is about; its DAG id if nobody knows the job; or ""."""
        return self.jobs.get((entry.project_id or 0, entry.dag_id), entry.dag_id)

    def input(self, entry: Entry, name: str) -> str:
        """Return the title of an input of the job that the entry is about; its name if it has none."""
        return self.inputs.get(entry.dag_id, {}).get(name, name)

    def project(self, entry: Entry) -> str:
        """Return the name of the project that the entry belongs to, or ""."""
        return self.projects.get(entry.project_id or 0, "")
