"""A project whose schedules all rest: what is said at first, beside each next time, and at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, bold, button, context, cut, escape, message, section
from bot.language.say import say_moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.notice import Message
    from bot.domain.project import Project, ProjectPause
    from bot.domain.project_paused import ProjectGoesOn, ProjectPaused

MOST_ASKED, MOST_LETTERS = 10, 60


def paused(told: ProjectPaused) -> Message:
    """Return the line that the project's channel reads as it is paused."""
    until = say_moment(told.until, told.tz)
    why = f": {escape(told.reason)}" if told.reason else ""
    text = (
        f":double_vertical_bar: <@{told.by}> paused the project {bold(told.project)} until {until}{why}. "
        "None of its schedules runs until then; what is running goes on, and its failures are told then."
    )
    return message(f"The project {told.project} is paused until {until}.", context(text))


def goes_on(told: ProjectGoesOn) -> Message:
    """Return the line that the project's channel reads as its schedules go on."""
    begins = f":arrow_forward: The schedules of {bold(told.project)} go on."
    if not told.count:
        return message(f"The schedules of {told.project} go on.", context(f"{begins} Nothing was left out."))
    named = "; ".join(f"{escape(each.title)}, {say_moment(each.due_at, told.tz)}" for each in told.first)
    more = f" and {told.count - len(told.first)} more" if told.count > len(told.first) else ""
    runs = "1 run" if told.count == 1 else f"{told.count} runs"
    text = f"{begins} Left out by the pause: {runs} ({named}{more})."
    return message(f"The schedules of {told.project} go on. {runs} left out by the pause.", context(text))


def resting(name: str, tz: ZoneInfo, pause: ProjectPause | None) -> str:
    """Return the line for wherever a next time stands; "" if the project is not paused."""
    if pause is None:
        return ""
    by = f" by <@{pause.by}>" if pause.by else ""
    why = f": {escape(pause.reason)}" if pause.reason else ""
    until = say_moment(pause.ends_at, tz)
    return f":double_vertical_bar: The project {bold(name)} is paused{by} until {until}{why}."


def rests(project: Project) -> Message:
    """Return the answer to the manager who paused the project, with the way back."""
    text = resting(project.name, project.tz, project.pause)
    rest = "None of its schedules runs until then. What is running goes on; its failures are told at the end."
    return message(
        f"The project {project.name} is paused.",
        section(f"{text} {rest}"),
        actions(button(Button.TRY, "Go on now", f"resume project {project.name}")),
    )


def going_on(project: Project) -> Message:
    """Return the answer to the manager who let the project go on."""
    left_out = "What was due during the pause is not run."
    text = f":arrow_forward: The schedules of {bold(project.name)} go on. {left_out}"
    return message(f"The schedules of {project.name} go on.", section(text))


def retry_all_in_a_pause(storm_id: str, projects: Sequence[Project]) -> Message:
    """Return the question whether what fails in a storm is retried although these projects are paused."""
    paused = [section(resting(each.name, each.tz, each.pause)) for each in projects[:MOST_ASKED]]
    return message(
        "The project is paused. Retry all the same?",
        *paused,
        section("Retry all the same? What failed runs again during the pause."),
        actions(button(Button.RETRY_ALL_IN_PAUSE, "Retry all the same", storm_id, style="primary")),
    )


def which(commands: Sequence[tuple[str, str]], until: datetime | None) -> Message:
    """Return the question which project is meant. `commands` are a project's name and the whole command."""
    asked = "Which project shall go on?" if until is None else "Which project shall rest?"
    shown = commands[:MOST_ASKED]
    return message(
        asked,
        section(asked),
        actions(
            *(
                button(f"{Button.TRY}.{number}", cut(name, MOST_LETTERS), command, label=cut(command, 75))
                for number, (name, command) in enumerate(shown)
            )
        ),
        context("" if len(shown) == len(commands) else "Name the project for one of the others."),
    )
