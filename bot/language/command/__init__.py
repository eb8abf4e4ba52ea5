"""What follows "/schedule", read into a request."""

from __future__ import annotations

from bot.language.command.jobs import Looked, find_job
from bot.language.command.known_titles import KnownTitles
from bot.language.command.listing import unlistable
from bot.language.command.reading import LONGEST, clean, read_command
from bot.language.command.requests import (
    Administer,
    Away,
    Back,
    Chat,
    Help,
    Listing,
    ListJobs,
    ListRuns,
    ListSchedules,
    OnJob,
    OnProject,
    OnRuns,
    OnSchedule,
    OpenForm,
    Plan,
    Request,
    ShowAlerts,
    ShowWeek,
    SmallTalk,
    Verb,
)

__all__ = [
    "LONGEST",
    "Administer",
    "Away",
    "Back",
    "Chat",
    "Help",
    "KnownTitles",
    "ListJobs",
    "ListRuns",
    "ListSchedules",
    "Listing",
    "Looked",
    "OnJob",
    "OnProject",
    "OnRuns",
    "OnSchedule",
    "OpenForm",
    "Plan",
    "Request",
    "ShowAlerts",
    "ShowWeek",
    "SmallTalk",
    "Verb",
    "clean",
    "find_job",
    "read_command",
    "unlistable",
]
