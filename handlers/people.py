"""What Slack tells of people in between: somebody joined, changed their zone, or left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.services import Services

log = structlog.get_logger()


def register(app: App, services: Services) -> None:
    def refresh(event: dict[str, Any]) -> None:
        try:
            services.people.refresh(event["user"]["id"])
        except Exception:
            log.exception("people.event")

    app.event("user_change")(refresh)
    app.event("team_join")(refresh)
