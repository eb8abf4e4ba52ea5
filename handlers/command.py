"""`/schedule …`: the one command, handed to the conversation it begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.blocks import help as help_blocks
from bot.blocks import job as job_blocks
from bot.blocks.ids import Button
from bot.language.command import (
    Administer,
    Away,
    Back,
    Chat,
    Help,
    ListJobs,
    ListRuns,
    ListSchedules,
    OnJob,
    OnProject,
    OnRuns,
    OnSchedule,
    OpenForm,
    Plan,
    ShowAlerts,
    ShowWeek,
    SmallTalk,
    Verb,
)
from handlers import alerts, away, history, jobs, listing, on_runs, schedule, schedules, week, whole_projects
from handlers.admin import pages as admin
from handlers.form.opening import open_empty
from handlers.payloads import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt import App

    from bot.rules.access import Offer
    from handlers.answer import Answering
    from handlers.talk import Talk


def register(app: App, answering: Answering, command: str) -> None:
    """Connect the command and the Help button."""
    app.command(command)(answering.command(converse))
    for which in (Button.TRY, re.compile(rf"{re.escape(Button.TRY)}\.\d+")):
        app.action(which)(
            answering.press(lambda talk, press: converse(talk, Command(press.origin, press.value)))
        )
    app.action(Button.HELP)(
        answering.press(lambda talk, press: converse(talk, Command(press.origin, "help")))
    )


def converse(talk: Talk, command: Command) -> None:  # noqa: C901  a case for each request
    """Answer a command, whether typed behind `/schedule` or written to the bot."""
    catalog = talk.services.catalog
    understood, offers = catalog.understood(talk.asker, command.text)
    match understood:
        case None:
            talk.say(help_blocks.no_project())
        case Administer():
            admin.begin(talk)
        case OpenForm():
            open_empty(talk)
        case Plan() as plan:
            schedule.plan(talk, plan, offers)
        case ShowAlerts() as request:
            alerts.show(talk, request)
        case Chat(kind):
            _chat(talk, kind)
        case Away() | Back() | OnSchedule() | ListSchedules() | ShowWeek() as request:
            _on_schedules(talk, request)
        case ListRuns() | OnRuns() as request:
            _on_runs(talk, request)
        case OnJob() | OnProject() as request:
            _for_everyone(talk, request, offers)
        case ListJobs(words):
            found = catalog.jobs(talk.asker, words)
            talk.say(job_blocks.jobs(found.jobs, found.count, words, found.seen, found.seen_count))
        case Help(verb):
            allowed = catalog.actions(talk.asker)
            administers = talk.services.managing.administers(talk.asker)
            titles = catalog.an_example(talk.asker)
            talk.say(help_blocks.usage(allowed, titles, verb=verb, administers=administers))


def _chat(talk: Talk, kind: SmallTalk) -> None:
    match kind:
        case SmallTalk.YES:
            schedule.agree(talk)
        case SmallTalk.NO:
            schedule.decline(talk)
        case _:
            talk.say(help_blocks.small_talk(kind))


def _for_everyone(talk: Talk, request: OnJob | OnProject, offers: Sequence[Offer]) -> None:
    match request:
        case OnJob(verb):
            jobs.ask(talk, offers, paused=verb is Verb.PAUSE)
        case OnProject():
            whole_projects.on_project(talk, request)


def _on_runs(talk: Talk, request: ListRuns | OnRuns) -> None:
    match request:
        case ListRuns():
            history.show(talk, request)
        case OnRuns():
            on_runs.ask(talk, request)


def _on_schedules(talk: Talk, request: Away | Back | OnSchedule | ListSchedules | ShowWeek) -> None:
    match request:
        case ListSchedules():
            listing.show(talk, request)
        case ShowWeek(of):
            week.show(talk, of)
        case Away(text):
            away.by_words(talk, text)
        case Back():
            away.back(talk)
        case OnSchedule():
            schedules.on_schedule(talk, request)
