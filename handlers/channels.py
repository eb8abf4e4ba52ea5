"""What Slack tells of channels: renamed, archived, shared with others, given another id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.services import Services

log = structlog.get_logger()


def register(app: App, services: Services) -> None:
    def follow(body: dict[str, Any]) -> None:
        try:
            channel = body["event"]["channel"]
            channel_id = channel["id"] if isinstance(channel, dict) else channel
            services.channels.follow(body["team_id"], channel_id)
        except Exception:
            log.exception("channels.event")

    def change_id(body: dict[str, Any]) -> None:
        try:
            event = body["event"]
            services.channels.change_id(body["team_id"], event["old_channel_id"], event["new_channel_id"])
        except Exception:
            log.exception("channels.event")

    app.event("channel_archive")(follow)
    app.event("channel_deleted")(follow)
    app.event("channel_rename")(follow)
    app.event("channel_shared")(follow)
    app.event("channel_unarchive")(follow)
    app.event("channel_unshared")(follow)
    app.event("group_archive")(follow)
    app.event("group_deleted")(follow)
    app.event("group_rename")(follow)
    app.event("group_unarchive")(follow)
    app.event("channel_id_changed")(change_id)
