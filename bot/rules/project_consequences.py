"""Consequences of changes to projects, from a file or from Slack: audit, introductions, suspensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.announcement import ChannelMapped
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.rules.redirecting import redirect
from bot.rules.suspending import suspend_orphans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.schedule import Schedule
    from bot.rules.access import Asker
    from bot.rules.project_diff import Change
    from storage.transaction import Transaction


def apply_consequences(
    tx: Transaction,
    found: Sequence[Change],
    author: Asker,
    rightful_before: Mapping[str, Schedule],
    *,
    now: datetime,
) -> list[Schedule]:
    """Write changes of projects to the audit, introduce new channels, redirect and suspend schedules.

    Called once the changes are written. `rightful_before` holds the schedules whose owners had the right
    before. Return the schedules that were suspended.
    """
    ids = _project_ids(tx, author, {each.project for each in found if each.project})
    for each in found:
        tx.audit.add(
            author.person, each.action, each.subject, at=now,
            channel_id=author.channel_id, project_id=ids.get(each.project),
            before=each.before, after=each.after,
        )  # fmt: skip
        if each.action == "channel.map":
            _introduce(tx, each, author, now)
    theirs = {each.schedule_id for each in tx.schedules.of_projects(ids.values())}
    tx.schedules.lock_all(theirs | set(rightful_before))  # all of them first, in one order
    redirect(tx, ids.values(), now=now)
    return suspend_orphans(tx, dict(rightful_before), now=now)


def _project_ids(tx: Transaction, author: Asker, names: set[str]) -> dict[str, int]:
    found = ((name, tx.projects.named(author.person.workspace_id, name)) for name in sorted(names))
    return {name: project.project_id for name, project in found if project is not None}


def _introduce(tx: Transaction, mapped: Change, author: Asker, now: datetime) -> None:
    """Queue the introduction of Runbell in a channel that a project has just been given."""
    place = Place(author.person.workspace_id, mapped.subject)
    told = ChannelMapped(mapped.project, by=author.person.person_id)
    tx.outbox.put_words(place, told, subject=new_id(), send_at=now)
