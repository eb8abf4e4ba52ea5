"""Somebody asks for access: to a project, or for more than they may do with a job of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.job import JobKey
    from bot.domain.rights import Role


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """`project_id` None: where they asked there is none, so that the admins must say which.

    `key`: the job they may see and want to run. `settled_by`: who has answered; `allowed`: as what, None
    for no.
    """

    request_id: str
    workspace_id: str
    person_id: str
    project_id: int | None
    key: JobKey | None = None
    settled_by: str | None = None
    allowed: Role | None = None
