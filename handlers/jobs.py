"""Pausing a job for everyone, in Airflow: asked first, saying what that does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import job as blocks
from bot.blocks.ids import Button
from bot.domain.errors import NotUnderstood
from bot.services.catalog import distinct_jobs, reference_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt import App

    from bot.rules.access import Offer
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the buttons that pause and resume a job."""
    app.action(Button.PAUSE_JOB)(answering.press(pause))
    app.action(Button.RESUME_JOB)(answering.press(resume))


def ask(talk: Talk, offers: Sequence[Offer], *, paused: bool) -> None:
    """Ask whether to pause or resume the job. `offers` are those that the words can mean."""
    found = distinct_jobs(offers)
    if len({job.key for job in found}) > 1:
        names = ", ".join(f"“{job.title}”" for job in found)
        raise NotUnderstood(f"Several jobs fit: {names}. Type the whole name.")
    offer = offers[0]
    talk.services.running.may_pause(talk.asker, offer.job.key)
    ask_it = blocks.ask_pause if paused else blocks.ask_resume
    talk.say(ask_it(offer.job, reference_of(offer)))


def pause(talk: Talk, press: Press) -> None:
    """Pause the job in Airflow, for everyone."""
    _set(talk, press, paused=True)


def resume(talk: Talk, press: Press) -> None:
    """Resume the job in Airflow, for everyone."""
    _set(talk, press, paused=False)


def _set(talk: Talk, press: Press, *, paused: bool) -> None:
    offer = talk.services.catalog.offer(talk.asker, press.value)
    talk.services.running.pause_job(talk.asker, offer.job.key, paused=paused)
    talk.replace(blocks.paused(offer.job, is_paused=paused))
