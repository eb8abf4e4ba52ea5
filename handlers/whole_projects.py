"""A whole project rests until a time, and goes on: typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.blocks import project_pause as blocks
from bot.domain.errors import NotUnderstood
from bot.language.command import Verb
from bot.language.until import read_until

if TYPE_CHECKING:
    from datetime import datetime

    from bot.language.command import OnProject
    from handlers.talk import Talk


def on_project(talk: Talk, request: OnProject) -> None:
    """Pause the project that is meant or let it go on. If several fit, ask with all that was typed kept."""
    pausing = talk.services.pausing_projects
    until = _until(talk, request) if request.verb is Verb.PAUSE else None
    project, *others = pausing.meant(talk.asker, request.name)
    if others:
        several = (project, *others)
        talk.say(blocks.which([(each.name, request.of(each.name)) for each in several], until))
    elif until is None:
        talk.say(blocks.going_on(pausing.resume(talk.asker, project.project_id)))
    else:
        talk.say(blocks.rests(pausing.pause(talk.asker, project.project_id, until, request.reason)))


def _until(talk: Talk, request: OnProject) -> datetime:
    example = replace(request, until="monday 8am").of(request.name)
    if not request.until:
        raise NotUnderstood("Until when shall the whole project rest?", example=example)
    try:
        return read_until(request.until, now=talk.services.clock.now(), tz=talk.asker.person.tz)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, example=example) from error
