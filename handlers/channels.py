"""Events about channels: renamed, archived, shared with others, given another id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.payloads import read_channel, read_other_id

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.services import Services
    from handlers.answer import Answering


def register(app: App, answering: Answering, services: Services) -> None:
    """Connect the events about channels."""
    follow = answering.event("channel", read_channel, lambda told: services.channels.follow(*told))
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
    app.event("channel_id_changed")(
        answering.event("channel id", read_other_id, lambda told: services.channels.change_id(*told))
    )
