"""`week`: what runs within seven days, grouped by day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.blocks import week as blocks
from bot.language.when.calendar.zones import name_of
from handlers import listing

if TYPE_CHECKING:
    from bot.language.command import ListSchedules
    from handlers.talk import Talk

DAYS = timedelta(days=7)


def show(talk: Talk, of: ListSchedules) -> None:
    """Show the week ahead of the schedules that a list would be limited to."""
    tz, now = talk.asker.person.tz, talk.services.clock.now()
    wanted, which = listing.wanted(talk, of)
    ahead = talk.services.scheduling.ahead(talk.asker, wanted, until=now + DAYS)
    coming = [(moment.astimezone(tz), listed) for moment, listed in ahead.runs]
    talk.say(blocks.week(coming, which=which, zone=name_of(tz), is_more=ahead.is_more, rests=ahead.resting))
