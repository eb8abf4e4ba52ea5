"""Somebody asks for access: what whoever can allow it reads, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ExternalDataSelectElement,
    InputBlock,
    PlainTextObject,
    RadioButtonsElement,
)
from slack_sdk.models.views import View as ModalView

from bot.blocks.ids import VALUE, Button, View
from bot.blocks.parts import actions, button, context, escape, escape_but_people, message, option, section
from bot.domain.rights import Action, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.access_request import AccessRequest
    from bot.domain.job import Job
    from bot.domain.notice import Message
    from bot.domain.project import Project

SHOWN = 5
PROJECT, ROLE = "project", "role"
_MAY = {Role.VIEWER: "look at its jobs and runs", Role.RUNNER: "run and schedule its jobs"}
_ALLOWS = {
    Role.VIEWER: (Button.ALLOW_VIEWER, "Allow: look"),
    Role.RUNNER: (Button.ALLOW_RUNNER, "Allow: run and schedule"),
}


def asks(
    request: AccessRequest,
    project: Project | None,
    *,
    job: Job | None,
    channel_id: str | None,
    roles: Sequence[Role],
) -> Message:
    """`project` None: where they asked there is none. `roles`: those that would help, for the buttons."""
    which = f" to *{escape(project.name)}*" if project else ""
    where = f", in <#{channel_id}>" if channel_id else ""
    wants = f"asks for access{which}{where}"
    if job is not None and project is not None:
        wants = f"asks to run and schedule *{escape(job.title)}*, in *{escape(project.name)}*"
    name = f" to {project.name}" if project else ""
    return message(
        f"Somebody asks for access{name}.",
        section(f"<@{request.person_id}> {wants}."),
        context(_how(request, project, roles)),
        actions(
            *(
                button(_ALLOWS[role][0], _ALLOWS[role][1], request.request_id, style="primary")
                for role in roles
            ),
            None if project else button(Button.ALLOW_SOMEWHERE, "Allow…", request.request_id),
            button(Button.DECLINE_ACCESS, "Decline", request.request_id),
        ),
    )


def choose(request: AccessRequest) -> dict[str, Any]:
    """The form for whoever allows what was asked where there is no project: which, and as what."""
    roles = [option(f"May {may}", role) for role, may in _MAY.items()]
    projects = ExternalDataSelectElement(
        action_id=Button.ALLOW_IN, placeholder=PlainTextObject(text="Type a few letters"), min_query_length=0
    )
    found: dict[str, Any] = ModalView(
        type="modal",
        callback_id=View.ALLOW,
        private_metadata=request.request_id,
        title=PlainTextObject(text="Allow access"),
        submit=PlainTextObject(text="Allow it"),
        close=PlainTextObject(text="Cancel"),
        blocks=[
            section(f"<@{request.person_id}> asks for access. They are told what they can do then."),
            InputBlock(block_id=PROJECT, label=PlainTextObject(text="Project"), element=projects),
            InputBlock(
                block_id=ROLE,
                label=PlainTextObject(text="What they can do"),
                element=RadioButtonsElement(action_id=VALUE, options=roles),
            ),
        ],
    ).to_dict()
    return found


def allowed(by: str, project: str, role: Role, offers: Sequence[tuple[str, frozenset[Action]]]) -> Message:
    """To the one who asked. `offers`: titles of what they see there now, and what they may do with it."""
    titles = [escape(title) for title, _ in offers[:SHOWN]]
    more = f" and {len(offers) - SHOWN} more" if len(offers) > SHOWN else ""
    jobs = f"There: {', '.join(titles)}{more}." if titles else "No jobs are shared with it yet."
    runs = [title for title, may in offers if Action.SCHEDULE in may]
    example = f"`/schedule {escape(runs[0].lower())} every weekday at 9am`" if runs else "`/schedule jobs`"
    return message(
        f"You can now {_MAY[role]} in {project}.",
        section(
            f":white_check_mark: <@{by}> allowed it: in *{escape(project)}* you can {_MAY[role]}. {jobs}"
        ),
        context(f"Try {example}."),
    )


def declined(project: str) -> Message:
    where = f" to *{escape(project)}*" if project else ""
    text = f"Your request for access{where} was declined. Whoever manages it can tell you why."
    return message(text.replace("*", ""), section(text))


def settled(by: str, person_id: str, project: str, role: Role | None) -> Message:
    """In the place of the request: who did what; the buttons are gone."""
    where = f" in *{escape(project)}*" if project else ""
    if role is None:
        text = f"<@{by}> declined the request of <@{person_id}>{where}."
        return message("Declined.", section(text))
    text = f":white_check_mark: <@{by}> allowed <@{person_id}> to {_MAY[role]}{where}."
    return message("Allowed.", section(text))


def already(words: str) -> Message:
    """In the place of the request: somebody else was quicker."""
    shown = escape_but_people(words)
    return message(shown, section(shown), names_people=True)


def asked() -> Message:
    """The same whether where they asked there is a project or not."""
    text = "Whoever can allow it has been told. You will hear from me when they answer."
    return message(text, section(text))


def _how(request: AccessRequest, project: Project | None, roles: Sequence[Role]) -> str:
    if roles:
        return "They are told what they can do as soon as you allow it."
    if project is None:
        return "They asked where there is no project: if you allow it, you say in which."
    if project.is_managed:
        who = f"`{request.person_id}`"
        return f"*{escape(project.name)}* is managed by a file: to allow it, add {who} there and apply it."
    return (
        "No role would help: the job is shared with this project without that. `/schedule admin` changes it."
    )
