"""Who may manage a project; and a role in it that is at least as high as another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import Attempt, NotAllowed, NotFound
from bot.rules.access import NO_SUCH_THING, UNCONFIRMED

if TYPE_CHECKING:
    from bot.domain.project import Project
    from bot.domain.project_setup import ProjectSetup, Who
    from bot.domain.rights import Role
    from bot.rules.access import Access, Asker
    from bot.rules.project_edits import Edit
    from storage.transaction import Transaction

MANAGE = "manage"


def require_manages(access: Access, project_id: int) -> Project:
    """Return the project. Raises NotFound if the person may not know it, NotAllowed without the role."""
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


def at_least(who: Who, role: Role) -> Edit:
    """Return the edit that gives somebody the role, unless they have that or a higher one."""

    def edit(_tx: Transaction, _asker: Asker, _project_id: int, setup: ProjectSetup) -> ProjectSetup:
        before = setup.members.get(who)
        return setup if before and before.rank >= role.rank else setup.with_member(who, role)

    return edit


def administered_by(access: Access) -> frozenset[int] | None:
    """Return the projects that a person may administer; None for every one. Raises NotAllowed for none."""
    if access.reads_everything:
        return None
    mine = frozenset(each for each in access.roles if access.manages(each))
    if not mine:
        raise NotAllowed("You manage no project. Its managers and Runbell's admins can change that.")
    return mine


def may_look_into(access: Access, project_id: int) -> bool:
    """Return whether the person may look at how a project is set up."""
    return access.reads_everything or access.manages(project_id)
