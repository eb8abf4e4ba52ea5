"""Help: only what this person may do; and what is said when something goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, escape, escape_but_people, message, section
from bot.domain.errors import Forbidden, Rejected, Unavailable
from bot.domain.rights import Action
from bot.language.command import SmallTalk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import ActionsBlock

    from bot.domain.errors import Fault, UserError
    from bot.domain.notice import Message

_LINES = (
    ("schedule", "/schedule {job} every weekday at 9am", "schedule a job; you see what will happen first"),
    ("schedule", "/schedule", "the same as a form"),
    ("run", "/schedule run {job}", "run it once, now"),
    ("see", "/schedule list", "your schedules: pause, edit, run, delete them; `list all` is everybody's"),
    ("schedule", "/schedule skip #12", "leave out its next time; you can undo it"),
    ("schedule", "/schedule pause #12 until Friday", "pause it; without an end, until you resume it"),
    ("schedule", "/schedule take over #12", "a colleague's schedule becomes yours"),
    ("schedule", "/schedule away until monday @colleague", "who stands in hears your schedules' alerts"),
    ("see", "/schedule jobs", "the jobs you can use here"),
    ("see", "/schedule runs", "the latest runs"),
    ("pause", "/schedule pause job {job}", "pause a job for everyone"),
)


def usage(
    actions_allowed: frozenset[Action], job_titles: Sequence[str], *, administers: bool = False
) -> Message:
    """`actions_allowed`: on any job here. `administers`: some project, or the workspace."""
    job = escape(job_titles[0].lower()) if job_titles else "sales report"
    lines = [
        f"`{pattern.format(job=job)}`  {does}"
        for action, pattern, does in _LINES
        if action in actions_allowed
    ]
    if administers:
        lines.append("`/schedule admin`  channels, people, shared jobs and the audit of your projects")
    if not lines:
        return no_project()
    inputs = f"Inputs follow after *with*: `/schedule run {job} with name=value`."
    return message(
        "What you can do with Runbell.",
        section("*What you can do here*\n" + "\n".join(lines)),
        context(inputs, "Times are in your own zone, unless you name another: *9am London time*."),
        actions(button(Button.OPEN_FORM, "Open the form", "form", style="primary")),
    )


def open_again(door: str, value: str) -> Message:
    """Offer the form that Slack did not wait for. `door`, `value`: of a button that opens it."""
    return message(
        "Slack did not wait for the form. Open it again.",
        section("Slack waits three seconds for a form, and I needed longer. Nothing was changed."),
        actions(button(door, "Open it again", value, style="primary")),
    )


def offer_form() -> Message:
    return message(
        "Open the form to go on.",
        section("For that there is a form."),
        actions(button(Button.OPEN_FORM, "Open the form", "form", style="primary")),
    )


_ANSWERS = {
    SmallTalk.HELLO: "Hello! I schedule and run your team's jobs. Type a job and a time, or open the form.",
    SmallTalk.THANKS: "You are welcome.",
    SmallTalk.YES_OR_NO: "Press the button under what I showed you last: typed words confirm nothing.",
}


def small_talk(kind: SmallTalk) -> Message:
    """A short answer to what asks for nothing, and the ways on."""
    answer = f"{_ANSWERS[kind]} `/schedule help` shows all I can do."
    form = button(Button.OPEN_FORM, "Open the form", "form") if kind is SmallTalk.HELLO else None
    return message(_ANSWERS[kind], section(answer), actions(form))


def no_project() -> Message:
    text = (
        "No jobs are shared with you here yet. Jobs belong to projects: ask a manager of yours, or an admin "
        "of Runbell, to add you. In another channel, `/schedule jobs` may show more."
    )
    ask = button(Button.ASK_FOR_ACCESS, "Ask for access", "access", style="primary")
    return message(text, section(text), actions(ask))


def problem(error: UserError) -> Message:
    """A sentence, and a command that would work."""
    text = escape_but_people(error.message)
    example = f"Try: `/schedule {escape(error.example)}`" if error.example else ""
    more = "`/schedule help` shows what else you can do." if error.example else ""
    return message(text, section(text), context(example, more), _ask_for_more(error), names_people=True)


def _ask_for_more(error: UserError) -> ActionsBlock | None:
    """For who may see a job and not run it: a role may help."""
    attempt = error.attempt
    if attempt is None or not attempt.reference or attempt.action not in {Action.RUN, Action.SCHEDULE}:
        return None
    return actions(button(Button.ASK_FOR_MORE, "Ask for access", attempt.reference))


def busy(reference: str) -> Message:
    text = f"Runbell's memory is busy just now (reference *{reference}*). Please try again in a minute."
    return message(text, section(text))


def our_side(reference: str) -> Message:
    text = (
        f"Something went wrong on our side, reference *{reference}*. Please try again in a "
        "minute. If it stays, give the reference to whoever runs Runbell."
    )
    return message(text, section(text))


def airflows_side(error: Fault, reference: str) -> Message:
    """Say which fault of Airflow stood in the way, and what to do; its words are in the log."""
    if isinstance(error, Rejected):
        happened = "Airflow refused to do that, so nothing was changed."
        next_step = "Look at the job in Airflow, then try again."
    elif isinstance(error, Forbidden):
        happened = "Airflow does not allow Runbell's account to do that, so nothing was changed."
        needs = f": it needs {escape(error.needs)}" if error.needs else ""
        next_step = f"Whoever looks after Airflow can give that account the right{needs}."
    elif isinstance(error, Unavailable) and error.code in {"401", "403"}:
        happened = "Airflow does not allow Runbell's account to do that, so nothing was changed."
        next_step = "Whoever runs Runbell can give it the right: `python -m bot check` names what is missing."
    elif isinstance(error, Unavailable) and error.not_done:
        happened = "Airflow cannot be reached right now, so nothing was changed."
        next_step = "Try again in a few minutes."
    else:
        happened = "Airflow did not answer, so this may or may not have been done."
        next_step = "Look at the job again in a few minutes, and try once more if it was not."
    text = f"{happened} {next_step} If it stays, give the reference *{reference}* to whoever runs Runbell."
    return message(text, section(text))
