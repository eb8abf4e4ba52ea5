"""Two projects with their channels, people and shares, written once into the demo's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.workspace import ALEX, FINANCE, HR, LENA, MAYA, PRIYA, TOM, WORKSPACE
from bot.domain.clock import SystemClock
from bot.domain.project import Channel
from bot.domain.rights import Action, Role
from bot.wiring import database_of

if TYPE_CHECKING:
    from bot.playground.slack.description import ChannelDescription
    from storage.database import Transaction

TEAM = WORKSPACE.team.id


def seed(database_url: str, deployment: str) -> None:
    """Nothing when it has been done before."""
    database = database_of(database_url)
    database.migrate()
    with database.transaction() as tx:
        if tx.projects.named(TEAM, "Finance") is None:
            _project(
                tx,
                "Finance",
                "Europe/Berlin",
                FINANCE,
                {MAYA.id: Role.MANAGER, TOM.id: Role.RUNNER, LENA.id: Role.VIEWER},
                tag="finance",
                deployment=deployment,
            )
            _project(tx, "HR", "Europe/Berlin", HR, {PRIYA.id: Role.RUNNER}, tag="hr", deployment=deployment)
            tx.directory.give_workspace_role(TEAM, ALEX.id, "admin")
    database.close()


def _project(
    tx: Transaction,
    name: str,
    tz: str,
    channel: ChannelDescription,
    members: dict[str, Role],
    *,
    tag: str,
    deployment: str,
) -> None:
    """Its jobs are shared by an Airflow tag, so that new ones come by themselves."""
    now = SystemClock().now()
    project_id = tx.projects.create(TEAM, name, tz, reports_to=channel.id, at=now)
    tx.projects.map_channel(
        Channel(TEAM, channel.id, channel.name, project_id), is_private=channel.private, at=now
    )
    for person_id, role in members.items():
        tx.projects.add_member(project_id, TEAM, role, person_id=person_id)
    tx.projects.share(project_id, deployment, Action, at=now, tag=tag)
