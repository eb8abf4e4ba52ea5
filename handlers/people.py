"""What Slack tells of people and user groups in between: somebody joined, left, or changed groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.services import Services

log = structlog.get_logger()


def register(app: App, services: Services) -> None:
    def person(body: dict[str, Any]) -> None:
        user = body["event"]["user"]
        try:
            services.people.changed(body["team_id"], user["id"], has_left=bool(user.get("deleted")))
        except Exception:
            log.exception("people.event")

    def groups() -> None:
        try:
            services.groups.refresh()
        except Exception:
            log.exception("groups.event")

    app.event("user_change")(person)
    app.event("team_join")(person)
    app.event("subteam_created")(groups)
    app.event("subteam_updated")(groups)
    app.event("subteam_members_changed")(groups)
    app.event("subteam_self_added")(groups)
    app.event("subteam_self_removed")(groups)
