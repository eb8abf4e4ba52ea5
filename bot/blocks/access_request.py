"""Requests for access: the question to whoever can allow it, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ExternalDataSelectElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
)
from slack_sdk.models.views import View as ModalView

from bot.blocks.ids import VALUE, Button, View
from bot.blocks.parts import (
    actions,
    bold,
    button,
    context,
    escape,
    escape_but_people,
    message,
    option,
    section,
)
from bot.domain.form_field import FormField
from bot.domain.rights import Role

if TYPE_CHECKING:
    from bot.domain.access_request import AccessRequest
    from bot.domain.announcement import AccessAllowed, AccessAsked, AccessDeclined, AccessSettled
    from bot.domain.notice import Message

_MAY = {Role.VIEWER: "look at its jobs and runs", Role.RUNNER: "run and schedule its jobs"}
_ALLOWS = {
    Role.VIEWER: (Button.ALLOW_VIEWER, "Allow: look"),
    Role.RUNNER: (Button.ALLOW_RUNNER, "Allow: run and schedule"),
}


def asks(told: AccessAsked) -> Message:
    """Return the question to whoever can allow it, with buttons for the roles that would help."""
    which = f" to {bold(told.project)}" if told.project else ""
    where = f", in <#{told.channel_id}>" if told.channel_id else ""
    wants = f"asks for access{which}{where}"
    if told.job is not None and told.project is not None:
        wants = f"asks to run and schedule {bold(told.job)}, in {bold(told.project)}"
    name = f" to {told.project}" if told.project else ""
    return message(
        f"Somebody asks for access{name}.",
        section(f"<@{told.person_id}> {wants}." + (f" Why: {escape(told.reason)}" if told.reason else "")),
        context(_how(told)),
        actions(
            *(
                button(_ALLOWS[role][0], _ALLOWS[role][1], told.request_id, style="primary")
                for role in told.roles
            ),
            None if told.project else button(Button.ALLOW_SOMEWHERE, "Allow…", told.request_id),
            button(Button.DECLINE_ACCESS, "Decline", told.request_id),
        ),
    )


def explain(request_id: str) -> dict[str, Any]:
    """Return the form in which somebody says why they ask."""
    return _why(
        View.EXPLAIN, request_id, "Why you ask", "The people who can allow it read it.", submit="Tell them"
    )


def decline(request: AccessRequest) -> dict[str, Any]:
    """Return the form that declines a request, with or without a reason."""
    hint = f"<@{request.person_id}> is told that you declined it, and why."
    return _why(
        View.DECLINE, request.request_id, "Decline the request", hint, submit="Decline", optional=True
    )


def _why(
    callback: View, request_id: str, title: str, hint: str, *, submit: str, optional: bool = False
) -> dict[str, Any]:
    found: dict[str, Any] = ModalView(
        type="modal",
        callback_id=callback,
        private_metadata=request_id,
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit),
        close=PlainTextObject(text="Cancel"),
        blocks=[
            section(hint),
            InputBlock(
                block_id=FormField.REASON,
                label=PlainTextObject(text="Why"),
                optional=optional,
                element=PlainTextInputElement(action_id=VALUE, max_length=200),
            ),
        ],
    ).to_dict()
    return found


def choose(request: AccessRequest) -> dict[str, Any]:
    """Return the form that asks for project and role, for a request from outside of any project."""
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
            section(
                f"<@{request.person_id}> asks for access. When you allow it, they are told what they can do."
            ),
            InputBlock(block_id=FormField.PROJECT, label=PlainTextObject(text="Project"), element=projects),
            InputBlock(
                block_id=FormField.ROLE,
                label=PlainTextObject(text="What they can do"),
                element=RadioButtonsElement(action_id=VALUE, options=roles),
            ),
        ],
    ).to_dict()
    return found


def allowed(told: AccessAllowed) -> Message:
    """Return the message to the person who asked."""
    titles = [escape(title) for title in told.titles]
    more = f" and {told.count - len(titles)} more" if told.count > len(titles) else ""
    jobs = f"There: {', '.join(titles)}{more}." if titles else "No jobs are shared with it yet."
    example = "`/schedule jobs`"
    if told.can_schedule is not None:
        example = f"`/schedule {escape(told.can_schedule.lower())} every weekday at 9am`"
    may = _MAY[told.role]
    return message(
        f"You can now {may} in {told.project}.",
        section(f":white_check_mark: <@{told.by}> allowed it: in {bold(told.project)} you can {may}. {jobs}"),
        context(f"Try {example}."),
    )


def declined(told: AccessDeclined) -> Message:
    """Return the message to whoever was declined."""
    where = f" to {bold(told.project)}" if told.project else ""
    why = f" Why: {escape(told.reason)}" if told.reason else ""
    text = f"Your request for access{where} was declined"
    text += f" by <@{told.by}>.{why}" if told.by else "."
    named = f" to {told.project}" if told.project else ""
    return message(f"Your request for access{named} was declined.", section(text))


def settled(told: AccessSettled) -> Message:
    """Return what replaces the request: who did what, without buttons."""
    where = f" in {bold(told.project)}" if told.project else ""
    if told.role is None:
        text = f"<@{told.by}> declined the request of <@{told.person_id}>{where}."
        return message("Declined.", section(text))
    text = f":white_check_mark: <@{told.by}> allowed <@{told.person_id}> to {_MAY[told.role]}{where}."
    return message("Allowed.", section(text))


def already(words: str) -> Message:
    """Return what replaces the request if somebody else was quicker."""
    shown = escape_but_people(words)
    return message(shown, section(shown), names_people=True)


def asked(request_id: str) -> Message:
    """Return the answer, which is the same whether there is a project where they asked or not."""
    text = "The people who can allow it have been told. I will tell you their answer."
    return message(text, section(text), actions(button(Button.EXPLAIN_ACCESS, "Say why…", request_id)))


def explained() -> Message:
    """Return the answer to whoever said why they ask."""
    text = "The people who can allow it read your reason now."
    return message(text, section(text))


def _how(told: AccessAsked) -> str:
    if told.roles and told.job and told.project:
        return (
            f"Allowing it lets them run and schedule every job that is shared with everyone in "
            f"{bold(told.project)}, not only this one. They are told so."
        )
    if told.roles:
        return "They are told what they can do as soon as you allow it."
    if told.project is None:
        return "They asked outside any project’s channel. If you allow it, you choose the project."
    if told.is_managed:
        who = f"`{told.person_id}`"
        return f"{bold(told.project)} is managed by a file: to allow it, add {who} there and apply it."
    return (
        "No role gives this right, because the job is shared without it. `/schedule admin` can change that."
    )
