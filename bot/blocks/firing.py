"""Messages about a firing that did not become a run, or was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import (
    actions,
    bold,
    button,
    escape,
    escape_but_people,
    message,
    past,
    section,
    sentence,
)
from bot.blocks.taking_over import offer
from bot.domain.firing import Remedy
from bot.domain.when import zone_of
from bot.language.say import say_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.announcement import DidNotRun, NotRetried, OfSchedule, Withdrawn
    from bot.domain.firing import RunAfterAll
    from bot.domain.notice import Message

HAS_CHANGED = (
    "You are asked because something has happened since it was missed: its next time has come, its schedule "
    "was deleted, the job is running, or its project is paused."
)
_ADVICE: Mapping[Remedy, str] = {
    Remedy.NONE: "",
    Remedy.RUN_NOW: "It can still be run now.",
    Remedy.FIND_JOB: "Whoever looks after it in Airflow knows why.",
    Remedy.MEND_FILE: "Whoever looks after it in Airflow can fix that.",
    Remedy.RESUME_JOB: "It does not run until a manager resumes it: `/schedule resume job {job}`.",
    Remedy.CHANGE_INPUTS: "Change its inputs, then it can run again.",
    Remedy.GIVE_GRANT: "Whoever looks after Airflow can give that account the right.",
    Remedy.GIVE_RIGHT: "A manager can give the right back, or a colleague who has it can take over.",
}


def not_run(told: DidNotRun, *, shared: bool) -> Message:
    """Return the message that a run did not take place. `shared` means that another company reads along."""
    title, kept, remedy = told.title, told.schedule, told.remedy
    which = "" if kept is None else f" (#{kept.number}) at {say_moment(told.due_at, zone_of(kept.when))}"
    more = f" {_earlier(told.also_missed)} missed, too." if told.also_missed else ""
    resumes = "edits and resumes" if remedy is Remedy.CHANGE_INPUTS else "resumes"
    now = f" The schedule is suspended until someone {resumes} it." if kept and kept.is_suspended else ""
    advice = _ADVICE[remedy].format(job=escape(title.lower()))
    why = sentence(escape_but_people(told.reason_in_shared if shared else told.reason))
    said = f"{bold(title)}{which} did not run: {why}{more}{now}"
    return message(
        f"{escape(title)}{which} did not run: {why} {advice}".strip(),
        section(f":warning: {said} {advice}".strip()),
        actions(*([] if kept is None else _remedies(kept, told))),
        names_people=True,
    )


def _earlier(times: int) -> str:
    return "1 earlier time was" if times == 1 else f"{times} earlier times were"


def run_after_all(told: RunAfterAll) -> Message:
    """Return what stands in place of the message about a missed moment once somebody has run it."""
    which = f" (#{told.number}) at {say_moment(told.due_at, told.tz)}"
    return message(
        f"{escape(told.title)}{which} did not run then. <@{told.by}> has run it since.",
        section(
            f":arrow_forward: {bold(told.title)}{which} did not run then. "
            f"<@{told.by}> has run it since, {past(told.at)}."
        ),
        names_people=True,
    )


def _remedies(schedule: OfSchedule, told: DidNotRun) -> Iterator[ButtonElement]:
    """Return the buttons that help. Each asks for the rights of whoever presses it."""
    remedy = told.remedy
    if remedy is Remedy.RUN_NOW and told.firing_id:
        yield button(Button.RUN_MISSED, "Run now", told.firing_id)
    elif remedy is Remedy.RUN_NOW:
        yield button(Button.RUN_IT, "Run now", schedule.schedule_id)
    if remedy is Remedy.CHANGE_INPUTS:
        yield button(Button.EDIT, "Edit", schedule.schedule_id)
    elif schedule.is_suspended:
        yield button(Button.RESUME, "Resume", schedule.schedule_id)
    if schedule.is_suspended:
        yield offer(schedule.schedule_id, schedule.number)


def withdrawn(told: Withdrawn) -> Message:
    """Return the message about a run that was taken back."""
    outcome = "was cancelled"
    if told.began:
        outcome = f"had already {'ended' if told.ended else 'started'} when it was cancelled"
    if told.began and not told.ended:
        outcome += ", and was stopped"
    due, why = say_moment(told.due_at, told.tz), escape_but_people(told.reason)
    return message(
        f"{told.title} {outcome}.",
        section(f"{bold(told.title)}, due {due}, {outcome}: {sentence(why)}"),
    )


def not_retried(told: NotRetried, *, shared: bool) -> Message:
    """Return the message that a run is not retried. `shared` leaves out Airflow's words."""
    words = f" ({escape(told.why)})" if told.why and not shared else ""
    return message(
        f"{told.title} could not be retried.",
        section(f":warning: {bold(told.title)} could not be retried: Airflow refused it{words}."),
    )
