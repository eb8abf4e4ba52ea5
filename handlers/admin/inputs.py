"""The inputs of one of a project's jobs: asked for, fixed at a value, or hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.blocks import choices
from bot.blocks.admin import inputs as blocks
from bot.blocks.admin.frame import subject_of, unpack
from bot.blocks.ids import MOVING, Admin, AdminPage, View, job_and_part, mark_of
from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.job import JobSettings, job_reference
from bot.language.inputs import input_beside
from bot.rules import input_edits
from bot.services.projects.sharing import by_reference
from handlers.admin.pages import pushing, saving, turn
from handlers.form.filling import parts_of
from handlers.form.inputs import read_form

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.blocks.admin.frame import Where
    from bot.domain.job import Input, Job
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission, Typing
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the page of a job's inputs, and the form of a fixed value."""
    app.action(Admin.JOB_INPUTS)(answering.press(turn(_open)))
    app.action(Admin.INPUT)(answering.press(_chosen))
    app.options(Admin.INPUT_CHOICE)(answering.typing(_offered))
    app.view(View.ADMIN_INPUT)(answering.submission(saving(_fix)))


def open_of_share(talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    """Return the page of the inputs of a shared job, chosen in its row's menu."""
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    shared = by_reference(kept.setup.shares, subject_of(press.block_id))
    return _page_of(where, shared.name), ""


def _open(talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    return _page_of(where, talk.services.sharing.referred(talk.asker, where.project_id, press.value)), ""


def _page_of(where: Where, dag_id: str) -> Where:
    return replace(where, page=AdminPage.INPUTS, job=dag_id, subject="", at=0)


def _chosen(talk: Talk, press: Press) -> None:
    if press.value == blocks.FIX:
        pushing(_ask)(talk, press)
    else:
        turn(_ask_hide_or_forget)(talk, press)


def _ask(talk: Talk, press: Press, where: Where) -> dict[str, Any]:
    job, settings = _known(talk, where)
    each = _of_mark(job, subject_of(press.block_id))
    if not blocks.may_be_fixed(each):
        raise NotUnderstood(f"“{each.title}” is a secret or a file: it is not kept here.")
    here = replace(where, subject=mark_of(each.name))
    own = {} if each.default is None else {each.name: each.default}
    return blocks.fix_form(
        here, _alone(job, each, settings), _reference(where, job), {**own, **settings.fixed}
    )


def _ask_hide_or_forget(talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    job, settings = _known(talk, where)
    mark = subject_of(press.block_id)
    titles = {**dict.fromkeys(settings.withheld, ""), **{each.name: each.title for each in job.inputs}}
    name = next((each for each in titles if mark_of(each) == mark), None)
    if name is None or press.value not in {blocks.ASK, blocks.HIDE, blocks.FORGET}:
        raise NotFound("The job does not have that input any more.")
    edit = input_edits.set_input(job, name, hidden=press.value == blocks.HIDE)
    talk.services.managing.edit(talk.asker, where.project_id, edit)
    return where, blocks.changed(titles[name] or name, press.value)


def _fix(talk: Talk, submission: Submission, where: Where) -> str:
    job, settings = _known(talk, where)
    each = _of_mark(job, where.subject)
    alone = _alone(job, each, settings)
    parts = parts_of(submission.view, _reference(where, job))
    value = read_form(alone, parts, {}, talk.viewpoint).get(each.name)
    if value is None:
        raise NotUnderstood("Give the value. To leave it to the job, hide it instead.", field=each.name)
    edit = input_edits.set_input(job, each.name, fixed=value)
    talk.services.managing.edit(talk.asker, where.project_id, edit)
    return blocks.changed(each.title, blocks.FIX)


def _offered(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    job, _settings = _known(talk, unpack(typing.metadata))
    _, part = job_and_part(typing.block_id)
    if part.startswith(f"{MOVING}."):
        return choices.moving(job, part.removeprefix(f"{MOVING}."), typing.text, talk.viewpoint)
    return choices.found(job, part.removeprefix("input."), typing.text, typing.block_id)


def _known(talk: Talk, where: Where) -> tuple[Job, JobSettings]:
    """Return the job as Airflow has it, with the choices that the project gives, and its settings there."""
    job = talk.services.sharing.known_job(talk.asker, where.project_id, where.job)
    kept = talk.services.managing.to_manage(talk.asker, where.project_id)
    settings = kept.setup.jobs.get(where.job, JobSettings())
    return talk.services.sharing.offering(talk.asker, where.project_id, job, settings), settings


def _alone(job: Job, each: Input, settings: JobSettings) -> Job:
    """Return the job with this input alone, which must be given; its choices go with what else is fixed."""
    beside = replace(input_beside(job, each.name, settings.fixed), required=True, default=None)
    return replace(job, title=settings.title or job.title, inputs=(beside,))


def _of_mark(job: Job, mark: str) -> Input:
    for each in job.inputs:
        if mark_of(each.name) == mark:
            return each
    raise NotFound("The job does not have that input any more.")


def _reference(where: Where, job: Job) -> str:
    return job_reference(where.project_id, job.key)
