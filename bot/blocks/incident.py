"""The message about a job that fails and works by turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import escape, message, past, section

if TYPE_CHECKING:
    from bot.domain.notice import Message
    from bot.domain.telling import Flaps


def flaps(told: Flaps) -> Message:
    """Return the message about a job that fails and works by turns."""
    title, times, since = told.title, told.times, told.since
    again = "The next word of it comes once it works for good, or fails each time."
    return message(
        f"{title} has failed {times} times, and recovered in between. {again}",
        section(
            f":warning: *{escape(title)}* has failed {times} times since {past(since)}, and recovered in "
            f"between. {again}"
        ),
    )
