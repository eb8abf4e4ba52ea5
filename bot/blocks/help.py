"""Help: only what this person may do; and what is said when something goes wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.blocks.commands import LOOKS, attempts
from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, cut, escape, escape_but_people, message, section
from bot.domain.errors import Forbidden, NotFound, NotUnderstood, Rejected, Unavailable
from bot.domain.rights import Action
from bot.language.command import SmallTalk, Verb
from bot.language.command.wording import SYNONYMS
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slack_sdk.models.blocks import ActionsBlock, ButtonElement

    from bot.domain.errors import Fault, UserError
    from bot.domain.notice import Message

_LINES = (
    ("schedule", "/schedule {job} every weekday at 9am", "schedule a job; you see what will happen first"),
    ("schedule", "/schedule", "the same as a form"),
    ("run", "/schedule run {job}", "run it once, now"),
    ("see", "/schedule list", "your schedules, each with its buttons; `list all` is everybody's"),
    ("schedule", "/schedule skip #12", "leave out its next time; you can undo it"),
    ("schedule", "/schedule pause #12 until Friday", "pause it; without an end, until you resume it"),
    ("schedule", "/schedule take over #12", "a colleague's schedule becomes yours"),
    ("schedule", "/schedule away until monday @colleague", "who stands in hears your schedules' alerts"),
    ("see", "/schedule jobs", "the jobs you can use here"),
    ("see", "/schedule runs failed since yesterday", "what ran, and why it failed"),
    ("see", "/schedule alerts", "what this channel hears of failures; in a direct message, what you hear"),
    ("pause", "/schedule pause job {job}", "pause a job for everyone"),
)


_MORE = (
    ("see", "/schedule show #12", "one schedule, with all its buttons"),
    ("schedule", "/schedule resume #12", "a paused schedule goes on"),
    ("schedule", "/schedule edit #12 every day at 5am", "change its time, or its inputs after *with*"),
    ("schedule", "/schedule delete #12", "delete it; you can undo it for a day"),
    ("schedule", "/schedule back", "you are back: your schedules' alerts come to you again"),
    ("pause", "/schedule resume job {job}", "a job that is paused for everyone goes on"),
    ("pause", "/schedule pause project until monday 8am", "no schedule of the project runs until then"),
    ("pause", "/schedule resume project", "the schedules of a paused project go on"),
    ("schedule", "/schedule rename #12 to month end", "give it a name that you may type"),
    (
        "schedule",
        "/schedule copy #12 every day at 5am",
        "another one like it; you see it first",
    ),
    ("schedule", "/schedule transfer #12 to @colleague", "it runs as theirs from now on"),
    ("see", "/schedule week", "what runs within seven days; `week all` is everybody's"),
    ("run", "/schedule stop {job}", "stop a run that is under way; you are asked first"),
    ("run", "/schedule retry {job}", "run again what failed of it; you are asked first"),
    ("see", "/schedule alerts add", "a rule: which events of which jobs, how, quiet hours, a daily digest"),
    ("see", "/schedule alerts test", "a sample alert, to see where alerts arrive"),
    ("see", "/schedule help run", "help for one word"),
)
"""Said where somebody asks for help with that word."""


def usage(
    actions_allowed: frozenset[Action],
    job_titles: Sequence[str],
    *,
    verb: str = "",
    administers: bool = False,
) -> Message:
    """Return the help. `actions_allowed` is what the person may do with some job here.

    `verb` is what they asked about; "" means everything.
    """
    job = escape(job_titles[0].lower()) if job_titles else "sales report"
    wanted = SYNONYMS.get(verb.lower(), verb.lower())
    lines = [
        f"`{pattern.format(job=job)}`  {does}"
        for action, pattern, does in (*_LINES, *(_MORE if verb else ()))
        if action in actions_allowed and (not verb or pattern.split()[1:2] == [wanted])
    ]
    if administers and wanted in {"", "admin"}:
        lines.append("`/schedule admin`  channels, people, shared jobs and the audit of your projects")
    if verb and not lines:
        what = f"There is no `{escape(cut(verb, 40))}` that you can use here. `/schedule help` shows all."
        return message(what, section(what))
    if not lines:
        return no_project()
    heading = f"What you can do here{f' with {wanted}' if verb else ''}"
    may_run = Action.RUN in actions_allowed or Action.SCHEDULE in actions_allowed
    inputs = f"Inputs follow after *with*: `/schedule run {job} with name=value`." if may_run else ""
    said = section(f"{strong(heading)}\n" + "\n".join(lines))
    if verb:
        return message(f"{heading}.", said, context(inputs if wanted == Verb.RUN else ""))
    return message(
        "What you can do with Runbell.",
        said,
        context(inputs, "Times are in your own zone, unless you name another: *9am London time*."),
        actions(_form() if may_run else None, *attempts(*LOOKS)),
    )


def open_again(door: str, value: str) -> Message:
    """Return a button for the form that Slack did not wait for. `door` and `value` are that button's."""
    return message(
        "Slack did not wait for the form. Open it again.",
        section("Slack waits three seconds for a form, and I needed longer. Nothing was changed."),
        actions(button(door, "Open it again", value, style="primary")),
    )


def offer_form(door: str, value: str, *, why: str = "", press: str = "") -> Message:
    """Return a button for a form that cannot open by itself. `door` and `value` are that button's."""
    text = why or "This needs a form."
    return message(
        text, section(escape(text)), actions(button(door, press or "Open the form", value, style="primary"))
    )


_ANSWERS = {
    SmallTalk.HELLO: "Hello! I schedule and run your team's jobs. Type a job and a time, or open the form.",
    SmallTalk.THANKS: "You are welcome.",
    SmallTalk.YES: "Nothing waits for your word just now.",
    SmallTalk.NO: "No preview is open, so nothing happens.",
    SmallTalk.BYE: "Goodbye! What is scheduled runs all the same.",
    SmallTalk.NO_HARM: "No harm done.",
    SmallTalk.UNDO: "The answer to each skip, pause, resume or delete has a button that takes it back.",
    SmallTalk.UNHAPPY: "I am sorry. Tell me the job and when it should run, or choose from these.",
}
_WITH_WAYS = {SmallTalk.HELLO, SmallTalk.UNHAPPY}


def small_talk(kind: SmallTalk) -> Message:
    """Return a short answer to what asks for nothing, with ways to go on."""
    answer = f"{_ANSWERS[kind]} `/schedule help` shows all I can do."
    ways = (_form(), *attempts(*LOOKS)) if kind in _WITH_WAYS else ()
    return message(_ANSWERS[kind], section(answer), actions(*ways))


def _form() -> ButtonElement:
    return button(Button.OPEN_FORM, "Open the form", "form", style="primary")


def no_project() -> Message:
    """Return the answer to somebody who may see no job here."""
    text = (
        "No jobs are shared with you here yet. Jobs belong to projects: ask a manager of yours, or an admin "
        "of Runbell, to add you. In another channel, `/schedule jobs` may show more."
    )
    ask = button(Button.ASK_FOR_ACCESS, "Ask for access", "access", style="primary")
    return message(text, section(text), actions(ask))


LONGEST_TRIED = 2000
"""The most characters in a button's value."""
LONGEST_WORDS = 60
_TO_FILL_IN = re.compile(r"@colleague|\bname=")


def problem(error: UserError, *, with_ways_on: bool = False, in_message: bool = False) -> Message:
    """Return the error's sentence, and a command that would work.

    `with_ways_on` adds buttons for somebody who writes to the bot alone. `in_message`: not in a form, so
    that the command can be a button.
    """
    text = escape_but_people(error.message)
    example = f"Try: `/schedule {escape(error.example)}`" if error.example else ""
    more = "`/schedule help` shows what else you can do." if error.example else ""
    if in_message and not more and isinstance(error, NotUnderstood):
        more = "`/schedule help` shows what I understand."
    is_unknown = isinstance(error, NotFound | NotUnderstood)
    ways_on = [
        *_try(error.example if in_message else ""),
        *(_ways_on() if with_ways_on and is_unknown else ()),
    ]
    return message(
        text,
        section(text),
        context(example, more),
        _ask_for_more(error) or actions(*ways_on),
        names_people=True,
    )


def _try(example: str) -> Iterator[ButtonElement]:
    """Yield the button that does what is suggested, unless something in it is still to be filled in."""
    if example and len(example) <= LONGEST_TRIED and not _TO_FILL_IN.search(example):
        yield button(Button.TRY, cut(example, LONGEST_WORDS), example, label=cut(f"Try: {example}", 75))


def _ways_on() -> Iterator[ButtonElement]:
    yield button(Button.OPEN_FORM, "Open the form", "form")
    yield button(Button.HELP, "What can I do?", "help")


def _ask_for_more(error: UserError) -> ActionsBlock | None:
    """Return the button for people who may see a job and not run it: a role may help."""
    attempt = error.attempt
    if attempt is None or not attempt.reference or attempt.action not in {Action.RUN, Action.SCHEDULE}:
        return None
    return actions(button(Button.ASK_FOR_MORE, "Ask for access", attempt.reference))


def busy(reference: str) -> Message:
    """Return the answer while the database is locked."""
    text = (
        f"Runbell's database is busy just now (reference {strong(reference)}). Please try again in a minute."
    )
    return message(text, section(text))


def our_side(reference: str) -> Message:
    """Return the answer to an error of ours, with its reference."""
    text = (
        f"Something went wrong on our side, reference {strong(reference)}. Please try again in a "
        "minute. If it keeps happening, give the reference to whoever runs Runbell."
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
    text = (
        f"{happened} {next_step} If it keeps happening, give the reference {strong(reference)} to "
        "whoever runs Runbell."
    )
    return message(text, section(text))
