"""An existing schedule like a draft: of the same job, and the same person's or in the same place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.draft import Alike
from bot.domain.identity import new_id
from bot.domain.rights import Action
from bot.rules.locking import is_theirs

if TYPE_CHECKING:
    from bot.domain.draft import Draft
    from bot.domain.job import Job
    from bot.domain.schedule import Schedule
    from bot.rules.access import Access
    from storage.transaction import Transaction


def alike(tx: Transaction, access: Access, draft: Draft) -> Alike | None:
    """Return the existing schedule that is most likely meant, and whether the person may change it.

    None if there is none like the draft.
    """
    schedule = like_schedule(tx, draft)
    if schedule is None:
        return None
    may_schedule = Action.SCHEDULE in access.actions(schedule.project_id, schedule.key)
    return Alike(schedule, may_change=may_schedule and is_theirs(access, schedule))


def like_schedule(tx: Transaction, draft: Draft) -> Schedule | None:
    """Return the existing schedule that is most likely meant: the person's own, same inputs, newest.

    None if there is none like it, or if the draft changes a schedule anyway. Values are compared opened,
    because one secret is sealed differently each time.
    """
    if draft.when is None or draft.changes_id is not None:
        return None

    wanted = tx.secrets.open(draft.inputs)

    def likeness(each: Schedule) -> tuple[bool, bool, int]:
        has_its_inputs = tx.secrets.open(each.inputs) == wanted
        return each.owner_id == draft.person_id, has_its_inputs, each.number

    found = [
        each
        for each in tx.schedules.of_job(draft.project_id, draft.key)
        if each.owner_id == draft.person_id or each.place == draft.place
    ]
    return max(found, key=likeness, default=None)


def as_change_of(kept: Schedule, draft: Draft, job: Job) -> Draft:
    """Return the draft as a change of the schedule: its new times and inputs, everything else as it is.

    Inputs that the job no longer has are left out.
    """
    inputs = {name: value for name, value in kept.inputs.items() if job.input(name) is not None}
    policies = draft.policies
    if policies is not None:
        policies = replace(policies, nickname=policies.nickname or kept.nickname)
    return replace(
        draft,
        draft_id=new_id(),
        inputs={**inputs, **draft.inputs},
        place=kept.place,
        changes_id=kept.schedule_id,
        changes_version=kept.version,
        policies=policies,
    )
