"""What is told of a firing that did not become a run, or was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, escape, escape_but_people, message, section, sentence
from bot.blocks.taking_over import offer
from bot.domain.firing import Remedy
from bot.domain.when import zone_of
from bot.language.say import say_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.firing import Firing
    from bot.domain.notice import Message
    from bot.domain.schedule import Schedule

_ADVICE: Mapping[Remedy, str] = {
    Remedy.NONE: "",
    Remedy.RUN_NOW: "It can still be run now.",
    Remedy.FIND_JOB: "Whoever looks after it in Airflow knows why.",
    Remedy.MEND_FILE: "Whoever looks after it in Airflow can mend that.",
    Remedy.RESUME_JOB: "Nothing of it runs until a manager resumes it: `/schedule resume job {job}`.",
    Remedy.CHANGE_INPUTS: "It needs inputs that fit.",
    Remedy.GIVE_GRANT: "Whoever looks after Airflow can give that account the right.",
    Remedy.GIVE_RIGHT: "A manager can give the right back, or a colleague who has it can take over.",
}


def not_run(
    firing: Firing,
    title: str,
    schedule: Schedule | None,
    reason: str,
    *,
    also_missed: int,
    is_suspended: bool,
    remedy: Remedy = Remedy.NONE,
) -> Message:
    """`also_missed`: moments before it that were missed in a row."""
    which = "" if schedule is None else f" (#{schedule.number}) at {_due(firing, schedule)}"
    more = f" {also_missed} earlier times were missed, too." if also_missed else ""
    resumes = "edits and resumes" if remedy is Remedy.CHANGE_INPUTS else "resumes"
    now = f" The schedule is suspended until someone {resumes} it." if is_suspended and schedule else ""
    advice = _ADVICE[remedy].format(job=escape(title.lower()))
    why = sentence(escape_but_people(reason))
    told = f"*{escape(title)}*{which} did not run: {why}{more}{now}"
    return message(
        f"{escape(title)}{which} did not run: {why} {advice}".strip(),
        section(f":warning: {told} {advice}".strip()),
        actions(*([] if schedule is None else _remedies(schedule, remedy, is_suspended=is_suspended))),
        names_people=True,
    )


def _remedies(schedule: Schedule, remedy: Remedy, *, is_suspended: bool) -> Iterator[ButtonElement]:
    """Each asks for the rights of whoever presses it."""
    if remedy is Remedy.RUN_NOW:
        yield button(Button.RUN_IT, "Run now", schedule.schedule_id)
    if remedy is Remedy.CHANGE_INPUTS:
        yield button(Button.EDIT, "Edit", schedule.schedule_id)
    elif is_suspended:
        yield button(Button.RESUME, "Resume", schedule.schedule_id)
    if is_suspended:
        yield offer(schedule)


def withdrawn(firing: Firing, title: str, tz: ZoneInfo, *, began: bool, ended: bool) -> Message:
    """`began`: before it could be taken back; `ended`: by itself, even."""
    outcome = "was withdrawn"
    if began:
        outcome = f"had {'ended' if ended else 'begun'} already when it was to be withdrawn"
    if began and not ended:
        outcome += ", and was stopped"
    due, why = say_moment(firing.due_at, tz), escape_but_people(firing.reason)
    return message(
        f"{title} {outcome}.",
        section(f"*{escape(title)}*, due {due}, {outcome}: {sentence(why)}"),
    )


def not_retried(title: str, why: str) -> Message:
    """`why`: Airflow's words; "" where another company reads along."""
    words = f" ({escape(why)})" if why else ""
    return message(
        f"{title} could not be retried.",
        section(f":warning: *{escape(title)}* could not be retried: Airflow refused it{words}."),
    )


def _due(firing: Firing, schedule: Schedule) -> str:
    return say_moment(firing.due_at, zone_of(schedule.when))
