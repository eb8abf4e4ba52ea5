"""A job that fails and works by turns, told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import escape, message, past, section

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.notice import Message


def flaps(title: str, times: int, since: datetime) -> Message:
    """`times`: how often it has failed since then, having worked in between."""
    again = "The next word of it comes once it works for good, or fails each time."
    return message(
        f"{title} has failed {times} times, and recovered in between. {again}",
        section(
            f":warning: *{escape(title)}* has failed {times} times since {past(since)}, and recovered in "
            f"between. {again}"
        ),
    )
