"""Jobs: the catalogue, and pausing one for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.commands import menu
from bot.blocks.ids import Button
from bot.blocks.in_airflow import own_schedule
from bot.blocks.parts import actions, bold, button, context, cut, escape, message, section
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_sdk.models.blocks import Block

    from bot.domain.job import Job
    from bot.domain.notice import Message

    Offered = tuple[tuple[str, str], ...]

SHOWN_AT_ONCE = 20


def jobs(
    found: Sequence[Job], count: int, words: str, seen: Sequence[Job] = (), seen_count: int | None = 0
) -> Message:
    """Return the list. `found` are the first of `count` jobs.

    `seen` are the first of `seen_count` that the person may only look at; None means more than `seen` has.
    """
    if not found and not seen:
        matching = f" matching “{escape(words)}”" if words else ""
        return message(
            f"No jobs{matching} that you can use here. A manager of your project can share some with it."
        )
    narrow = "`/schedule jobs <a few letters>` narrows it down."
    left = max(count - SHOWN_AT_ONCE, 0) + max((seen_count or 0) - SHOWN_AT_ONCE, 0)
    more = f"{left} more: {narrow}" if left else ""
    if seen_count is None:
        more = f"There are more: {narrow}"
    text = f"{count} jobs you can use here." if found else "Jobs you may look at here."
    return message(
        text,
        *_listed("Jobs you can use here", found, _may_run),
        *_listed("Jobs you may look at, but not run", seen, _may_look),
        context(more),
    )


def may_only_look(seen: Sequence[Job], seen_count: int | None) -> Message:
    """Return the answer to somebody who opens the form and may run none of the jobs here."""
    shown = jobs([], 0, "", seen, seen_count)
    text = "You may look at jobs here, but not run or schedule them. Each job's menu asks for more."
    return shown.below([section(text).to_dict()], text)


def _listed(heading: str, found: Sequence[Job], doing: Callable[[str], Offered]) -> list[Block]:
    if not found:
        return []
    rows = [section(_line(job), accessory=menu(*doing(job.title.lower()))) for job in found[:SHOWN_AT_ONCE]]
    return [section(strong(heading)), *rows]


def _may_run(title: str) -> Offered:
    return (("Run it once", f"run {title}"), ("Schedule it", title), ("What it did", f"runs {title}"))


def _may_look(title: str) -> Offered:
    return (("What it did", f"runs {title}"), ("Ask to run it", f"run {title}"))


def ask_pause(job: Job, reference: str) -> Message:
    """Return the question before a job is paused for everyone, with what that does."""
    own = (
        f"Its own schedule in Airflow ({own_schedule(job)}) stops as well."
        if job.airflow_schedule
        else "It has no schedule of its own in Airflow."
    )
    text = (
        f"Pause {bold(job.title)} for everyone?\n"
        f"•  No schedule in Slack will start it, whoever made it. Their owners are told.\n•  {own}\n"
        "•  Tasks that are running now finish; those after them wait until it is resumed."
    )
    return message(
        f"Pause {job.title} for everyone?",
        section(text),
        actions(button(Button.PAUSE_JOB, "Pause for everyone", reference, style="danger")),
    )


def ask_resume(job: Job, reference: str) -> Message:
    """Return the question before a job is resumed for everyone."""
    return message(
        f"Resume {job.title} for everyone?",
        section(f"Resume {bold(job.title)} for everyone? Runs that wait in Airflow start at once."),
        actions(button(Button.RESUME_JOB, "Resume for everyone", reference, style="primary")),
    )


def paused(job: Job, *, is_paused: bool) -> Message:
    """Return the answer once Airflow has paused or resumed the job."""
    if is_paused:
        undo = f"`/schedule resume job {escape(job.title.lower())}` undoes it."
        text = f":double_vertical_bar: {bold(job.title)} is paused for everyone. {undo}"
    else:
        text = f":arrow_forward: {bold(job.title)} runs again."
    return message(text, section(text))


def _line(job: Job) -> str:
    about = f": {escape(cut(job.description, 120))}" if job.description else ""
    own = f"\nBy itself in Airflow: {own_schedule(job)}" if job.airflow_schedule else ""
    return f"{bold(job.title)}{_why_not(job)}{about}{own}"


def _why_not(job: Job) -> str:
    """Return what keeps the job from being run from here at present."""
    if job.forbids_manual_runs:
        return " (only its own schedule in Airflow may start it)"
    return " (paused in Airflow)" if job.is_paused else ""
