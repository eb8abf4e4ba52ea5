"""A whole project is paused: what that keeps back, what it takes back, and what is told at its end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.firing import FiringState
from bot.domain.identity import new_id
from bot.domain.incident import BY_HAND
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.domain.project_paused import KeptBack, ProjectGoesOn, ProjectPaused
from bot.language.say import say_moment
from bot.rules.planned import take_back

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.announcement import Announcement
    from bot.domain.incident import Incident
    from bot.domain.project import Project, ProjectPause
    from storage.transaction import Transaction

MOST_NAMED = 5
HELD = (
    NoticeKind.CARD,
    NoticeKind.LOG,
    NoticeKind.INCIDENT,
    NoticeKind.STORM,
    NoticeKind.AGAIN,
    NoticeKind.LATE,
)
"""What waits for the end of a pause, besides words: notices with which failures and many jobs are told."""
ENDED_AT_ONCE = 20


def why_kept_back(pause: ProjectPause, tz: ZoneInfo) -> str:
    """Return why a moment does not run: the same words for the whole pause, also if its end is moved."""
    return f"its project is paused since {say_moment(pause.begins_at, tz)}"


def take_back_ahead(tx: Transaction, project: Project, now: datetime) -> None:
    """Take back from Airflow what the project's pause keeps back: its moments count as skipped.

    What Airflow has begun goes on.
    """
    pause = project.pause
    if pause is None:
        return
    found = [
        each
        for each in tx.project_pauses.on_their_way(project.project_id)
        if pause.keeps_back(each.due_at, now)
    ]
    tx.schedules.lock_all({each.schedule_id for each in found if each.schedule_id})
    for each in found:
        locked = tx.firings.lock(each.firing_id)
        if locked is not None and locked.state in {FiringState.SENDING, FiringState.HANDED_OVER}:
            reason = why_kept_back(pause, project.tz)
            take_back(tx, locked, now, reason=reason, ends_as=FiringState.SKIPPED)


def held_until(tx: Transaction, incident: Incident, now: datetime) -> datetime:
    """Return when people may hear of a failure: at the end of its project's pause, or now.

    Whoever runs something by hand during the pause hears of it at once.
    """
    if incident.of.source == BY_HAND:
        return now
    pause = rests(tx, incident.of.project_id, now)
    return now if pause is None else pause.ends_at


def rests(tx: Transaction, project_id: int, now: datetime) -> ProjectPause | None:
    """Return the project's pause if it lasts, else None. What is late or long in it is told at its end."""
    pause = tx.project_pauses.of([project_id]).get(project_id)
    return pause if pause is not None and pause.covers(now) else None


def end_now(tx: Transaction, project: Project, now: datetime) -> None:
    """Let a pause that lasts end now, with what was held until its end. The caller has locked the project."""
    pause = project.pause
    assert pause is not None
    tx.project_pauses.keep(project.project_id, replace(pause, ends_at=now))
    tx.project_pauses.tell_now(project.workspace_id, HELD, held_until=pause.ends_at, now=now)


def move_end(tx: Transaction, project: Project, pause: ProjectPause, now: datetime) -> None:
    """Let a pause that lasts end at another time, and what was held until its end wait until then."""
    assert project.pause is not None
    tx.project_pauses.keep(project.project_id, pause)
    tx.project_pauses.tell_now(
        project.workspace_id, HELD, held_until=project.pause.ends_at, now=max(pause.ends_at, now)
    )


def tell_what_is_over(tx: Transaction, now: datetime) -> None:
    """Say of each pause that is over, in one line, what it has kept back; forget the pause."""
    for project in tx.project_pauses.claim_over(now, limit=ENDED_AT_ONCE):
        tell_end(tx, project, now)


def tell_end(tx: Transaction, project: Project, now: datetime) -> None:
    """Say in one line what the project's pause, which is over, has kept back; forget the pause."""
    pause = project.pause
    assert pause is not None
    first, count = tx.project_pauses.kept_back(
        project.project_id, reason=why_kept_back(pause, project.tz), limit=MOST_NAMED
    )
    jobs = tx.jobs.all_within({(project.project_id, each.key) for each in first})
    titles = {key.dag_id: job.title for (_, key), job in jobs.items()}
    named = tuple(KeptBack(titles.get(each.key.dag_id, each.key.dag_id), each.due_at) for each in first)
    tx.project_pauses.keep(project.project_id, None)
    tell(tx, project, ProjectGoesOn(project.name, project.tz, named, count), now)


def tell_beginning(tx: Transaction, project: Project, now: datetime) -> None:
    """Say in one line that the project is paused, until when, by whom and why."""
    pause = project.pause
    assert pause is not None
    told = ProjectPaused(project.name, project.tz, pause.ends_at, pause.by, pause.reason)
    tell(tx, project, told, now)


def tell(tx: Transaction, project: Project, told: Announcement, now: datetime) -> None:
    """Tell it in the channel where the project reports; without one, its managers by direct message."""
    channel = tx.project_pauses.reports_to(project.project_id)
    people = [Place(project.workspace_id, each) for each in tx.projects.managers(project.project_id)]
    for place in [channel] if channel is not None else people:
        tx.outbox.put_words(place, told, subject=new_id(), send_at=now)
