"""The projects that a query may look into, as a condition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, true

from storage.among import is_number_among
from storage.tables import projects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import BindParameter, ColumnElement

_ITS_PROJECT = projects.alias("its_project").c


@dataclass(frozen=True, slots=True)
class Reach:
    """The projects that a query may look into.

    `project_ids` None means every project of the workspace that is not archived.
    """

    workspace_id: str
    project_ids: frozenset[int] | None
    is_everywhere: bool = False
    """The reach of admins and auditors. Archived projects and those of other workspaces never count."""

    @property
    def is_empty(self) -> bool:
        """Whether no project is within reach."""
        return self.project_ids is not None and not self.project_ids

    @classmethod
    def everywhere(cls, workspace_id: str) -> Reach:
        """Return the reach of people who may read every project of the workspace."""
        return cls(workspace_id, None, is_everywhere=True)

    def only(self, project_ids: Iterable[int]) -> Reach:
        """Return this reach narrowed down to these projects."""
        wanted = frozenset(project_ids)
        return replace(self, project_ids=wanted if self.project_ids is None else self.project_ids & wanted)

    def of(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition that a column holds the id of a project within reach."""
        return is_within(column, self.workspace_id, self.project_ids, is_everywhere=self.is_everywhere)


def is_within(
    column: ColumnElement[Any],
    workspace_id: str | BindParameter[str],
    project_ids: Collection[int] | str | None,
    *,
    is_everywhere: bool,
) -> ColumnElement[bool]:
    """Return the condition that a column holds the id of a project within a reach of these fields.

    `project_ids` may be the name of a parameter.
    """
    is_among = true() if project_ids is None else is_number_among(column, project_ids)
    if not is_everywhere:
        return is_among
    is_living = exists().where(
        _ITS_PROJECT.project_id == column,
        _ITS_PROJECT.workspace_id == workspace_id,
        _ITS_PROJECT.archived_at.is_(None),
    )  # not IN: for each job SQLite then looks for shares project by project
    return and_(is_among, is_living)
