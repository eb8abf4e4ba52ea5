"""One schedule: its row, its card, and what is said of what was done with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.blocks import policies
from bot.blocks.absence import owner_line
from bot.blocks.durations import durations
from bot.blocks.ids import Button
from bot.blocks.parts import (
    actions,
    bold,
    button,
    context,
    divider,
    escape,
    escape_but_people,
    inputs_line,
    message,
    past,
    section,
    sentence,
)
from bot.blocks.project_pause import resting
from bot.blocks.taking_over import take_over_button
from bot.domain.job import Trouble
from bot.domain.notice import Message
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.domain.when import next_after, zone_of
from bot.language.say import say, say_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

    from bot.domain.job import Job
    from bot.domain.listed import BroughtBack, Listed, Skipped
    from bot.domain.run import Run

MOST_SKIPPED = 5
_SHOWN = re.compile(r"shown\.\w+\.(\w+)")
ONLY_ITS_OWN = "Airflow lets only its own schedule start the job."


def schedule(listed: Listed, usual_grace: timedelta) -> Message:
    """Return one schedule with everything there is to say about it."""
    return message(
        f"Schedule #{listed.schedule.number}: {listed.job.title}",
        *_schedule(listed),
        context(policies.said(listed.schedule, usual_grace)),
        durations(listed.past),
        *_skipped(listed),
        shown_at(listed, "more", *_more(listed)),
    )


def with_policies(listed: Listed, usual_grace: timedelta) -> Message:
    """Return the schedule without buttons, because it stands in a form that is done."""
    return message(
        f"Saved for #{listed.schedule.number}.",
        section(f":white_check_mark: {called(listed)} {say(listed.schedule.when)}"),
        context(policies.said(listed.schedule, usual_grace)),
    )


def acted(listed: Listed, done: str, *undo: ButtonElement) -> Message:
    """Return what a press has done, what comes next, and the button that takes it back."""
    return _done(done, _next(listed), *undo)


def _done(done: str, coming: str, *undo: ButtonElement) -> Message:
    return message(done, section("\n".join(filter(None, (done, coming)))), actions(*undo))


def skipped(found: Skipped) -> Message:
    """Return the answer once a moment is skipped, with Undo."""
    kept = found.listed.schedule
    moment = say_moment(found.due_at, zone_of(kept.when))
    undo = button(
        Button.UNDO_SKIP, "Undo", found.firing_id, label=f"Undo: run {name_of(found.listed)} {moment}"
    )
    return acted(found.listed, f":fast_forward: Skipped {called(found.listed)} on {moment}.", undo)


def not_skipped(found: Skipped) -> Message:
    """Return the answer once the moment takes place after all."""
    moment = say_moment(found.due_at, zone_of(found.listed.schedule.when))
    return acted(found.listed, f"{called(found.listed)} runs on {moment} after all.")


def paused(listed: Listed, *, now: datetime, ends: Sequence[ButtonElement] = ()) -> Message:
    """Return the answer once the schedule is paused, with when it goes on. `ends`: buttons for an end."""
    until, when = listed.schedule.resumes_at, listed.schedule.when
    until_when, coming = "it will not run until it is resumed.", _coming(listed)
    if until is not None:
        until_when = f"it goes on by itself {say_moment(until, zone_of(when))}."
        if not _leaves_out(listed, now, until) and listed.next_at is not None:
            same = say_moment(listed.next_at, zone_of(when))
            until_when += f" Its next time is {same} all the same: nothing is left out."
            coming = ""
    resume = button(Button.RESUME, "Resume now" if until else "Resume", listed.schedule.schedule_id)
    return _done(f":double_vertical_bar: Paused {called(listed)}: {until_when}", coming, resume, *ends)


def _leaves_out(listed: Listed, now: datetime, until: datetime) -> bool:
    """Return whether a pause from now until then keeps any run away that is not skipped anyway."""
    skipped = {due_at for _, due_at in listed.skipped}
    following = next_after(listed.schedule.when, now)
    while following in skipped:
        following = next_after(listed.schedule.when, following)
    return following is not None and following < until


def resumed(listed: Listed) -> Message:
    """Return the answer once the schedule goes on."""
    pause = button(Button.PAUSE, "Pause again", listed.schedule.schedule_id)
    return acted(listed, f":arrow_forward: Resumed {called(listed)}.", pause)


def renamed(listed: Listed) -> Message:
    """Return the answer once the schedule has another nickname, or none."""
    kept = listed.schedule
    if not kept.nickname:
        return acted(listed, f"{called(listed)} has no nickname any more.")
    return acted(
        listed, f"{called(listed)}: you may type its name from now on, as in pause {escape(kept.nickname)}."
    )


def all_moved(done: Sequence[Listed], problems: Sequence[str]) -> Message:
    """Return each schedule with what comes next, and what did not work."""
    lines = [f"{called(each)}: {_next(each)}" for each in done]
    head = f"Done for {len(done)} schedule{'' if len(done) == 1 else 's'}."
    return message(
        head,
        section("\n".join([head, *lines, *(f":warning: {escape_but_people(each)}" for each in problems)])),
    )


def called(listed: Listed) -> str:
    """Return the schedule's number and the name that people use."""
    kept = listed.schedule
    if kept.nickname:
        return f"#{kept.number} {bold(kept.nickname)} ({escape(listed.job.title)})"
    return f"#{kept.number} {bold(listed.job.title)}"


def deleted(listed: Listed) -> Message:
    """Return the answer once the schedule is deleted, with a button that brings it back."""
    kept = listed.schedule
    undo = button(Button.UNDO_DELETE, "Undo", kept.schedule_id, label=f"Undo: bring back {name_of(listed)}")
    done = f":wastebasket: Deleted #{kept.number}: {bold(listed.job.title)} no longer runs {say(kept.when)}."
    return message(done, section(done), actions(undo))


def brought_back(found: BroughtBack) -> Message:
    """Return the answer to Undo. It names the moments that passed without a run."""
    listed = found.listed
    done = f"{called(listed)} is back."
    if found.passed:
        zone = zone_of(listed.schedule.when)
        times = "; ".join(say_moment(each, zone) for each in found.passed)
        done += f" While it was deleted this passed, and did not run: {times}."
    return acted(listed, done)


def row(listed: Listed) -> str:
    """Return what it is called, when it runs, and what comes next."""
    return f"{called(listed)} {say(listed.schedule.when)}\n{_next(listed)}"


def facts(listed: Listed) -> tuple[str, str, str, str]:
    """Return its last run, inputs, owner and place, each "" where there is nothing to say."""
    kept = listed.schedule
    zone = zone_of(kept.when)
    next_at = None if listed.next_at is None else listed.next_at.astimezone(zone)
    inputs, owner = inputs_line(listed.job, kept.inputs, next_at), owner_line(listed, zone)
    return _last(listed.last), inputs, owner, f"Reports to {kept.place.mention}"


def _schedule(listed: Listed) -> Iterator[Block | None]:
    yield section(row(listed))
    yield context(*facts(listed))
    yield shown_at(listed, "does", *_buttons(listed))


def shown_at(listed: Listed, part: str, *buttons: ButtonElement) -> ActionsBlock | None:
    """Return a row of buttons whose block tells that they stand under the schedule itself."""
    shown = actions(*buttons)
    if shown is not None:
        shown.block_id = f"shown.{part}.{listed.schedule.schedule_id}"
    return shown


def read_shown(block_id: str) -> str | None:
    """Return the id of the schedule under which a block stands; None for any other block."""
    found = _SHOWN.fullmatch(block_id)
    return found[1] if found else None


def again(done: Message, card: Message | None, schedule_id: str) -> Message:
    """Put what a press has done, with its way back, above the schedule as it is now; None: it is gone."""
    told = [
        {**each, "block_id": f"shown.done.{schedule_id}"} if each["type"] == "actions" else each
        for each in done.blocks
    ]
    if card is None:
        return Message(done.text, tuple(told))
    return card.below([*told, divider().to_dict()], done.text)


def name_of(listed: Listed) -> str:
    """Call it for screen readers by its number and job."""
    return f"schedule {listed.schedule.number}, {listed.job.title}"


def _buttons(listed: Listed) -> Iterator[ButtonElement]:
    kept, name = listed.schedule, name_of(listed)

    def each(which: Button, text: str) -> ButtonElement:
        return button(which, text, kept.schedule_id, label=f"{text}: {name}")

    if listed.may_change and kept.state is ScheduleState.ACTIVE:
        yield each(Button.PAUSE, "Pause")
        yield each(Button.SKIP, "Skip next")
    if listed.may_change and kept.state in {ScheduleState.PAUSED, ScheduleState.SUSPENDED}:
        yield each(Button.RESUME, "Resume")
    if listed.may_run and not listed.job.is_gone:
        yield each(Button.RUN_IT, "Run now")
    if listed.may_take_over:
        yield take_over_button(listed)
    if listed.may_delete:
        if not listed.job.is_gone:
            yield each(Button.EDIT, "Edit")
        yield delete_button(listed)


def delete_button(listed: Listed) -> ButtonElement:
    """Return the button that deletes the schedule. Slack asks nothing: it can be undone."""
    label = f"Delete {name_of(listed)}"
    return button(Button.DELETE, "Delete", listed.schedule.schedule_id, style="danger", label=label)


def _skipped(listed: Listed) -> Iterator[Block | None]:
    """Return the skipped moments, each with its own Undo."""
    zone = zone_of(listed.schedule.when)
    for firing_id, due_at in listed.skipped[:MOST_SKIPPED]:
        undo = button(Button.UNDO_SKIP, "Undo", firing_id, label=f"Undo: run {name_of(listed)} {due_at}")
        shown = section(f":fast_forward: Skipped: {say_moment(due_at, zone)}", accessory=undo)
        shown.block_id = f"shown.{firing_id}.{listed.schedule.schedule_id}"
        yield shown


def _more(listed: Listed) -> Iterator[ButtonElement]:
    if listed.may_delete:
        yield button(
            Button.POLICIES,
            "When something goes wrong…",
            listed.schedule.schedule_id,
            label=f"When something goes wrong: {name_of(listed)}",
        )


def _next(listed: Listed) -> str:
    kept, job, coming = listed.schedule, listed.job, _coming(listed)
    match kept.state:
        case ScheduleState.PAUSED:
            ends = ""
            if kept.resumes_at is not None:
                ends = f" until {say_moment(kept.resumes_at, zone_of(kept.when))}"
            by = f" by <@{kept.paused_by}>" if kept.paused_by else ""
            return "\n".join(filter(None, (f":double_vertical_bar: Paused{by}{ends}", coming)))
        case ScheduleState.SUSPENDED:
            trouble = "" if kept.reason == job.why_it_does_not_run else _trouble(job)
            return f":warning: Suspended: {sentence(escape_but_people(kept.reason))}{trouble}"
        case _ if coming:
            project = listed.project
            rests = resting(project.name, project.tz, project.pause)
            return "\n".join(filter(None, (rests, f"{coming}{_trouble(job)}")))
        case _:
            return "Ended: nothing is left to run"


def _coming(listed: Listed) -> str:
    if listed.next_at is None:
        return ""
    return f"Next: {say_moment(listed.next_at, zone_of(listed.schedule.when))}"


def _trouble(job: Job) -> str:
    if job.trouble is Trouble.PAUSED:
        return " :warning: The job is paused in Airflow."
    if job.trouble is None:
        return f" :warning: {ONLY_ITS_OWN}" if job.forbids_manual_runs else ""
    return f" :warning: The job cannot be read in Airflow: {escape(job.why_in_full)}."


def _last(last: Run | None) -> str:
    if last is None:
        return "Has not run yet"
    moment = last.ended_at or last.started_at
    words = {
        RunState.WAITING: "waiting",
        RunState.RUNNING: "running",
        RunState.DONE: ":white_check_mark: done",
    }
    state = words.get(last.state, f":x: {last.state}")
    return f"Last: {state}{f' {past(moment)}' if moment else ''}"
