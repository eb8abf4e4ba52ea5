"""People as real directories have them: no zone, half an hour off, a guest, one who left."""

from __future__ import annotations

from playground.slack.description import (
    ChannelDescription,
    GroupDescription,
    PersonDescription,
    WorkspaceDescription,
)

DESCRIPTION = WorkspaceDescription(
    people=(
        PersonDescription("U0ADA", "Ada", tz="Europe/Berlin", title="Finance", email="ada@example.com"),
        PersonDescription("U0BEN", "Ben", tz="Asia/Kolkata", display_name=""),
        PersonDescription("U0CLEO", "Cleo", tz=None),
        PersonDescription("U0GUS", "Gus", guest=True),
        PersonDescription("U0DORA", "Dora", deactivated=True),
        PersonDescription("U0LORD", "Lou", tz="Australia/Lord_Howe", admin=True),
        PersonDescription("U0OTHERBOT", "Otherbot", bot=True),
    ),
    channels=(
        ChannelDescription("C0FINANCE", "finance", ("U0ADA", "U0BEN", "U0DORA", "U0OTHERBOT")),
        ChannelDescription("C0SECRET", "secret", ("U0ADA",), private=True),
        ChannelDescription("C0HIDDEN", "hidden", ("U0BEN",), private=True, app=False),
        ChannelDescription("C0RANDOM", "random", ("U0ADA", "U0BEN", "U0GUS"), app=False),
        ChannelDescription("C0OLD", "old", ("U0ADA",), archived=True),
    ),
    groups=(
        GroupDescription("S0MONEY", "money", "Money people", ("U0ADA", "U0BEN")),
        GroupDescription("S0GONE", "gone", "Gone", (), disabled=True),
    ),
)
