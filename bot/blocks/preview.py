"""Previews of drafts, and the answers once they are confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.in_airflow import in_airflow
from bot.blocks.parts import (
    actions,
    bold,
    button,
    context,
    escape,
    fixed_line,
    inputs_line,
    message,
    past,
    section,
)
from bot.blocks.policies import unusual
from bot.blocks.preview_paused import of_paused_job
from bot.blocks.preview_times import in_other_zone, left_out, listed
from bot.blocks.project_pause import resting
from bot.domain.schedule import ScheduleState
from bot.domain.when import is_once, zone_of
from bot.language.inputs import fitting, moving_instead, names_a_day, show_value, typed_text
from bot.language.marks import strong
from bot.language.say import say, say_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from slack_sdk.models.blocks import ButtonElement, SectionBlock

    from bot.domain.draft import Alike, Draft
    from bot.domain.history import UnderWay
    from bot.domain.job import Job
    from bot.domain.notice import Message
    from bot.domain.project import Place, Project
    from bot.domain.schedule import Schedule

MOST_CHOICES = 10
USUAL_INPUTS = "With its usual inputs"


def preview(
    draft: Draft,
    job: Job,
    project: Project,
    times: Sequence[datetime],
    *,
    now: datetime,
    warnings: Sequence[str] = (),
    changes: Schedule | None = None,
    alike: Alike | None = None,
    under_way: UnderWay | None = None,
    may_save: bool = False,
    skipped: Sequence[datetime] = (),
    may_resume: bool = False,
) -> Message:
    """Return the preview. `now` bears the zone in which the days of a run now are meant.

    `changes` is the schedule that would be changed, `alike` one that exists already, `under_way` a run of the
    job that has not ended. `may_save` offers to keep the inputs as a preset. `skipped` are left out of
    the `times`. `may_resume`: the person may resume a job that is paused.
    """
    if draft.when is None and job.is_paused:
        inputs = _with(job, draft, now, run="now") or USUAL_INPUTS
        details = (inputs, *_where(draft.place, project), *in_airflow(replace(job, is_paused=False)))
        return of_paused_job(draft, job, details, may_resume=may_resume)
    if draft.when is None:
        save = _save(draft) if may_save else None
        return _run_card(draft, job, project, under_way, now, warnings=warnings, save=save)
    which = "" if changes is None else f" (#{changes.number})"
    what = f"{bold(job.title)}{which} will run {say(draft.when)}."
    do_it = confirming(changes, alike)
    confirms = Button.CONFIRM if alike is None else Button.ADD_ANOTHER
    return message(
        f"{job.title}{which} will run {say(draft.when)}. {do_it}?",
        section(what),
        context("" if changes is None else f"Instead of: {say(changes.when)}{_state(changes)}"),
        None if alike is None else _alike(alike, draft),
        section(listed(times)),
        context(
            left_out(skipped, zone_of(draft.when)),
            in_other_zone(times, project.tz),
            *(f":information_source: {escape(each)}" for each in warnings),
            *_that_stay(job, draft, [*times[:1], now]),
        ),
        context(_with(job, draft, next(iter(times), None)), *_where(draft.place, project), *in_airflow(job)),
        context(unusual(draft.policies, changes), resting(project.name, project.tz, project.pause)),
        _let_move(job, draft, [*times[:1], now]),
        _save(draft) if may_save else None,
        actions(
            button(confirms, do_it, draft.draft_id, style="primary"),
            button(Button.CHANGE, "Change", draft.draft_id),
            button(Button.DISCARD, "Discard", draft.draft_id),
        ),
    )


def _that_stay(job: Job, draft: Draft, moments: Sequence[datetime]) -> Iterator[str]:
    """Return the dates among the inputs of a repetition: every run gets the same ones.

    Each comes with what to type for one that moves, if possible the words that fit one of the moments.
    """
    if draft.when is None or is_once(draft.when):
        return
    for each in job.inputs:
        value = draft.inputs.get(each.name)
        if names_a_day(each, value):
            moving = fitting(each, value, moments, zone_of(draft.when))
            instead = "" if moving is None else f"{each.name}={typed_text(each, moving)}"
            way_on = f" For one that moves with each run: `{escape(instead)}`." if instead else ""
            title, shown = escape(each.title), escape(show_value(each, value))
            yield f":warning: {strong(title)} stays {shown} in every run.{way_on}"


def again(shown: Message, do_it: str) -> Message:
    """Return a preview once more, for somebody who types "yes". `do_it` is the text of its button."""
    text = f"Look at it once more, then press {strong(do_it)}."
    return shown.below([section(text).to_dict()], f"{text} {shown.text}")


def doing(draft: Draft, changes: Schedule | None, alike: Alike | None, project: Project) -> str:
    """Return the text of a preview's button."""
    if draft.when is None:
        return "Run now" if project.pause is None else "Run it all the same"
    return confirming(changes, alike)


def confirming(changes: Schedule | None, alike: Alike | None) -> str:
    """Return the text of the button that does it."""
    if changes is not None:
        return "Change it"
    return "Schedule it" if alike is None else "Add another"


def _let_move(job: Job, draft: Draft, moments: Sequence[datetime]) -> SectionBlock | None:
    """Return the offer to let fixed days of a repetition move; None where there are none."""
    if draft.when is None or is_once(draft.when):
        return None
    if not (moving := moving_instead(job, draft.inputs, moments, zone_of(draft.when))):
        return None
    of_job = [each for each in job.inputs if each.name in moving]
    said = ", ".join(
        f"{bold(each.title)} would be {escape(show_value(each, moving[each.name]))}" for each in of_job
    )
    which = "it" if len(moving) == 1 else "them"
    press = button(Button.LET_MOVE, f"Let {which} move", draft.draft_id)
    return section(f"Should each run work {which} out? {said}.", accessory=press)


def _save(draft: Draft) -> SectionBlock:
    """Return the offer to keep the inputs; beside its text, as the form's preview has no row of buttons."""
    press = button(Button.SAVE_PRESET, "Save as preset…", draft.draft_id)
    return section("Will you need these inputs again?", accessory=press)


def _alike(found: Alike, draft: Draft) -> SectionBlock:
    """Return the line about a schedule that exists already, with a button to change that one.

    The button is beside the text, because the form's preview shows this as well and has no row of buttons.
    """
    kept = found.schedule
    whose = "You have" if kept.owner_id == draft.person_id else f"<@{kept.owner_id}> has"
    press = button(
        Button.CHANGE_THAT_ONE,
        "Change that one",
        draft.draft_id,
        label=f"Change that one: schedule {kept.number}",
    )
    return section(
        f":information_source: {whose} it scheduled already: #{kept.number}, {say(kept.when)}.{_state(kept)}",
        accessory=press if found.may_change else None,
    )


def scheduled(schedule: Schedule, job: Job, next_at: datetime | None) -> Message:
    """Return the answer once the schedule is made."""
    first = "" if next_at is None else f" First run: {say_moment(next_at, zone_of(schedule.when))}."
    text = (
        f":white_check_mark: Scheduled: {bold(job.title)} runs {say(schedule.when)}."
        f" It is #{schedule.number}.{first}"
    )
    return message(
        f"Scheduled: {job.title} runs {say(schedule.when)}.",
        section(text),
        context(f"Reports to {schedule.place.mention}. `/schedule list` shows, pauses and deletes it."),
    )


def changed(schedule: Schedule, job: Job, next_at: datetime | None) -> Message:
    """Return the answer once the schedule is changed. It may be paused or suspended, and stays so."""
    next_time = "" if next_at is None else f" Next run: {say_moment(next_at, zone_of(schedule.when))}."
    text = (
        f":white_check_mark: Changed: {bold(job.title)} (#{schedule.number}) runs {say(schedule.when)}."
        f"{next_time}{_state(schedule)}"
    )
    is_resting = schedule.state in {ScheduleState.PAUSED, ScheduleState.SUSPENDED}
    resume = button(Button.RESUME, "Resume", schedule.schedule_id) if is_resting else None
    return message(
        f"Changed: {job.title} runs {say(schedule.when)}.",
        section(text),
        context(f"Reports to {schedule.place.mention}."),
        actions(resume),
    )


def _state(schedule: Schedule) -> str:
    return "" if schedule.state is ScheduleState.ACTIVE else f" It is {schedule.state}."


def started(job: Job, place: Place) -> Message:
    """Return the answer once the run is on its way."""
    return message(
        f"{job.title} is starting.",
        section(f":rocket: {bold(job.title)} is starting. It reports to {place.mention}."),
    )


def declined(count: int) -> Message:
    """Return the answer to "no" once the open previews are discarded."""
    said = "Discarded the open preview" if count == 1 else f"Discarded {count} open previews"
    return message(f"{said}.", section(f":wastebasket: {said}. Nothing is scheduled or changed."))


def discarded() -> Message:
    """Return the answer once the draft is discarded."""
    return message("Discarded. Nothing will happen.")


def choose(question: str, choices: Sequence[tuple[str, str]]) -> Message:
    """Return the question among several previews. `choices` has (what people read, draft id)."""
    return message(
        question,
        section(question),
        actions(*(_choice(place, *each) for place, each in enumerate(choices[:MOST_CHOICES]))),
    )


def _choice(place: int, words: str, draft_id: str) -> ButtonElement:
    """Return the button of a choice. Every action id in a block must differ from the others."""
    return button(f"{Button.CHOOSE}.{place}", words, draft_id)


def _run_card(
    draft: Draft,
    job: Job,
    project: Project,
    under_way: UnderWay | None,
    now: datetime,
    *,
    warnings: Sequence[str],
    save: SectionBlock | None,
) -> Message:
    inputs = _with(job, draft, now, run="now") or USUAL_INPUTS
    rests = resting(project.name, project.tz, project.pause)
    another = "" if under_way is None else " It is running already. Start another?"
    return message(
        f"Run {job.title} now?{another}",
        section(f"Run {bold(job.title)} now?"),
        None if under_way is None else section(_already(draft, under_way)),
        section(f"{rests} Run it all the same?") if rests else None,
        context(*(f":information_source: {escape(each)}" for each in warnings)),
        context(inputs, *_where(draft.place, project), *in_airflow(job)),
        save,
        actions(
            button(Button.CONFIRM, doing(draft, None, None, project), draft.draft_id, style="primary"),
            button(Button.CHANGE, "Change", draft.draft_id),
            button(Button.DISCARD, "Discard", draft.draft_id),
        ),
    )


def _already(draft: Draft, under_way: UnderWay) -> str:
    """Return since when the job is running, and who started it."""
    who = f"<@{under_way.person_id}>" if under_way.person_id else "Airflow itself"
    who = "you" if under_way.person_id == draft.person_id else who
    return f":arrow_forward: Already running since {past(under_way.since)}, started by {who}. Start another?"


def _with(job: Job, draft: Draft, at: datetime | None, run: str = "next") -> str:
    line = inputs_line(job, draft.inputs, at, run=run)
    fixed = fixed_line(job)
    said = "; ".join([*([f"with {line}"] if line else []), *([f"fixed here: {fixed}"] if fixed else [])])
    return said[:1].upper() + said[1:]


def _where(place: Place, project: Project) -> tuple[str, str]:
    return f"Project {bold(project.name)}", f"Reports to {place.mention}"
