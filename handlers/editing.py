"""A change that was typed whole: `edit 3 every day at 5am with rows=5`, shown before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import preview as preview_blocks
from bot.domain.errors import NotUnderstood
from bot.domain.job import job_reference
from bot.domain.sealed import is_sealed
from bot.domain.when import zone_of
from bot.language.command import Verb
from bot.language.inputs import NoSuchInput, read_some_inputs
from bot.language.moved import moved
from bot.language.when import read
from bot.rules.access import Asker
from handlers import typed
from handlers.form.inputs import read_words
from handlers.form.sending import preview_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.listed import Listed
    from bot.domain.schedule import Schedule
    from bot.domain.when import When
    from bot.language.command import OnSchedule
    from bot.services.schedules.drafted import Preview
    from handlers.talk import Talk


def by_words(talk: Talk, request: OnSchedule, found: Sequence[Listed]) -> None:
    """Propose the change for each schedule that fits. What cannot be read opens the form."""
    try:
        is_change = request.verb is Verb.EDIT
        if is_change and len(found) == 1 and _is_wrong(talk, request, found[0]):
            typed.open_change(talk, request, found[0])
            return
        shown = [_proposed(talk, request, each) for each in found[: preview_blocks.MOST_CHOICES]]
    except NoSuchInput as error:
        example = request.with_name(error.words, error.meant)
        raise NotUnderstood(error.message, words=error.words, example=example) from error
    if len(shown) > 1:
        labels = [
            (f"#{each.schedule.number} {each.job.title}"[:75], proposed.draft.draft_id)
            for each, proposed in zip(found, shown, strict=False)
        ]
        verb = "copy" if request.verb is Verb.COPY else "change"
        talk.say(preview_blocks.choose(f"Which one do you want to {verb}?", labels))
        return
    talk.say(preview_message(shown[0]))


def _is_wrong(talk: Talk, request: OnSchedule, listed: Listed) -> bool:
    """Return whether a typed input cannot be read, or is not offered beside the schedule's other inputs."""
    return bool(read_words(listed.job, request.inputs, talk.viewpoint, beside=listed.schedule.inputs)[1])


def _proposed(talk: Talk, request: OnSchedule, listed: Listed) -> Preview:
    """Return the preview of the change. The schedule keeps its zone, its place and its other inputs."""
    anywhere = Asker(talk.asker.person)
    if request.verb is Verb.COPY:
        return _copied(talk, request, listed)
    editable = talk.services.drafting.to_edit(anywhere, listed.schedule.schedule_id)
    kept = editable.schedule
    given = read_some_inputs(editable.offer.job, request.inputs, talk.viewpoint, beside=kept.inputs)
    return talk.services.drafting.propose(
        anywhere,
        editable.offer,
        when=_when(talk, request, kept),
        inputs={**kept.inputs, **given},
        changes=kept.schedule_id,
    )


def _copied(talk: Talk, request: OnSchedule, listed: Listed) -> Preview:
    """Return the preview of another schedule like it; secrets of a colleague's are left out."""
    kept = listed.schedule
    offer = talk.services.catalog.offer(talk.asker, job_reference(kept.project_id, kept.key))
    known = {name: value for name, value in kept.inputs.items() if listed.may_delete or not is_sealed(value)}
    given = read_some_inputs(offer.job, request.inputs, talk.viewpoint, beside=known)
    return talk.services.drafting.propose(
        talk.asker, offer, when=_when(talk, request, kept), inputs={**known, **given}
    )


def _when(talk: Talk, request: OnSchedule, kept: Schedule) -> When:
    """Return the time that was typed, in the schedule's zone; without one, the schedule's own."""
    if not request.when_text:
        return kept.when
    now = talk.services.clock.now()
    try:
        same_days = moved(request.when_text, kept.when, now=now)
        return same_days or read(request.when_text, now=now, tz=zone_of(kept.when)).when
    except NotUnderstood as error:
        example = request.example(error.example)
        raise NotUnderstood(error.message, words=error.words, example=example) from error
