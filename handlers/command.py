"""`/schedule …`: the one command, handed to the conversation it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import help as help_blocks
from bot.blocks import job as job_blocks
from bot.blocks import run as run_blocks
from bot.blocks import schedule as schedule_blocks
from bot.language.command import (
    Help,
    ListJobs,
    ListSchedules,
    OnJob,
    OnSchedule,
    OpenForm,
    Plan,
    Verb,
    read_command,
)
from bot.services.catalog import distinct_jobs
from handlers import form, jobs, schedule, schedules

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering, Talk
    from handlers.payloads import Command


def register(app: App, answering: Answering, command: str) -> None:
    app.command(command)(answering.command(converse))


def converse(talk: Talk, command: Command) -> None:
    offers = talk.services.catalog.offers(talk.asker)
    visible = distinct_jobs(offers)
    if not visible:
        talk.say(help_blocks.no_project())
        return
    match read_command(command.text, visible):
        case OpenForm():
            form.open_empty(talk)
        case Plan() as plan:
            schedule.plan(talk, plan, offers)
        case ListSchedules(everyones):
            found = talk.services.scheduling.listed(talk.asker, everyones=everyones)
            talk.say(schedule_blocks.schedules(found, everyones=everyones))
        case OnSchedule() as request:
            schedules.on_schedule(talk, request)
        case OnJob(Verb.RUNS, wanted):
            seen = [offer for offer in offers if not wanted or offer.job in wanted]
            talk.say(run_blocks.recent(talk.services.running.recent(seen)))
        case OnJob(verb, wanted):
            jobs.ask(talk, [offer for offer in offers if offer.job in wanted], paused=verb is Verb.PAUSE)
        case ListJobs(words):
            found_jobs = distinct_jobs(talk.services.catalog.search(talk.asker, words))
            talk.say(job_blocks.jobs(found_jobs, words))
        case Help():
            allowed = frozenset().union(*(offer.actions for offer in offers))
            talk.say(help_blocks.usage(allowed, [job.title for job in visible]))
