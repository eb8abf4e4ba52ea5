"""Absences: typed or as a form, and the way back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.blocks import absence as blocks
from bot.blocks.form import told
from bot.blocks.ids import Button, View
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.language.until import read_until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slack_bolt import App

    from bot.domain.notice import Message
    from handlers.answer import Answering
    from handlers.payloads import Submission
    from handlers.talk import Talk

EXAMPLE = "away until monday @colleague"
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_OFF = {"off", "over", "end", "stop", "no", "cancel"}
_UNTIL = re.compile(r"^until\s+", re.IGNORECASE)
_NOISE = re.compile(r"^until\b|\b(with|stands? in|stand-in|for me)\b|,", re.IGNORECASE)


def register(app: App, answering: Answering) -> None:
    """Connect the form and the buttons of absences."""
    app.action(Button.AWAY)(answering.press(lambda talk, _press: open_form(talk)))
    app.action(Button.BACK)(answering.press(lambda talk, _press: back(talk)))
    app.view(View.AWAY)(answering.submission(submit))


def by_words(talk: Talk, text: str) -> None:
    """Begin an absence typed as "until monday <@U…>", or end it by "off".

    Without any words say until when the person is away, or open the form.
    """
    if text.casefold().strip(" .!") in _OFF:
        back(talk)
        return
    if not text:
        absence = talk.services.standing_in.absence(talk.asker)
        if absence is None:
            open_form(talk)
        else:
            talk.say(blocks.still_away(absence, talk.asker.person.tz))
        return
    named = _MENTION.findall(text)
    if len(named) != 1:
        raise NotUnderstood("Who stands in for you? Name one colleague.", example=EXAMPLE)
    when = " ".join(_NOISE.sub(" ", _MENTION.sub(" ", text)).split())
    talk.say(_away(talk, when, named[0]))


def back(talk: Talk) -> None:
    """End the person's absence."""
    talk.services.standing_in.back(talk.asker)
    talk.say(blocks.you_are_back())


def open_form(talk: Talk) -> None:
    """Open the form, or offer a button for it to whoever wrote a message."""
    if talk.trigger_id:
        talk.open(blocks.form(), (Button.AWAY, "away"))
    else:
        talk.say(blocks.offer())


def submit(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Begin the absence of the form."""
    view = submission.view
    until = _UNTIL.sub("", view.text(FormField.UNTIL))
    message = _away(talk, until, view.text(FormField.STAND_IN))
    return {"response_action": "update", "view": told("Away", message)}


def _away(talk: Talk, when: str, stand_in_id: str) -> Message:
    done = talk.services.standing_in.away(talk.asker, until=_moment(talk, when), stand_in_id=stand_in_id)
    return blocks.you_are_away(done.absence, talk.asker.person.tz, covered=done.covered, owned=done.owned)


def _moment(talk: Talk, text: str) -> datetime:
    """Return the moment in the person's zone. A day means its beginning. Raises NotUnderstood."""
    try:
        return read_until(text, now=talk.services.clock.now(), tz=talk.asker.person.tz)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, example=EXAMPLE, field=FormField.UNTIL) from error
