"""`/schedule admin`: projects, channels, people, jobs and the audit, a modal that goes from page to page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.admin import alerts, audit, channels, inputs, jobs, pages, people, projects, undoing

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering


def register(app: App, answering: Answering) -> None:
    """Connect every page of the administration."""
    for each in (pages, projects, channels, people, jobs, inputs, alerts, audit, undoing):
        each.register(app, answering)
