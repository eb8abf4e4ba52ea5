"""Where a notice is posted: in its own place, or in the next best one while Slack takes nothing there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.rules.absences import may_see

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.domain.firing import Firing
    from bot.domain.job import JobKey
    from bot.domain.notice import Notice
    from bot.domain.project import Channel
    from storage.transaction import Transaction

CLOSED = frozenset(
    {
        "app_access_restricted", "cannot_dm_bot", "channel_not_found", "ekm_access_denied", "is_archived",
        "is_inactive", "messages_tab_disabled", "not_in_channel", "restricted_action",
        "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "user_disabled",
        "user_not_found", "user_not_visible",
    }
)  # fmt: skip
"""Slack's words for a place where it takes none of our messages, whatever they say."""
HAS_LEFT = "user_disabled"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a notice is posted. `place_id` is a channel's or a person's.

    `is_elsewhere` says that this is not the notice's own place, and `code` is Slack's word for why. `shared`
    means that another company reads along there. `project_id` is of the project that has the notice's own
    place.
    """

    place_id: str
    shared: bool = False
    is_elsewhere: bool = False
    code: str = ""
    project_id: int | None = None


def destination_of(
    tx: Transaction, notice: Notice, stands_in: str | None, now: datetime
) -> Destination | None:
    """Return where the notice goes. None if Slack takes it nowhere.

    `stands_in` is the channel of the message that it edits or replies to; None for a new message.
    """
    place = notice.place
    if stands_in is not None:
        is_elsewhere = not place.is_direct and stands_in != place.channel_id
        code = tx.closed_places.now(place.workspace_id, now).get(place.channel_id, "")
        there = own = tx.channels.get(place.workspace_id, stands_in)
        if stands_in != place.channel_id:
            own = tx.channels.get(place.workspace_id, place.channel_id)
        return Destination(stands_in, _is_shared(there), is_elsewhere, code, _project_of(own))
    closed = tx.closed_places.now(place.workspace_id, now)
    own = tx.channels.get(place.workspace_id, place.channel_id)
    code = closed.get(place.channel_id) or _why_left(tx, place.workspace_id, place.channel_id)
    if not code:
        return Destination(place.channel_id, _is_shared(own), project_id=_project_of(own))
    for each in _next_best(tx, notice, own):
        if each not in closed and not _why_left(tx, place.workspace_id, each):
            shared = _is_shared(tx.channels.get(place.workspace_id, each))
            return Destination(each, shared, is_elsewhere=True, code=code, project_id=_project_of(own))
    return None


def _next_best(tx: Transaction, notice: Notice, own: Channel | None) -> Iterator[str]:
    """Yield the ids of other places, the best first; none for what only its reader should see.

    What was meant for a person goes to no channel, because it may be shared with named people only.
    """
    place = notice.place
    about = _about(tx, notice)
    firing = about.firing
    project_id = own.project_id if about.project_id is None and own is not None else about.project_id
    if project_id is None:
        return
    if place.is_direct:
        is_a_copy = firing is not None and firing.place != place and firing.person_id == place.channel_id
        if is_a_copy:  # the channel hears it, too
            return
    else:
        for channel in tx.channels.of_project(project_id):
            leaks = channel.is_shared and not _is_shared(own)
            if channel.channel_id != place.channel_id and not (channel.is_archived or leaks):
                yield channel.channel_id
        if firing is not None and _sees(tx, Place(place.workspace_id, firing.person_id), project_id, about):
            yield firing.person_id
    for each in tx.projects.managers(project_id):
        if _sees(tx, Place(place.workspace_id, each), project_id, about):
            yield each
    yield from (each.person_id for each in tx.directory.admins(place.workspace_id))


@dataclass(frozen=True, slots=True)
class _About:
    """What a notice is about, as far as it is about any project, run and job."""

    project_id: int | None = None
    firing: Firing | None = None
    key: JobKey | None = None


def _sees(tx: Transaction, reader: Place, project_id: int, about: _About) -> bool:
    """Return whether the person may see the job that a notice is about; True if it is about none."""
    if about.key is None:
        return True
    person = tx.directory.person(reader.workspace_id, reader.channel_id)
    return person is not None and may_see(tx, person, project_id, about.key)


def _about(tx: Transaction, notice: Notice) -> _About:
    if notice.kind in {NoticeKind.STORM, NoticeKind.STORM_OVER}:
        incident = next(iter(tx.incidents.in_storm(notice.subject)), None)
    else:
        incident = tx.incidents.get(notice.subject)
    run = tx.runs.get(notice.subject if incident is None else incident.last_run)
    firing_id = notice.subject if run is None else run.firing_id
    firing = tx.firings.get(firing_id) if firing_id else None
    if incident is not None:
        return _About(incident.of.project_id, firing, incident.of.key)
    key = None if run is None else run.key
    return _About(None, None, key) if firing is None else _About(firing.project_id, firing, firing.key)


def _why_left(tx: Transaction, workspace_id: str, place_id: str) -> str:
    """Return HAS_LEFT for a person who has left; "" for everybody else, and for channels."""
    person = tx.directory.person(workspace_id, place_id)
    return HAS_LEFT if person is not None and person.is_deactivated else ""


def _project_of(channel: Channel | None) -> int | None:
    return None if channel is None else channel.project_id


def _is_shared(channel: Channel | None) -> bool:
    return channel is not None and channel.is_shared
