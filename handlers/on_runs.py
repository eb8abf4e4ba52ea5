"""`stop` and `retry` by words: one run is asked about, several get a button each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import which_run as blocks
from bot.blocks.ids import Button
from bot.domain.history import RunFilter
from bot.domain.job import JobTitle
from bot.domain.run import RunState
from bot.language.command import Verb

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.domain.card import RunCard
    from bot.language.command import OnRuns
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk

_OPEN = (RunState.RUNNING, RunState.WAITING)


def register(app: App, answering: Answering) -> None:
    """Connect the buttons of runs that were asked about."""
    app.action(Button.STOP_HERE)(answering.press(stop))
    app.action(Button.RETRY_HERE)(answering.press(retry))


def ask(talk: Talk, request: OnRuns, *, of_schedule: str = "") -> None:
    """Ask about the runs under way, or about the last that failed of each job.

    `of_schedule`: only those of the schedule with this id.
    """
    jobs = tuple(JobTitle(each.key, each.title) for each in request.jobs)
    states = _OPEN if request.verb is Verb.STOP else (RunState.FAILED,)
    found = [
        row.card
        for state in states
        for row in talk.services.history.first(talk.asker, RunFilter(jobs, state)).rows
        if not of_schedule or (row.card.schedule and row.card.schedule.schedule_id == of_schedule)
    ]
    title = " or ".join(dict.fromkeys(each.title for each in jobs))
    if request.verb is Verb.STOP:
        open_ = [each for each in found if each.run.stopped_by is None]
        talk.say(blocks.to_stop(open_) if open_ else blocks.none_to("stop", title))
    else:
        failed = _last_of_each([each for each in found if each.run.retried_by is None])
        talk.say(blocks.to_retry(failed) if failed else blocks.none_to("retry", title))


def stop(talk: Talk, press: Press) -> None:
    """Stop the run, and say so in the question's place."""
    talk.replace(blocks.done("Stopping", talk.services.running.stop(talk.asker, press.value)))


def retry(talk: Talk, press: Press) -> None:
    """Retry the run, also while its project is paused, and say so in the question's place."""
    card = talk.services.running.retry(talk.asker, press.value, in_pause=True)
    talk.replace(blocks.done("Retrying", card))


def _last_of_each(found: list[RunCard]) -> list[RunCard]:
    """Return the newest run of each job; they come newest first."""
    return list({each.job.key: each for each in reversed(found)}.values())[::-1]
