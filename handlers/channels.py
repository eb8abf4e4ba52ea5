"""Events about channels: renamed, archived, shared with others, given another id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payloads import workspace_of

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.services import Services
    from handlers.answer import Answering


def register(app: App, answering: Answering, services: Services) -> None:
    """Connect the events about channels."""

    def changed(body: dict[str, Any]) -> None:
        channel = body["event"]["channel"]
        channel_id = channel["id"] if isinstance(channel, dict) else channel
        services.channels.follow(workspace_of(body), channel_id)

    def given_another_id(body: dict[str, Any]) -> None:
        event = body["event"]
        services.channels.change_id(workspace_of(body), event["old_channel_id"], event["new_channel_id"])

    follow = answering.event("channel", changed)
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
    app.event("channel_id_changed")(answering.event("channel id", given_another_id))
