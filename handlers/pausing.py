"""A pause gets its end: tonight, tomorrow, Monday, or any moment, by a button."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks import pausing as blocks
from bot.blocks import schedule as schedule_blocks
from bot.blocks.form import told
from bot.blocks.ids import Button, View
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.schedule import ScheduleState
from bot.language.until import read_until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt import App

    from bot.domain.listed import Listed
    from bot.domain.notice import Message
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission
    from handlers.talk import Talk

A_DAY = timedelta(days=1)
MOST_SECONDS = 10**11
"""Pickers give no later moment, so a greater number was made up."""


def register(app: App, answering: Answering) -> None:
    """Connect the button that asks until when, and its form."""
    app.action(Button.PAUSE_PICK)(answering.press(ask))
    app.view(View.PAUSE)(answering.submission(pause_picked))


def pause(talk: Talk, schedule_id: str, until: datetime | None = None) -> Message:
    """Pause the schedule. `until` None means until it is resumed; then buttons offer an end."""
    listed = talk.services.scheduling.pause(talk.asker, schedule_id, until=until)
    return _said(talk, listed)


def pause_until(talk: Talk, which: Button, schedule_id: str) -> Message:
    """Pause the schedule until what the button says, in the person's zone. Raises NotUnderstood if passed."""
    now, tz = talk.services.clock.now(), talk.asker.person.tz
    return pause(talk, schedule_id, read_until(blocks.ENDS[which][1], now=now, tz=tz))


def ask(talk: Talk, press: Press) -> None:
    """Open the form that asks until when."""
    listed = talk.services.adjusting.to_pause(talk.asker, press.value)
    talk.open(blocks.form(listed, talk.services.clock.now() + A_DAY))


def pause_picked(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Pause the schedule until the moment of the form."""
    done = pause(talk, submission.view.metadata, picked_moment(submission))
    return {"response_action": "update", "view": told("Paused", done)}


def picked_moment(submission: Submission) -> datetime:
    """Return the moment that a form's picker gives. Raises NotUnderstood if there is none."""
    picked = submission.view.text(FormField.UNTIL)
    seconds = int(picked) if picked.isdecimal() else 0
    if not 0 < seconds < MOST_SECONDS:
        raise NotUnderstood("Choose a day and a time.", field=FormField.UNTIL)
    return datetime.fromtimestamp(seconds, UTC)


def _said(talk: Talk, listed: Listed) -> Message:
    now, tz = talk.services.clock.now(), talk.asker.person.tz
    buttons = []
    if listed.schedule.state is ScheduleState.PAUSED and listed.schedule.resumes_at is None:
        possible = {}
        for which, (_, words) in blocks.ENDS.items():
            try:
                possible[which] = read_until(words, now=now, tz=tz)
            except NotUnderstood:
                continue
        buttons = blocks.ends(listed, possible)
    return schedule_blocks.paused(listed, now=now, ends=buttons)
