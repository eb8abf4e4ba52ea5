"""“Run a job about this”, at a message: its text and link can be given to inputs of a job; then the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import about as blocks
from bot.blocks import form as form_blocks
from bot.blocks.form_when import NOW
from bot.blocks.ids import Button, Shortcut, View
from bot.domain.draft import Typed
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.rights import Action
from bot.language.inputs import read_field
from bot.language.marks import named, plain
from bot.rules.access import Asker
from handlers import kept
from handlers.form.filling import parts_of, suggest
from handlers.form.opening import filled_in, label_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt import App

    from handlers.answer import Answering
    from handlers.payloads import AtMessage, Press, Submission
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the shortcut at a message, and its form."""
    app.shortcut(Shortcut.RUN_ABOUT)(answering.at_message(begin))
    app.options(Button.ABOUT_JOB)(answering.typing(suggest))
    app.action(Button.ABOUT_JOB)(answering.press(choose))
    app.view(View.ABOUT)(answering.submission(go_on))


def begin(talk: Talk, at: AtMessage) -> None:
    """Ask for the job. What the message says goes into no input by itself."""
    about = blocks.About(at.origin.channel_id, named(plain(at.text)).strip(), at.link)
    talk.open(blocks.form(about))


def choose(talk: Talk, press: Press) -> None:
    """Ask which inputs of the chosen job take something of the message."""
    view = press.view
    if view is None or not press.value:
        return
    about = blocks.read_about(view.metadata)
    offer = talk.services.catalog.offer(_asker(talk, about), press.value, Action.RUN)
    shown = blocks.form(about, offer.job, press.value, label_of(offer, [offer]))
    talk.update(view.view_id, view.view_hash, shown)


def go_on(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Open the usual form in this one's place, with what was chosen filled in, to be looked at."""
    view = submission.view
    about = blocks.read_about(view.metadata)
    asker, reference = _asker(talk, about), view.text(FormField.JOB)
    if not reference:
        raise NotUnderstood("Choose a job first.", field=FormField.JOB)
    offer = talk.services.catalog.offer(asker, reference, Action.RUN)
    parts, words = parts_of(view, reference), {blocks.TEXT: about.text, blocks.LINK: about.link}
    given = {
        each.name: read_field(each, words[chosen], talk.viewpoint)
        for each in blocks.taking(offer.job)
        if (chosen := parts.get(f"input.{each.name}")) in words
    }
    draft = talk.services.drafting.keep(asker, offer, given, Typed(now=True))
    filled = filled_in(talk, offer, asker=asker, values=given, doing=NOW)
    metadata = kept.metadata(asker, draft_id=draft.draft_id)
    return {"response_action": "update", "view": form_blocks.form(filled, metadata=metadata)}


def _asker(talk: Talk, about: blocks.About) -> Asker:
    """Return who asks, from the message's channel: a false one could only narrow what they may do."""
    return Asker(talk.asker.person, about.channel)
