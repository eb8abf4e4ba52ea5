"""Help: only what this person may do; and what is said when something goes wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, escape, message, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.errors import UserError
    from bot.domain.notice import Message
    from bot.domain.rights import Action

_LINES = (
    ("schedule", "{command} {job} every weekday at 9am", "schedule a job; you see what will happen first"),
    ("schedule", "{command}", "the same as a form"),
    ("run", "{command} run {job}", "run it once, now"),
    ("see", "{command} list", "your schedules: pause, resume, delete them"),
    ("see", "{command} jobs", "the jobs you can use here"),
    ("see", "{command} runs", "the latest runs"),
    ("pause", "{command} pause job {job}", "pause a job for everyone"),
)


def usage(command: str, actions_allowed: frozenset[Action], job_titles: Sequence[str]) -> Message:
    """`actions_allowed`: on any job here."""
    job = job_titles[0].lower() if job_titles else "sales report"
    lines = [
        f"`{pattern.format(command=command, job=job)}`  {does}"
        for action, pattern, does in _LINES
        if action in actions_allowed
    ]
    if not lines:
        return no_project(command)
    inputs = f"Inputs follow after *with*: `{command} run {job} with name=value`."
    return message(
        "What you can do with Runbell.",
        section("*What you can do here*\n" + "\n".join(lines)),
        context(inputs, "Times are in your own zone, unless you name another: *9am London time*."),
        actions(button(Button.OPEN_FORM, "Open the form", "form", style="primary")),
    )


def no_project(command: str) -> Message:
    text = (
        "No jobs are shared with you here yet. Jobs belong to projects: ask a manager of yours, or an admin "
        f"of Runbell, to add you. In another channel, `{command} jobs` may show more."
    )
    return message(text, section(text))


def problem(error: UserError, command: str, *, example: str = "") -> Message:
    """A sentence, and a command that would work."""
    text = escape_but_mentions(error.message)
    hint = f"Try: `{command} {escape(example)}`" if example else ""
    return message(error.message, section(text), context(hint) if hint else None)


def our_side(reference: str) -> Message:
    text = (
        f"Something went wrong on our side, reference *{reference}*. Nothing was changed that you cannot see; "
        "please try again in a minute. If it stays, give the reference to whoever runs Runbell."
    )
    return message(text, section(text))


def escape_but_mentions(text: str) -> str:
    """Our own sentences name people as <@U…>; everything else in them is made harmless."""
    return re.sub(r"&lt;(@[UW][A-Z0-9]+)&gt;", r"<\1>", escape(text))
