"""A schedule that becomes another one: other times, inputs or place; its job, owner and zone stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import Conflict, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.schedule import ScheduleState
from bot.domain.when import next_after
from bot.language.say import say
from bot.rules.change_notices import tell_of_edit
from bot.rules.locking import audit, check_as_seen, to_edit
from bot.rules.planned import withdraw_what_is_ahead
from bot.rules.policies import put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.draft import Draft
    from bot.domain.project import Place
    from bot.domain.schedule import Policies, Schedule
    from bot.domain.when import When
    from bot.rules.access import Asker, Offer
    from storage.transaction import Transaction


def check_change(schedule: Schedule, offer: Offer, when: When | None) -> None:
    """Raise NotUnderstood if the offer is another job, or nothing says when."""
    if (offer.project.project_id, offer.job.key) != (schedule.project_id, schedule.key):
        raise NotUnderstood("A schedule keeps its job. For another job, make a new one.", field=FormField.JOB)
    if when is None:
        raise NotUnderstood("A schedule needs a time.", field=FormField.WHEN, example="every weekday at 9am")


def change(tx: Transaction, asker: Asker, draft: Draft, now: datetime) -> Schedule:
    """Apply a confirmed draft to its schedule; return the schedule as it is now.

    What is due already still runs as it was planned; what is planned ahead is taken back. Raises NotAllowed
    for others than the owner and managers, Conflict if the time has passed or the schedule is no longer as
    the preview showed it.
    """
    assert draft.changes_id is not None
    assert draft.when is not None
    schedule = to_edit(tx, asker, draft.changes_id)
    check_as_seen(schedule, draft.changes_version)
    following = next_after(draft.when, now)
    if following is None:
        raise Conflict("That time has passed. Choose a later one.")
    fires = schedule.state in {ScheduleState.ACTIVE, ScheduleState.ENDED}
    reason = f"its schedule was changed by <@{asker.person.person_id}>"
    withdraw_what_is_ahead(tx, schedule, now, reason=reason)
    tx.schedules.edit(
        schedule.schedule_id,
        when=draft.when,
        inputs=draft.inputs,
        reports_to=draft.place.channel_id,
        next_due_at=following if fires else None,
        state=ScheduleState.ACTIVE if fires else schedule.state,
    )
    if draft.policies is not None:
        put(tx, schedule.schedule_id, draft.policies)
    tx.drafts.end(draft.draft_id, "confirmed", became=schedule.schedule_id)
    changed = tx.schedules.get(schedule.schedule_id)
    assert changed is not None
    audit(
        tx,
        asker,
        "schedule.edit",
        schedule,
        now,
        before=_told(schedule.when, schedule.inputs, schedule.place, schedule.policies),
        after=_told(draft.when, draft.inputs, draft.place, draft.policies or schedule.policies),
    )
    tell_of_edit(tx, schedule, changed, by=asker.person.person_id, now=now)
    return changed


def _told(when: When, inputs: Mapping[str, Any], place: Place, policies: Policies) -> dict[str, Any]:
    """Return what the audit keeps: the inputs' names only, because a value may be a secret."""
    return {"when": say(when), "inputs": sorted(inputs), "reports_to": place.channel_id, **policies.facts()}
