"""A project's people and user groups: added, given another role, taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.blocks.admin import people as blocks
from bot.blocks.admin.frame import mention, subject_of
from bot.blocks.admin.taking_away import take_away
from bot.blocks.ids import Admin, View
from bot.blocks.parts import MOST_OPTIONS, option
from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.project_setup import Who
from bot.domain.rights import Role
from bot.rules import project_edits
from bot.services.projects.sharing import wanted_by
from handlers.admin.pages import asking, pushing, saving, taking_away, turn
from handlers.admin.projects import suspended

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.blocks.admin.frame import Where
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission, Typing
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the buttons and forms of a project's people."""
    app.action(Admin.ADD_PEOPLE)(answering.press(pushing(_ask)))
    app.action(Admin.FIND_PERSON)(answering.press(pushing(_find)))
    app.view(View.ADMIN_PEOPLE)(answering.submission(saving(_add)))
    app.action(Admin.MEMBER)(answering.press(_member))
    app.action(Admin.REMOVE)(answering.press(taking_away(_remove)))
    app.options(Admin.GROUPS)(answering.typing(groups))


def _ask(talk: Talk, _press: Press, where: Where) -> dict[str, Any]:
    talk.services.managing.must_manage(talk.asker, where.project_id)
    return blocks.add_people(where)


def _find(talk: Talk, press: Press, where: Where) -> dict[str, Any]:
    """Return the form with this person and the role that they have."""
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    role = kept.setup.members.get(Who(press.value), Role.RUNNER)
    return blocks.add_people(where, chosen=press.value, role=role)


def _add(talk: Talk, submission: Submission, where: Where) -> str:
    view = submission.view
    people = [*map(Who, view.many(FormField.PEOPLE))]
    people += [Who(each, is_group=True) for each in view.many(FormField.GROUPS)]
    if not people:
        raise NotUnderstood("Choose at least one person or user group.", field=FormField.PEOPLE)
    role = Role(view.text(FormField.ROLE) or Role.RUNNER)
    talk.services.managing.must_manage(talk.asker, where.project_id)
    for each in people:
        if not each.is_group:
            talk.services.people.know(talk.asker.person.workspace_id, each.slack_id)
    lost = talk.services.managing.edit(talk.asker, where.project_id, project_edits.put_members(people, role))
    return f":white_check_mark: {_named(people)} {blocks.ROLES[role]} now.{suspended(lost)}"


def _member(talk: Talk, press: Press) -> None:
    """Give the member another role at once; before taking them away, ask and say what that does."""
    if press.value == blocks.REMOVE:
        asking(_ask_to_remove)(talk, press)
    else:
        turn(_change_role)(talk, press)


def _change_role(talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    who = _who(talk, where, subject_of(press.block_id))
    role = Role(press.value)
    edit = project_edits.put_members([who], role)
    lost = talk.services.managing.edit(talk.asker, where.project_id, edit)
    return where, f":white_check_mark: {_named([who])} {blocks.ROLES[role]} now.{suspended(lost)}"


def _ask_to_remove(talk: Talk, press: Press, where: Where) -> dict[str, Any]:
    managing = talk.services.managing
    who = _who(talk, where, subject_of(press.block_id))
    kept = managing.to_manage(talk.asker, where.project_id)
    lost = managing.would_suspend(talk.asker, where.project_id, project_edits.remove_member(who))
    titles = talk.services.sharing.titles(talk.asker, where.project_id, {each.key.dag_id for each in lost})
    return take_away(
        replace(where, subject=who.slack_id), Admin.REMOVE, mention(who),
        project=kept.name, lost=lost, titles=titles,
    )  # fmt: skip


def _remove(talk: Talk, _press: Press, where: Where) -> tuple[Where, str]:
    who = _who(talk, where, where.subject)
    lost = talk.services.managing.edit(talk.asker, where.project_id, project_edits.remove_member(who))
    return replace(where, subject=""), f":white_check_mark: {_named([who])} taken away.{suspended(lost)}"


def groups(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    """Return user groups that fit what was typed, for people who manage something."""
    talk.services.managing.must_administer(talk.asker)
    found = talk.services.sharing.handles(talk.asker)
    return [
        option(f"@{handle}", group_id).to_dict()
        for group_id, handle in sorted(found.items(), key=lambda each: each[1])
        if wanted_by(handle, typing.text)
    ][:MOST_OPTIONS]


def _who(talk: Talk, where: Where, slack_id: str) -> Who:
    """Return the member of the project with this id. Raises NotFound."""
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    for each in kept.setup.members:
        if each.slack_id == slack_id:
            return each
    raise NotFound("They are not in this project any more.")


def _named(people: list[Who]) -> str:
    shown = ", ".join(mention(each) for each in people[:10])
    return shown if len(people) <= 10 else f"{shown} and {len(people) - 10} more"  # noqa: PLR2004
