"""The places whose alert rules somebody may look at or change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.project import Place
from bot.domain.rights import Action
from bot.rules.access import NO_SUCH_THING, Access

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.alert_rule import AlertRule
    from bot.domain.job import JobKey
    from bot.rules.access import Asker
    from storage.transaction import Transaction


def place_of(tx: Transaction, asker: Asker, place_id: str) -> Place:
    """Return the place, if the asker may know what it hears: by default where they ask.

    Raises NotFound if they may not, NotUnderstood in a channel that belongs to no project.
    """
    workspace_id, person_id = asker.person.workspace_id, asker.person.person_id
    wanted = place_id or asker.channel_id
    if not wanted or wanted == person_id or wanted.startswith("D"):
        return Place(workspace_id, person_id)
    channel = tx.channels.get(workspace_id, wanted)
    if channel is None and place_id:
        raise NotFound(NO_SUCH_THING)
    if channel is None:
        raise NotUnderstood(
            "This channel belongs to no project, so it has no alerts of its own. In a direct message to "
            "me, `/schedule alerts` shows yours; a manager can give the channel to a project."
        )
    if Access(tx, asker.person).project(channel.project_id) is None:
        raise NotFound(NO_SUCH_THING)
    return Place(workspace_id, wanted)


def may_change(tx: Transaction, asker: Asker, place: Place) -> bool:
    """Return whether the person may change the place's rules: their own, or of a project they manage."""
    if place.is_direct:
        return place.channel_id == asker.person.person_id
    channel = tx.channels.get(place.workspace_id, place.channel_id)
    return channel is not None and Access(tx, asker.person).manages(channel.project_id)


def titles_of(tx: Transaction, asker: Asker, rules: Sequence[AlertRule]) -> dict[tuple[int, JobKey], str]:
    """Return the titles of the rules' jobs, by project and job, in the words of each rule's project.

    What the asker neither sees nor manages is left out: the job may be shared with fewer people than when
    the rule was made.
    """
    named = {(each.project_id, each.key) for each in rules if each.key is not None}
    access = Access(tx, asker.person)
    allowed = access.allowed_at(named)
    known = {place for place in named if Action.SEE in allowed.get(place, ()) or access.manages(place[0])}
    jobs = tx.jobs.all_within(known)
    return {place: jobs[place].title if place in jobs else place[1].dag_id for place in known}
