"""A project's jobs: shared, changed, taken away; how each is shown and limited; what Airflow suggests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.blocks.admin import job as settings_blocks
from bot.blocks.admin import jobs as blocks
from bot.blocks.admin.frame import subject_of, unpack
from bot.blocks.admin.taking_away import take_away
from bot.blocks.ids import Admin, View
from bot.blocks.parts import MOST_OPTIONS, bold, escape, option
from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.job import JobSettings
from bot.domain.one_line import one_line
from bot.domain.project_setup import Shared, Who
from bot.domain.rights import Action
from bot.language.presets import read_presets
from bot.rules import project_edits
from bot.services.projects.sharing import by_reference
from handlers.admin.inputs import open_of_share
from handlers.admin.pages import asking, pushing, saving, taking_away, turn
from handlers.admin.projects import suspended

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.blocks.admin.frame import Where
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission, Typing, ViewState
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the buttons and forms of a project's jobs."""
    app.action(Admin.SHARE)(answering.press(pushing(_ask)))
    app.options(Admin.TARGETS)(answering.typing(_targets))
    app.view(View.ADMIN_SHARE)(answering.submission(saving(_share)))
    app.action(Admin.UNSHARE)(answering.press(taking_away(_unshare)))
    app.action(Admin.SHARED)(answering.press(_shared))
    app.options(Admin.JOB)(answering.typing(_jobs))
    app.options(Admin.JOB_INPUTS)(answering.typing(_jobs))
    app.action(Admin.JOB)(answering.press(pushing(_settings)))
    app.view(View.ADMIN_JOB)(answering.submission(saving(_set)))
    app.action(Admin.SUGGESTED)(answering.press(turn(_accept)))


# Shares ---------------------------------------------------------------------------------------------------


def _ask(talk: Talk, _press: Press, where: Where) -> dict[str, Any]:
    talk.services.managing.must_manage(talk.asker, where.project_id)
    return blocks.share(where, handles={})


def _targets(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    project_id = unpack(typing.metadata).project_id
    found = talk.services.sharing.targets(talk.asker, project_id, typing.text)
    jobs = [(each, words) for each, words in found if not each.is_tag][:MOST_OPTIONS]
    tags = [(each, words) for each, words in found if each.is_tag][:MOST_OPTIONS]
    return blocks.target_options(
        [(each.reference, words) for each, words in jobs], [(each.reference, words) for each, words in tags]
    )


def _share(talk: Talk, submission: Submission, where: Where) -> str:
    """Save a new share, or the one that the form is about."""
    view = submission.view
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    changed = by_reference(kept.setup.shares, where.subject) if where.subject else None
    target = changed or _target(talk, where, view.text(FormField.WHAT))
    shared = replace(target, only=_only(view) if view.text(FormField.SHARED_WITH) == blocks.SOME else None)
    actions = blocks.actions_of(view.text(FormField.ACTIONS), view.many(FormField.ALSO))
    edit = project_edits.share(shared, actions, instead_of=changed)
    lost = talk.services.managing.edit(talk.asker, where.project_id, edit)
    return f":white_check_mark: {'Saved' if changed else 'Shared'}.{suspended(lost)}"


def _shared(talk: Talk, press: Press) -> None:
    """Change the share, change how its job is shown or its inputs, or take it away, as was chosen."""
    match press.value:
        case blocks.CHANGE:
            pushing(_ask_to_change)(talk, press)
        case blocks.SETTINGS:
            pushing(_settings_of_share)(talk, press)
        case blocks.INPUTS:
            turn(open_of_share)(talk, press)
        case _:
            asking(_ask_to_unshare)(talk, press)


def _ask_to_change(talk: Talk, press: Press, where: Where) -> dict[str, Any]:
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    shared = by_reference(kept.setup.shares, subject_of(press.block_id))
    return blocks.share(
        replace(where, subject=shared.reference),
        shared=shared,
        title=blocks.say_target(
            shared, talk.services.sharing.titles(talk.asker, where.project_id, [shared.name])
        ),
        has=kept.setup.shares[shared],
        handles=talk.services.sharing.handles(talk.asker),
    )


def _ask_to_unshare(talk: Talk, press: Press, where: Where) -> dict[str, Any]:
    services = talk.services
    kept = services.managing.to_manage(talk.asker, where.project_id)
    shared = by_reference(kept.setup.shares, subject_of(press.block_id))
    lost = services.managing.would_suspend(talk.asker, where.project_id, project_edits.unshare(shared))
    dag_ids = {shared.name, *(each.key.dag_id for each in lost)}
    titles = services.sharing.titles(talk.asker, where.project_id, dag_ids)
    return take_away(
        replace(where, subject=shared.reference), Admin.UNSHARE,
        escape(blocks.say_target(shared, titles)), project=kept.name, lost=lost, titles=titles,
    )  # fmt: skip


def _unshare(talk: Talk, _press: Press, where: Where) -> tuple[Where, str]:
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    shared = by_reference(kept.setup.shares, where.subject)
    lost = talk.services.managing.edit(talk.asker, where.project_id, project_edits.unshare(shared))
    return replace(where, subject=""), f":white_check_mark: Taken away.{suspended(lost)}"


def _target(talk: Talk, where: Where, reference: str) -> Shared:
    found = dict(talk.services.sharing.targets(talk.asker, where.project_id))
    try:
        return by_reference(found, reference)
    except NotFound:
        raise NotUnderstood("Choose a job or a tag from the list.", field=FormField.WHAT) from None


def _only(view: ViewState) -> tuple[Who, ...]:
    people = map(Who, view.many(FormField.ONLY))
    groups = (Who(each, is_group=True) for each in view.many(FormField.GROUPS))
    return tuple(sorted({*people, *groups}))


# One job, in this project ---------------------------------------------------------------------------------


def _jobs(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    found = talk.services.sharing.jobs(talk.asker, unpack(typing.metadata).project_id, typing.text)
    return [
        option(job.title, Shared(job.key.dag_id, is_tag=False).reference).to_dict()
        for job in found[:MOST_OPTIONS]
    ]


def _settings(talk: Talk, press: Press, where: Where) -> dict[str, Any]:
    return _form(talk, where, talk.services.sharing.referred(talk.asker, where.project_id, press.value))


def _settings_of_share(talk: Talk, press: Press, where: Where) -> dict[str, Any]:
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    shared = by_reference(kept.setup.shares, subject_of(press.block_id))
    return _form(talk, where, shared.name)


def _form(talk: Talk, where: Where, dag_id: str) -> dict[str, Any]:
    job = talk.services.sharing.job(talk.asker, where.project_id, dag_id)
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    settings = kept.setup.jobs.get(dag_id, JobSettings())
    return settings_blocks.job_form(replace(where, subject=dag_id), job, settings)


def _set(talk: Talk, submission: Submission, where: Where) -> str:
    job = talk.services.sharing.known_job(talk.asker, where.project_id, where.subject)
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    before = kept.setup.jobs.get(where.subject, JobSettings())
    job = talk.services.sharing.offering(talk.asker, where.project_id, job, before)
    view = submission.view
    tz = talk.asker.person.tz
    settings = replace(
        before,
        title=_line(view.text(FormField.TITLE)),
        description=_line(view.text(FormField.DESCRIPTION)),
        presets=read_presets(job, view.text(FormField.PRESETS), field=FormField.PRESETS, tz=tz),
        asks_first=settings_blocks.AT_ONCE not in view.many(FormField.ASKS),
        runbook=view.text(FormField.RUNBOOK),
        longest_minutes=project_edits.longest_minutes(view.text(FormField.LONGEST)),
    )
    talk.services.managing.edit(talk.asker, where.project_id, project_edits.set_job(job, settings))
    return f":white_check_mark: {bold(settings.title or job.title)}: saved."


def _line(value: object) -> str:
    return one_line(str(value or ""))


# Suggestions ----------------------------------------------------------------------------------------------


def _accept(talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    for each in talk.services.sharing.suggestions(talk.asker, where.project_id):
        if each.reference == press.value:
            edit = project_edits.share_together(each.shares, frozenset(Action))
            talk.services.managing.edit(talk.asker, where.project_id, edit)
            return where, ":white_check_mark: Shared with everyone in the project, as their roles allow."
    raise NotFound("That suggestion is no longer there.")
