"""Who may manage a project, and a role given in it: the one path, audited before → after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import Attempt, NotAllowed, NotFound, UserError
from bot.services.access import NO_SUCH_THING, UNCONFIRMED

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.project import Person, Project
    from bot.domain.rights import Role
    from bot.services.access import Access, Asker
    from storage.database import Transaction

MANAGE = "manage"


def require_manages(access: Access, project_id: int) -> Project:
    """The project. Raises NotFound for one that this person may not know of, NotAllowed without the role."""
    project = access.project(project_id)
    attempt = Attempt(MANAGE, project.name if project else str(project_id), project_id)
    if project is not None and access.manages(project_id):
        return project
    if access.manages(project_id, trusting=True):
        raise NotAllowed(UNCONFIRMED, attempt=attempt)
    if project is None:
        raise NotFound(NO_SUCH_THING, attempt=attempt)
    words = f"You may not manage {project.name}. {access.who_can_allow(project_id)}"
    raise NotAllowed(words, attempt=attempt)


def give_role(
    tx: Transaction, asker: Asker, project: Project, who: Person, role: Role, *, now: datetime
) -> None:
    """At least this role, to the person themselves; what they have is never made less. Raises UserError."""
    if project.is_managed:
        raise UserError(
            f"*{project.name}* is managed by a file: add `{who.person_id}` to its {role}s there and apply it."
        )
    before = tx.projects.role_given(project.project_id, who)
    if before is not None and before.rank >= role.rank:
        return
    tx.projects.give_role(project.project_id, who, role)
    tx.audit.add(
        asker.person,
        "member.add" if before is None else "member.change",
        who.person_id,
        at=now,
        channel_id=asker.channel_id,
        before=None if before is None else {"project": project.name, "role": before},
        after={"project": project.name, "role": role},
    )
