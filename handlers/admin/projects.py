"""Projects: opened, made, changed, archived; and who is an admin or an auditor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks.admin import desk as desk_blocks
from bot.blocks.admin import project as blocks
from bot.blocks.admin.escalation import NONE
from bot.blocks.admin.frame import Where
from bot.blocks.ids import Admin, AdminPage, View
from bot.blocks.parts import MOST_OPTIONS, bold, option
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.language.say import say_moment
from bot.rules import project_edits
from handlers import zones
from handlers.admin.pages import leading, pushing, saving, turn
from handlers.pausing import A_DAY, picked_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt import App

    from bot.domain.schedule import Schedule
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission, Typing, ViewState
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the list of projects, their settings, and the workspace's roles."""
    app.action(Admin.PROJECT)(answering.press(turn(_open)))
    app.options(Admin.PROJECT)(answering.typing(_find))
    app.action(Admin.NEW_PROJECT)(answering.press(pushing(_new)))
    app.view(View.ADMIN_NEW)(answering.submission(leading(_make)))
    app.action(Admin.SETTINGS)(answering.press(pushing(_settings)))
    app.view(View.ADMIN_SETTINGS)(answering.submission(saving(_change)))
    app.action(Admin.ARCHIVE)(answering.press(turn(_archive)))
    app.action(Admin.RESTORE)(answering.press(turn(_restore)))
    app.action(Admin.PAUSE_PROJECT)(answering.press(pushing(_ask_until)))
    app.view(View.ADMIN_PAUSE)(answering.submission(saving(_pause)))
    app.action(Admin.RESUME_PROJECT)(answering.press(turn(_resume)))
    app.action(Admin.ROLES)(answering.press(pushing(_roles)))
    app.view(View.ADMIN_ROLES)(answering.submission(saving(_set_roles)))
    app.options(Admin.ZONES)(answering.typing(_zones))


def suspended(lost: Sequence[Schedule]) -> str:
    """Return what else a change did, to follow a sentence about it."""
    if not lost:
        return ""
    numbers = ", ".join(f"#{each.number}" for each in lost[:10])
    verb = "is" if len(lost) == 1 else "are"
    more = f" and {len(lost) - 10} more" if len(lost) > 10 else ""  # noqa: PLR2004
    return f" {numbers}{more} {verb} suspended; owners and managers are told."


def _open(_talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    project_id = int(press.value) if press.value.isdecimal() else 0
    return Where(AdminPage.PROJECT, project_id, channel_id=where.channel_id), ""


def _find(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    found = talk.services.managing.found(talk.asker, typing.text, limit=MOST_OPTIONS)
    return [option(each.name, str(each.project_id)).to_dict() for each in found]


def _new(talk: Talk, _press: Press, where: Where) -> dict[str, Any]:
    return desk_blocks.new_project(where, talk.asker.person.tz.key)


def _make(talk: Talk, submission: Submission, where: Where) -> tuple[Where, str]:
    view = submission.view
    name = view.text(FormField.NAME)
    project_id = talk.services.managing.create(talk.asker, name, view.text(FormField.TIME_ZONE))
    page = Where(AdminPage.PROJECT, project_id, channel_id=where.channel_id)
    return page, f":white_check_mark: {bold(name)} exists now. Three steps, and people can work in it."


def _settings(talk: Talk, _press: Press, where: Where) -> dict[str, Any]:
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    own = talk.services.managing.channels(talk.asker, where.project_id)
    return blocks.settings(where, kept, own, talk.services.pagers)


def _change(talk: Talk, submission: Submission, where: Where) -> str:
    view = submission.view
    kept = talk.services.managing.to_manage(talk.asker, where.project_id).setup.escalation
    reports_to = view.text(FormField.REPORTS_TO) or blocks.NOWHERE
    edit = project_edits.settings(
        tz=view.text(FormField.TIME_ZONE),
        reports_to=None if reports_to == blocks.NOWHERE else reports_to,
        asked=view.many(FormField.ASKED),
        tells_changes=blocks.TELLS in view.many(FormField.TELLS_CHANGES),
        escalation=project_edits.escalation_of(
            view.text(FormField.ESCALATES_AFTER),
            person_id=next(iter(view.many(FormField.ESCALATES_TO)), ""),
            channel_id=_chosen(view, FormField.ESCALATES_IN),
            pager=_chosen(view, FormField.PAGER),
            pagers=(*talk.services.pagers, *([kept.pager] if kept is not None else [])),
        ),
    )
    name = view.text(FormField.NAME)
    if not name:
        raise NotUnderstood("A project needs a name.", field=FormField.NAME)
    talk.services.managing.edit(talk.asker, where.project_id, edit, name=name)
    return ":white_check_mark: Saved."


def _chosen(view: ViewState, field: FormField) -> str:
    """Return what is chosen in a menu that has an option for nothing; "" for that one."""
    value = view.text(field)
    return "" if value == NONE else value


def _archive(talk: Talk, _press: Press, where: Where) -> tuple[Where, str]:
    lost = talk.services.managing.archive(talk.asker, where.project_id)
    return where, f":white_check_mark: Archived.{suspended(lost)}"


def _restore(talk: Talk, _press: Press, where: Where) -> tuple[Where, str]:
    talk.services.managing.restore(talk.asker, where.project_id)
    return where, (
        ":white_check_mark: It is back, with its people and shares. "
        "Give it its channels again, and resume the schedules that were suspended."
    )


def _ask_until(talk: Talk, _press: Press, where: Where) -> dict[str, Any]:
    kept = talk.services.managing.to_pause(talk.asker, where.project_id)
    return blocks.pause_form(where, kept, talk.services.clock.now() + A_DAY)


def _pause(talk: Talk, submission: Submission, where: Where) -> str:
    until, reason = picked_moment(submission), submission.view.text(FormField.REASON)
    paused = talk.services.pausing_projects.pause(talk.asker, where.project_id, until, reason)
    ends = say_moment(until, paused.tz)
    return f":white_check_mark: All schedules of {bold(paused.name)} rest until {ends}."


def _resume(talk: Talk, _press: Press, where: Where) -> tuple[Where, str]:
    project = talk.services.pausing_projects.resume(talk.asker, where.project_id)
    return where, f":white_check_mark: The schedules of {bold(project.name)} go on."


def _roles(talk: Talk, _press: Press, where: Where) -> dict[str, Any]:
    people = talk.services.managing.workspace_roles(talk.asker)
    return desk_blocks.roles(where, people, talk.services.managing.settings_admins)


def _set_roles(talk: Talk, submission: Submission, _where: Where) -> str:
    view = submission.view
    wanted = {
        "admin": frozenset(view.many(FormField.ADMINS)),
        "auditor": frozenset(view.many(FormField.AUDITORS)),
    }
    talk.services.managing.set_workspace_roles(talk.asker, wanted)
    return ":white_check_mark: Saved."


def _zones(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    talk.services.managing.must_administer(talk.asker)
    return zones.suggest(talk, typing)
