"""Events about people and user groups: somebody joined, left, or changed groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payloads import workspace_of

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.services import Services
    from handlers.answer import Answering


def register(app: App, answering: Answering, services: Services) -> None:
    """Connect the events about people and user groups."""

    def person(body: dict[str, Any]) -> None:
        services.people.changed(workspace_of(body), body["event"]["user"])

    changed = answering.event("person", person)
    groups = answering.event("user group", lambda _body: services.groups.refresh())
    app.event("user_change")(changed)
    app.event("team_join")(changed)
    app.event("subteam_created")(groups)
    app.event("subteam_updated")(groups)
    app.event("subteam_members_changed")(groups)
    app.event("subteam_self_added")(groups)
    app.event("subteam_self_removed")(groups)
