"""The pages: opened, gone between, drawn anew after what was done; each asks for rights as it is drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.blocks import help as help_blocks
from bot.blocks.admin import alerts as alert_blocks
from bot.blocks.admin import audit as audit_blocks
from bot.blocks.admin import channels as channel_blocks
from bot.blocks.admin import desk as desk_blocks
from bot.blocks.admin import inputs as input_blocks
from bot.blocks.admin import jobs as job_blocks
from bot.blocks.admin import people as people_blocks
from bot.blocks.admin import project as project_blocks
from bot.blocks.admin.frame import ROWS, Where, unpack, with_undo
from bot.blocks.form import told
from bot.blocks.ids import Admin, AdminPage, View
from bot.blocks.parts import escape_but_people
from bot.domain.errors import UserError
from bot.domain.job import JobSettings
from bot.services.projects.auditing import KINDS, REFUSED, Sought
from handlers.answer import Later, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App

    from handlers.answer import Answering
    from handlers.payloads import Press, Submission, ViewState
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the way from page to page."""
    app.action(Admin.OPEN)(answering.press(lambda talk, _press: begin(talk)))
    app.action(re.compile(rf"{re.escape(Admin.GO)}\.\w+"))(answering.press(turn(_go)))
    app.action(Admin.NEXT)(answering.press(turn(_next)))
    app.action(Admin.PREVIOUS)(answering.press(turn(_previous)))
    app.view(View.ADMIN_PAGE)(answering.submission(lambda _talk, _submission: {}))


def begin(talk: Talk) -> None:
    """Open the administration. Raises NotAllowed if there is nothing that the person may administer."""
    desk = talk.services.managing.desk(talk.asker, limit=1)
    if not talk.trigger_id:
        talk.say(desk_blocks.offer())
        return
    where = Where(channel_id=talk.asker.channel_id)
    if desk.count == 1 and not desk.is_admin:
        where = replace(where, page=AdminPage.PROJECT, project_id=desk.projects[0].project_id)
    talk.open(draw(talk, where), (Admin.OPEN, "admin"))


def turn(act: Callable[[Talk, Press, Where], tuple[Where, str]]) -> Callable[[Talk, Press], None]:
    """Return the conversation of a press on a page: it leads to a page, with a word about what was done.

    An error is said on the page where it happened.
    """

    def converse(talk: Talk, press: Press) -> None:
        _turn(talk, press, act, lambda view, _project_id: view)

    return converse


def taking_away(act: Callable[[Talk, Press, Where], tuple[Where, str]]) -> Callable[[Talk, Press], None]:
    """Return the conversation of a press like `turn`, with Undo beside what it took away."""

    def converse(talk: Talk, press: Press) -> None:
        began = talk.services.clock.now()

        def with_a_way_back(view: dict[str, Any], project_id: int) -> dict[str, Any]:
            taken = talk.services.undoing.latest(talk.asker, project_id, since=began)
            return view if taken is None else with_undo(view, str(taken.audit_id))

        _turn(talk, press, act, with_a_way_back)

    return converse


def _turn(
    talk: Talk,
    press: Press,
    act: Callable[[Talk, Press, Where], tuple[Where, str]],
    finish: Callable[[dict[str, Any], int], dict[str, Any]],
) -> None:
    if press.view is None:
        return
    where = unpack(press.view.metadata)
    try:
        where, notice = act(talk, press, where)
    except UserError as error:
        _tell(talk, press.view, where, error)
        raise Told(error) from error
    talk.update(press.view.view_id, None, finish(draw(talk, where, notice), where.project_id))


def asking(make: Callable[[Talk, Press, Where], dict[str, Any]]) -> Callable[[Talk, Press], None]:
    """Return the conversation of a press that makes a question of the page. An error is said there."""
    return _showing(make, lambda talk, view, question: talk.update(view.view_id, None, question))


def pushing(make: Callable[[Talk, Press, Where], dict[str, Any]]) -> Callable[[Talk, Press], None]:
    """Return the conversation of a press that opens a form on its page. An error is said on the page."""
    return _showing(make, lambda talk, _view, form: talk.push(form))


def _showing(
    make: Callable[[Talk, Press, Where], dict[str, Any]],
    show: Callable[[Talk, ViewState, dict[str, Any]], object],
) -> Callable[[Talk, Press], None]:
    def converse(talk: Talk, press: Press) -> None:
        if press.view is None:
            return
        where = unpack(press.view.metadata)
        try:
            show(talk, press.view, make(talk, press, where))
        except UserError as error:
            _tell(talk, press.view, where, error)
            raise Told(error) from error

    return converse


def _tell(talk: Talk, view: ViewState, where: Where, error: UserError) -> None:
    """Say the error on the page itself, so that nothing is lost and the person can go on."""
    talk.update(view.view_id, None, draw(talk, where, f":warning: {escape_but_people(error.message)}"))


def saving(act: Callable[[Talk, Submission, Where], str]) -> Callable[[Talk, Submission], Later]:
    """Return the conversation of a form: close it at once, then draw the page beneath with a word."""
    return leading(lambda talk, submission, where: (where, act(talk, submission, where)))


def leading(
    act: Callable[[Talk, Submission, Where], tuple[Where, str]],
) -> Callable[[Talk, Submission], Later]:
    """Return the conversation of a form that leads to a page: like `saving`, with another page beneath."""

    def converse(talk: Talk, submission: Submission) -> Later:
        where, notice = act(talk, submission, unpack(submission.view.metadata))

        def redraw() -> None:
            try:
                beneath = draw(talk, replace(where, subject=""), notice)
            except UserError as error:  # who has just taken their own right away
                beneath = told("Administration", help_blocks.problem(error))
            talk.update(submission.view.root_id, None, beneath)

        return Later(redraw)

    return converse


def draw(talk: Talk, where: Where, notice: str = "") -> dict[str, Any]:
    """Return the page.

    Raises NotFound if the person may not manage what it shows, NotAllowed for the audit.
    """
    managing, asker = talk.services.managing, talk.asker
    match where.page:
        case AdminPage.DESK:
            desk = managing.desk(asker, behind=where.at, limit=ROWS)
            reads = desk.is_admin or desk.is_auditor
            return desk_blocks.desk(
                where,
                desk.projects,
                desk.count,
                is_admin=desk.is_admin,
                reads_audit=reads,
                backlog=desk.backlog,
                notice=notice,
            )
        case AdminPage.PROJECT:
            kept = managing.project(asker, where.project_id)
            return project_blocks.project(where, kept, is_admin=managing.is_admin(asker), notice=notice)
        case AdminPage.CHANNELS:
            return channel_blocks.channels(where, managing.project(asker, where.project_id), notice=notice)
        case AdminPage.PEOPLE:
            return people_blocks.people(where, managing.project(asker, where.project_id), notice=notice)
        case AdminPage.ALERTS:
            return alert_blocks.alerts(where, managing.project(asker, where.project_id), notice=notice)
        case AdminPage.JOBS:
            return _jobs(talk, where, notice)
        case AdminPage.INPUTS:
            return _inputs(talk, where, notice)
        case AdminPage.SUGGESTIONS:
            kept = managing.project(asker, where.project_id)
            found = talk.services.sharing.suggestions(asker, where.project_id)
            return job_blocks.suggestions(where, kept, found, notice=notice)
        case AdminPage.AUDIT:
            return _audit(talk, where, notice)


def _jobs(talk: Talk, where: Where, notice: str) -> dict[str, Any]:
    services, asker = talk.services, talk.asker
    kept = services.managing.project(asker, where.project_id)
    shared = (each.name for each in kept.setup.shares if not each.is_tag)
    return job_blocks.jobs(
        where,
        kept,
        services.sharing.titles(asker, where.project_id, shared),
        is_admin=services.managing.is_admin(asker),
        notice=notice,
    )


def _inputs(talk: Talk, where: Where, notice: str) -> dict[str, Any]:
    kept = talk.services.managing.project(talk.asker, where.project_id)
    settings = kept.setup.jobs.get(where.job, JobSettings())
    job = talk.services.sharing.job(talk.asker, where.project_id, where.job)
    job = talk.services.sharing.offering(talk.asker, where.project_id, job, settings)
    return input_blocks.inputs(where, kept, job, settings, notice=notice)


def _audit(talk: Talk, where: Where, notice: str) -> dict[str, Any]:
    found = talk.services.auditing.entries(talk.asker, sought(where), before=where.at or None, limit=ROWS + 1)
    name = found.names.projects.get(where.project_id, "Audit") if where.project_id else "Audit"
    return audit_blocks.audit(
        where,
        name,
        found.entries[:ROWS],
        found.names,
        kinds=[*KINDS, REFUSED],
        has_more=len(found.entries) > ROWS,
        is_first=not where.at,
        notice=notice,
    )


def sought(where: Where) -> Sought:
    """Return which entries the page shows."""
    return Sought(project_id=where.project_id, person_id=where.who, kind=where.kind)


def _go(_talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    page = AdminPage(press.value) if press.value in set(AdminPage) else AdminPage.DESK
    project_id = 0 if page is AdminPage.DESK else where.project_id
    return Where(page, project_id, channel_id=where.channel_id), ""


def _next(talk: Talk, _press: Press, where: Where) -> tuple[Where, str]:
    """Turn to the next page.

    In the audit, `at` is the entry before which the page begins, so that new entries move nothing.
    """
    if where.page is not AdminPage.AUDIT:
        return replace(where, at=where.at + ROWS), ""
    found = talk.services.auditing.entries(talk.asker, sought(where), before=where.at or None, limit=ROWS)
    return replace(where, at=found.entries[-1].audit_id if found.entries else 0), ""


def _previous(_talk: Talk, _press: Press, where: Where) -> tuple[Where, str]:
    newest = where.page is AdminPage.AUDIT
    return replace(where, at=0 if newest else max(0, where.at - ROWS)), ""
