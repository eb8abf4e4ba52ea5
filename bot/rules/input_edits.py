"""The edit of what a project does with one input of a job: asks people for it, fixes it, or hides it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood
from bot.domain.job import JobSettings
from bot.language.inputs import check_together, with_choices
from bot.rules.project_edits import set_job

if TYPE_CHECKING:
    from bot.domain.job import Job
    from bot.domain.project_setup import ProjectSetup
    from bot.rules.access import Asker
    from bot.rules.project_edits import Edit
    from storage.transaction import Transaction

ASKED = object()


def set_input(job: Job, name: str, *, fixed: Any = ASKED, hidden: bool = False) -> Edit:
    """Return the edit that fixes the input at a value, hides it, or else lets people be asked for it.

    It changes nothing else of the job as it is by then. What it raises is said at the input's field:
    NotUnderstood for what contradicts a preset, the job itself, or the other values that are fixed.
    """

    def edit(tx: Transaction, asker: Asker, project_id: int, setup: ProjectSetup) -> ProjectSetup:
        kept = setup.jobs.get(job.key.dag_id, JobSettings())
        values = {each: value for each, value in kept.fixed.items() if each != name}
        wanted = replace(
            kept,
            fixed=values if fixed is ASKED else {**values, name: fixed},
            hidden=(kept.hidden | {name}) if hidden else kept.hidden - {name},
        )
        try:
            check_together(with_choices(job, kept.choices), wanted.fixed)
            return set_job(job, wanted)(tx, asker, project_id, setup)
        except NotUnderstood as error:
            raise NotUnderstood(error.message, field=name) from None

    return edit
