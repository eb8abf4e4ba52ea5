"""Requests for access to a project, or for more rights on one of its jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.job import JobKey
    from bot.domain.rights import Role


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request for access. `project_id` is None if the admins must say for which project.

    `key` is the job that the person may see and wants to run. `settled_by` is who has answered, and `allowed`
    the role that they gave, None if they declined. `reason` is why the person asked, `answer` why somebody
    declined; both may be "".
    """

    request_id: str
    workspace_id: str
    person_id: str
    project_id: int | None
    key: JobKey | None = None
    settled_by: str | None = None
    allowed: Role | None = None
    reason: str = ""
    answer: str = ""
