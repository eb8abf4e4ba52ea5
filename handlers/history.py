"""`runs`: what ran, and why it failed; a page at a time, each run with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import run as run_blocks
from bot.blocks import runs as blocks
from bot.blocks.admin.frame import subject_of
from bot.blocks.ids import Button
from bot.domain.errors import NotFound
from bot.domain.history import RunFilter
from bot.domain.job import JobTitle
from bot.language.past import read_past
from bot.rules.access import NO_SUCH_THING
from handlers.form.sending import preview_message

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.domain.history import History
    from bot.domain.notice import Message
    from bot.language.command import ListRuns
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the pages of the list and the menu of each run."""
    app.action(Button.OLDER_RUNS)(answering.press(turn))
    app.action(Button.NEWER_RUNS)(answering.press(turn))
    app.action(Button.RUN_MENU)(answering.press(on_row))
    app.action(Button.RUN_CHOICE)(answering.press(on_choice))


def show(talk: Talk, request: ListRuns) -> None:
    """Show the first page of the runs that were asked for."""
    tz = talk.asker.person.tz
    span = read_past(request.past, now=talk.services.clock.now(), tz=tz) if request.past else None
    wanted = RunFilter(
        jobs=tuple(JobTitle(each.key, each.title) for each in request.jobs),
        state=request.state,
        person_id=talk.asker.person.person_id if request.is_mine else request.person_id,
        begins=span.begins if span else None,
        ends=span.ends if span else None,
    )
    talk.say(_drawn(talk, talk.services.history.first(talk.asker, wanted)))


def turn(talk: Talk, press: Press) -> None:
    """Show another page in place of this one."""
    talk.replace(_drawn(talk, talk.services.history.turn(talk.asker, press.value)))


def on_row(talk: Talk, press: Press) -> None:
    """Do what was chosen in the menu of one run."""
    _on_run(talk, press.value, subject_of(press.block_id))


def on_choice(talk: Talk, press: Press) -> None:
    """Do what was chosen in the menu of a table of runs, whose choices name the run as well."""
    what, _, run_key = press.value.partition(" ")
    _on_run(talk, what, run_key)


def _on_run(talk: Talk, what: str, run_key: str) -> None:
    match what:
        case Button.RETRY:
            talk.say(blocks.retried(talk.services.running.retry(talk.asker, run_key)))
        case Button.SHOW_LOG:
            talk.say(run_blocks.private_log(talk.services.running.log(talk.asker, run_key)))
        case Button.RUN_AGAIN:
            talk.say(preview_message(talk.services.drafting.propose_again(talk.asker, run_key)))
        case _:
            raise NotFound(NO_SUCH_THING)


def _drawn(talk: Talk, shown: History) -> Message:
    return blocks.history(shown, talk.asker.person.tz)
