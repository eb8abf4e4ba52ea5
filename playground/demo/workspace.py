"""The people and channels of the demo, and its two projects."""

from __future__ import annotations

from playground.slack.description import (
    ChannelDescription,
    PersonDescription,
    TeamDescription,
    WorkspaceDescription,
)

MAYA = PersonDescription("U0MAYA", "Maya Chen", "Europe/Berlin", title="Finance, manages the project")
TOM = PersonDescription("U0TOM", "Tom Okafor", "Europe/London", title="Finance, runs and schedules")
LENA = PersonDescription("U0LENA", "Lena Fischer", "Europe/Berlin", title="Finance, may only look")
PRIYA = PersonDescription("U0PRIYA", "Priya Nair", "Asia/Kolkata", title="HR, runs and schedules")
SAM = PersonDescription("U0SAM", "Sam Rivera", "America/New_York", title="Guest, in no project", guest=True)
ALEX = PersonDescription("U0ALEX", "Alex Novak", "Europe/Berlin", title="Admin of Runbell", admin=True)
PEOPLE = (MAYA, TOM, LENA, PRIYA, SAM, ALEX)

FINANCE = ChannelDescription(
    "C0FINANCE", "finance", members=(MAYA.id, TOM.id, LENA.id, ALEX.id), topic="Reports and their failures"
)
HR = ChannelDescription("C0PEOPLE", "people", members=(PRIYA.id, ALEX.id), topic="Everything HR")
GENERAL = ChannelDescription("C0GENERAL", "general", members=tuple(each.id for each in PEOPLE))

WORKSPACE = WorkspaceDescription(
    people=PEOPLE,
    channels=(FINANCE, HR, GENERAL),
    team=TeamDescription(id="T0RUNBELL", name="Northwind", domain="northwind"),
)
