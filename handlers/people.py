"""Events about people and user groups: somebody joined, left, or changed groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.payloads import read_person

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.services import Services
    from handlers.answer import Answering


def register(app: App, answering: Answering, services: Services) -> None:
    """Connect the events about people and user groups."""
    changed = answering.event("person", read_person, lambda told: services.people.changed(*told))
    groups = answering.event("user group", lambda _body: None, lambda _told: services.groups.refresh())
    app.event("user_change")(changed)
    app.event("team_join")(changed)
    app.event("subteam_created")(groups)
    app.event("subteam_updated")(groups)
    app.event("subteam_members_changed")(groups)
    app.event("subteam_self_added")(groups)
    app.event("subteam_self_removed")(groups)
