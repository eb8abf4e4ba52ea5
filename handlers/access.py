"""Ask for access, and the buttons that answer: Allow, Decline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import access_request as blocks
from bot.blocks.form import told
from bot.blocks.ids import Button, View
from bot.blocks.parts import MOST_OPTIONS, option
from bot.domain.errors import Conflict
from bot.domain.form_field import FormField
from bot.domain.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import App

    from bot.domain.access_request import AccessRequest
    from bot.domain.announcement import AccessSettled
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission, Typing
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect Ask for access, and the buttons that answer it."""
    app.action(Button.ASK_FOR_ACCESS)(answering.press(ask))
    app.action(Button.ASK_FOR_MORE)(answering.press(ask_for_more))
    app.action(Button.ALLOW_VIEWER)(answering.press(allow_viewer))
    app.action(Button.ALLOW_RUNNER)(answering.press(allow_runner))
    app.action(Button.ALLOW_SOMEWHERE)(answering.press(choose))
    app.options(Button.ALLOW_IN)(answering.typing(projects))
    app.view(View.ALLOW)(answering.submission(allow))
    app.action(Button.DECLINE_ACCESS)(answering.press(ask_why_not))
    app.view(View.DECLINE)(answering.submission(decline))
    app.action(Button.EXPLAIN_ACCESS)(answering.press(ask_why))
    app.view(View.EXPLAIN)(answering.submission(explain))


def ask(talk: Talk, _press: Press) -> None:
    """Ask for access to the channel's project, or to any."""
    talk.say(blocks.asked(talk.services.requesting_access.ask(talk.asker)))


def ask_for_more(talk: Talk, press: Press) -> None:
    """Ask to run and schedule one job. From a form, the answer replaces it, as there is no channel."""
    asked = blocks.asked(talk.services.requesting_access.ask_for_more(talk.asker, press.value))
    if press.view is None:
        talk.say(asked)
    else:
        talk.update(press.view.view_id, press.view.view_hash, told("Asked", asked))


def ask_why(talk: Talk, press: Press) -> None:
    """Open the form in which the person says why they ask."""
    talk.open(blocks.explain(press.value))


def explain(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Tell those who can allow it why the person asks."""
    reason = submission.view.text(FormField.REASON)
    talk.services.requesting_access.explain(talk.asker, submission.view.metadata, reason)
    return {"response_action": "update", "view": told("Told", blocks.explained())}


def allow_viewer(talk: Talk, press: Press) -> None:
    """Let the person look at the project's jobs."""
    _settle(talk, lambda: talk.services.requesting_access.allow(talk.asker, press.value, Role.VIEWER))


def allow_runner(talk: Talk, press: Press) -> None:
    """Let the person run and schedule the project's jobs."""
    _settle(talk, lambda: talk.services.requesting_access.allow(talk.asker, press.value, Role.RUNNER))


def choose(talk: Talk, press: Press) -> None:
    """Ask for the project in a form, if the request names none."""
    _open_about(talk, press, blocks.choose)


def projects(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    """Return the projects into which people can be let from here."""
    managing = talk.services.managing
    found = managing.found(talk.asker, typing.text, only_changeable=True, limit=MOST_OPTIONS)
    return [option(each.name, str(each.project_id)).to_dict() for each in found]


def allow(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Let the person into the chosen project. The outbox takes the buttons off the request."""
    view = submission.view
    project = view.text(FormField.PROJECT)
    role = Role(view.text(FormField.ROLE) or Role.VIEWER)
    settled = talk.services.requesting_access.allow(
        talk.asker, view.metadata, role, project_id=int(project) if project.isdecimal() else None
    )
    return {"response_action": "update", "view": told("Allowed", blocks.settled(settled))}


def ask_why_not(talk: Talk, press: Press) -> None:
    """Open the form that declines the request, in which a reason can be given."""
    _open_about(talk, press, blocks.decline)


def decline(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Decline the request. The outbox takes the buttons off it."""
    view = submission.view
    reason = view.text(FormField.REASON)
    settled = talk.services.requesting_access.decline(talk.asker, view.metadata, reason)
    return {"response_action": "update", "view": told("Declined", blocks.settled(settled))}


def _open_about(talk: Talk, press: Press, form: Callable[[AccessRequest], dict[str, Any]]) -> None:
    """Open the form about the open request; if somebody has answered it, say so in its place."""
    try:
        request = talk.services.requesting_access.to_allow(talk.asker, press.value)
    except Conflict as conflict:
        talk.replace(blocks.already(conflict.message))
    else:
        talk.open(form(request))


def _settle(talk: Talk, act: Callable[[], AccessSettled]) -> None:
    """Show the answer in place of the buttons, also to whoever comes second."""
    try:
        talk.replace(blocks.settled(act()))
    except Conflict as conflict:
        talk.replace(blocks.already(conflict.message))
