"""The preview of a run that would not happen, because its job is paused in Airflow for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, bold, button, confirmation, context, message, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.draft import Draft
    from bot.domain.job import Job
    from bot.domain.notice import Message


def of_paused_job(draft: Draft, job: Job, details: Sequence[str], *, may_resume: bool) -> Message:
    """Return the preview, with the way on for those who may resume the job.

    The button is beside the text, because the form's preview shows this as well and has no row of buttons.
    """
    way_on = "Resume it first, then run it." if may_resume else "A manager can resume it."
    why = f"is paused in Airflow for everyone, so nothing would happen. {way_on}"
    return message(
        f"{job.title} {why}",
        section(
            f":double_vertical_bar: {bold(job.title)} {why}",
            accessory=_resume(draft, job) if may_resume else None,
        ),
        context(*details),
        actions(
            button(Button.CHANGE, "Change", draft.draft_id),
            button(Button.DISCARD, "Discard", draft.draft_id),
        ),
    )


def _resume(draft: Draft, job: Job) -> ButtonElement:
    return button(
        Button.RESUME_FIRST,
        "Resume for everyone",
        draft.draft_id,
        confirm=confirmation(
            f"Resume {job.title}?",
            "It runs for everyone again. Runs that wait in Airflow start at once.",
            "Resume",
        ),
        label=f"Resume for everyone: {job.title}",
    )
