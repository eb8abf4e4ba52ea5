"""Slack conversations: payload in, one use case, blocks out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.storable import storable
from handlers import (
    about,
    access,
    admin,
    alerts,
    away,
    channels,
    command,
    form,
    history,
    home,
    incidents,
    jobs,
    messages,
    on_runs,
    people,
    runs,
    schedule,
    schedules,
    taking_over,
    typed,
)
from handlers.answer import Answering
from handlers.odd_payloads import answer_nothing
from handlers.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from slack_bolt import App, BoltRequest

    from bot.domain.ports import Slack
    from bot.services import Services


def register(app: App, services: Services, slack: Slack, executor: Executor) -> None:
    """Connect every conversation. `executor` has the threads on which people are answered."""
    app.error(answer_nothing)
    app.use(_take_out_what_cannot_be_kept)
    answering = Answering(services, slack, Turns(executor))
    command.register(app, answering, services.command)
    for conversation in (
        schedule, schedules, form, typed, jobs, runs, on_runs, incidents, history, home, messages, access,
        admin, taking_over, away, alerts, about,
    ):  # fmt: skip
        conversation.register(app, answering)
    people.register(app, answering, services)
    channels.register(app, answering, services)


def _take_out_what_cannot_be_kept(request: BoltRequest, next: Callable[[], None]) -> None:  # noqa: A002  Bolt's name
    """Clean whatever Slack sends, once for all conversations: a NUL in a command is not an error of ours."""
    request.body = storable(request.body)
    next()
