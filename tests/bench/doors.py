"""The doors that people wait at: every command, type-ahead and form, as Slack sends them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.blocks.admin.frame import Where
from bot.blocks.ids import ABOUT, CHOICE, VALUE, Admin, AdminPage, Button, Shortcut, View, input_block
from bot.blocks.when_ids import ZONE
from bot.domain.form_field import FormField
from bot.domain.job import job_reference
from handlers.alerts import NEW
from tests.bench.company import key, person, title
from tests.world import GENERAL

if TYPE_CHECKING:
    from collections.abc import Callable

Body = dict[str, Any]


@dataclass(frozen=True)
class Somebody:
    """A person, and what is theirs to ask about."""

    number: int
    project_id: int
    job: int
    """Shared with their project."""
    schedule: int
    """Its number: their own, or anybody's for who has none."""


@dataclass(frozen=True)
class Door:
    """`body`: what Slack sends for this person the n-th time."""

    name: str
    body: Callable[[Somebody, int], Body]
    whose: tuple[str, ...] = ("member", "manager", "admin", "auditor")


def command(text: Callable[[Somebody, int], str]) -> Callable[[Somebody, int], Body]:
    return lambda who, n: {"command": "/schedule", "text": text(who, n), "channel_id": GENERAL}


def typed(
    action_id: str, text: str, *, block: str = "b", page: AdminPage | None = None
) -> Callable[[Somebody, int], Body]:
    def body(who: Somebody, _n: int) -> Body:
        about = _where(who, page) if page else json.dumps({"channel": "", "changes": None})
        view = {"id": "V1", "private_metadata": about}
        return {
            "type": "block_suggestion", "action_id": action_id, "block_id": block, "value": text,
            "view": view,
        }  # fmt: skip

    return body


def chosen(who: Somebody, _n: int) -> Body:
    """An input's choices, of which there are too many for the form."""
    reference = job_reference(who.project_id, key(who.job))
    view = {"id": "V1", "private_metadata": json.dumps({"channel": "", "changes": None})}
    return {
        "type": "block_suggestion", "action_id": CHOICE, "block_id": input_block(reference, "input.region"),
        "value": "store 1", "view": view,
    }  # fmt: skip


def job_chosen(who: Somebody, _n: int) -> Body:
    value = {"selected_option": {"value": job_reference(who.project_id, key(who.job))}}
    action = {"type": "external_select", "action_id": VALUE, "block_id": FormField.JOB, **value}
    metadata = json.dumps({"channel": "", "changes": None})
    view = {"id": "V1", "hash": "h", "callback_id": View.FORM, "private_metadata": metadata, "blocks": []}
    return {"type": "block_actions", "actions": [action], "view": view, "container": {"type": "view"}}


def page(target: AdminPage) -> Callable[[Somebody, int], Body]:
    action = {"type": "button", "action_id": f"{Admin.GO}.{target}", "block_id": "b", "value": target}
    return lambda who, _n: _on_page(who, AdminPage.PROJECT, action)


def inputs_page(who: Somebody, _n: int) -> Body:
    """The page of a job's inputs, which a menu leads to."""
    value = {"selected_option": {"value": job_reference(who.project_id, key(who.job))}}
    action = {"type": "external_select", "action_id": Admin.JOB_INPUTS, "block_id": "b", **value}
    return _on_page(who, AdminPage.JOBS, action)


def _on_page(who: Somebody, shown: AdminPage, action: Body) -> Body:
    view = {
        "id": "V1", "hash": "h", "callback_id": View.ADMIN_PAGE, "blocks": [],
        "private_metadata": _where(who, shown),
    }  # fmt: skip
    return {"type": "block_actions", "actions": [action], "view": view, "container": {"type": "view"}}


def fixed(who: Somebody, _n: int) -> Body:
    """The choices of an input that is being fixed."""
    about = Where(AdminPage.INPUTS, who.project_id, job=key(who.job).dag_id).pack()
    block = input_block(job_reference(who.project_id, key(who.job)), "input.region")
    return {
        "type": "block_suggestion", "action_id": Admin.INPUT_CHOICE, "block_id": block, "value": "store 1",
        "view": {"id": "V1", "private_metadata": about},
    }  # fmt: skip


def sent(
    view: View, target: AdminPage, fields: Callable[[Somebody, int], dict[str, Any]]
) -> Callable[[Somebody, int], Body]:
    def body(who: Somebody, n: int) -> Body:
        values = {block_id: {VALUE: value} for block_id, value in fields(who, n).items()}
        return {
            "type": "view_submission",
            "view": {
                "id": "V2", "root_view_id": "V1", "hash": "h", "type": "modal", "callback_id": view,
                "private_metadata": _where(who, target), "state": {"values": values},
                "blocks": [{"block_id": each} for each in values],
            },
        }  # fmt: skip

    return body


def _where(who: Somebody, target: AdminPage) -> str:
    return Where(target, 0 if target is AdminPage.DESK else who.project_id).pack()


def _people(_who: Somebody, n: int) -> dict[str, Any]:
    """The same person, with the other role each time; nowhere is the first of them theirs already."""
    role = {"selected_option": {"value": ("manager", "viewer")[n % 2]}}
    return {
        "people": {"selected_users": [person(13).person_id]},
        "groups": {"selected_options": []},
        "role": role,
    }


def _settings(_who: Somebody, n: int) -> dict[str, Any]:
    zone = {"selected_option": {"value": ("Europe/Berlin", "Europe/Paris")[n % 2]}}
    name = {"value": f"Project renamed {n}"}
    return {"name": name, "time_zone": zone, "reports_to": {"selected_option": {"value": "-"}}, "asked": {}}


def opens_home(who: Somebody, n: int) -> Body:
    event = {"type": "app_home_opened", "user": person(who.number).person_id, "channel": "D1", "tab": "home"}
    return {"type": "event_callback", "event_id": f"Ev{n}", "event": event}


FIRST_PROJECT = 3
"""The id of the company's first project, behind the two of the tests' world; channels count from 0."""


def channel_of(who: Somebody) -> str:
    return f"C{who.project_id - FIRST_PROJECT:04}"


def in_channel(text: str) -> Callable[[Somebody, int], Body]:
    return lambda who, _n: {"command": "/schedule", "text": text, "channel_id": channel_of(who)}


def pressed(action_id: str, value: str, block_id: str = "b") -> Callable[[Somebody, int], Body]:
    """A button of a message."""
    action = {"type": "button", "action_id": action_id, "block_id": block_id, "value": value}
    message = {"type": "message", "message_ts": "1.1", "channel_id": GENERAL}
    return lambda _who, _n: {
        "type": "block_actions", "actions": [action], "channel": {"id": GENERAL}, "container": message,
        "message": {"ts": "1.1", "blocks": []},
    }  # fmt: skip


def in_form(action_id: str, text: str = "every weekday at 9am") -> Callable[[Somebody, int], Body]:
    """A button of the form, which is drawn anew, or the form as it is sent."""

    def body(who: Somebody, _n: int) -> Body:
        reference = job_reference(who.project_id, key(who.job))
        job = {"type": "external_select", "selected_option": {"value": reference}}
        values = {FormField.JOB: {VALUE: job}, FormField.WHEN: {VALUE: {"value": text}}}
        view = {
            "id": "V1", "hash": "h", "type": "modal", "callback_id": View.FORM, "state": {"values": values},
            "private_metadata": json.dumps({"channel": "", "changes": None}),
            "blocks": [{"block_id": each} for each in values],
        }  # fmt: skip
        if not action_id:
            return {"type": "view_submission", "view": view}
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": "x"}
        return {"type": "block_actions", "actions": [action], "view": view, "container": {"type": "view"}}

    return body


def shortcut(_who: Somebody, _n: int) -> Body:
    return {"type": "shortcut", "callback_id": Shortcut.OPEN_FORM}


def at_a_message(_who: Somebody, _n: int) -> Body:
    message = {"type": "message", "text": "Order 4711 is missing", "ts": "1.1", "user": person(9).person_id}
    return {
        "type": "message_action", "callback_id": Shortcut.RUN_ABOUT, "message": message, "message_ts": "1.1",
        "channel": {"id": GENERAL}, "response_url": "https://slack.test/answer",
    }  # fmt: skip


def about_alerts(who: Somebody, _n: int) -> Body:
    """What a rule of one's own messages may be about."""
    metadata = f"{NEW}{person(who.number).person_id}"
    view = {"id": "V1", "private_metadata": metadata}
    return {"type": "block_suggestion", "action_id": ABOUT, "block_id": "b", "value": "rev", "view": view}


MANAGES = ("manager", "admin")
WORKS = ("member", "manager")
"""Who may do something with a job, which an admin in no project may not."""
DOORS = (
    Door("the form", command(lambda _who, _n: "")),
    Door("help", command(lambda _who, _n: "help")),
    Door("list", command(lambda _who, _n: "list")),
    Door("list all", command(lambda _who, _n: "list all")),
    Door("show #12", command(lambda who, _n: f"show #{who.schedule}")),
    Door("show <job>", command(lambda who, _n: f"show {title(who.job).lower()}")),
    Door("pause, resume #12", command(lambda who, n: f"{('pause', 'resume')[n % 2]} #{who.schedule}"),
         ("member", "manager")),
    Door("skip #12", command(lambda who, _n: f"skip #{who.schedule}"), ("member", "manager")),
    Door("<job> every day at 9am", command(lambda who, _n: f"{title(who.job).lower()} every day at 9am"),
         ("member", "manager")),
    Door("run <job>", command(lambda who, _n: f"run {title(who.job).lower()} with region=store_1 note=hello"),
         ("member", "manager")),
    Door("jobs", command(lambda _who, _n: "jobs")),
    Door("jobs rev", command(lambda _who, _n: "jobs rev")),
    Door("home", opens_home),
    Door("runs", command(lambda _who, _n: "runs")),
    Door("runs <job>", command(lambda who, _n: f"runs {title(who.job).lower()}")),
    Door("a typo", command(lambda _who, n: f"revnue reprot {n} every day at 9am")),
    Door("no such job", command(lambda _who, _n: "run the monthly thing that nobody ever heard of")),
    Door("pause job <job>", command(lambda who, _n: f"pause job {title(who.job).lower()}"), ("manager",)),
    Door("form: job", typed(VALUE, "rev", block=FormField.JOB)),
    Door("form: nothing typed", typed(VALUE, "", block=FormField.JOB)),
    Door("form: a job is chosen", job_chosen),
    Door("form: choices", chosen),
    *(
        Door(each, command(lambda _who, _n, said=each: said))  # type: ignore[misc]  # each has its own
        for each in (
            "list paused", "list failed", "list tomorrow", "week", "runs failed since yesterday", "help run",
            "alerts", "back", "what is scheduled?", "yes",
        )
    ),
    *(
        Door(each, command(lambda who, _n, said=each: said.replace("#12", f"#{who.schedule}")), WORKS)  # type: ignore[misc]  # each has its own
        for each in (
            "edit #12 every day at 8am", "copy #12 every friday", "rename #12 to my own one", "take over #12"
        )
    ),
    Door("transfer #12", command(lambda who, _n: f"transfer #{who.schedule} to <@{person(9).person_id}>"),
         WORKS),
    Door("away until friday", command(lambda _who, _n: f"away until friday <@{person(9).person_id}>"), WORKS),
    Door("stop <job>", command(lambda who, _n: f"stop {title(who.job).lower()}"), WORKS),
    Door("retry <job>", command(lambda who, _n: f"retry {title(who.job).lower()}"), WORKS),
    Door("list <job>", command(lambda who, _n: f"list {title(who.job).lower()}")),
    Door("list @somebody", command(lambda _who, _n: f"list <@{person(9).person_id}>")),
    Door("alerts, here", in_channel("alerts"), MANAGES),
    Door("alerts add, here", in_channel("alerts add"), MANAGES),
    Door("alerts: about", about_alerts),
    Door("list, a later page", pressed(Button.LATER, "10", "list.0.turn.all")),
    Door("home, a later page", pressed(Button.HOME_LATER, "5")),
    Door("shortcut", shortcut),
    Door("shortcut at a message", at_a_message),
    Door("shortcut at a message: job", typed(Button.ABOUT_JOB, "rev")),
    Door("form: zone", typed(ZONE, "ber")),
    Door("form: pick a time", in_form(Button.PICK_WHEN)),
    Door("form: more inputs", in_form(Button.MORE_INPUTS)),
    Door("form: presets", in_form(Button.PRESETS)),
    Door("form: more", in_form(Button.MORE_OF_SCHEDULE)),
    Door("form: start, end and days off", in_form(Button.MORE_OF_WHEN)),
    Door("form: sent", in_form(""), WORKS),
    Door("form: sent, no such time", in_form("", "some day"), WORKS),
    Door("admin: desk", page(AdminPage.DESK), MANAGES),
    Door("admin: channels page", page(AdminPage.CHANNELS), MANAGES),
    Door("admin: suggestions page", page(AdminPage.SUGGESTIONS), ("admin",)),
    Door("admin: audit page", page(AdminPage.AUDIT), (*MANAGES, "auditor")),
    Door("admin", command(lambda _who, _n: "admin"), (*MANAGES, "auditor")),
    Door("admin: project", typed(Admin.PROJECT, "project 4", page=AdminPage.DESK), (*MANAGES, "auditor")),
    Door("admin: zone", typed(Admin.ZONES, "ber", page=AdminPage.PROJECT), MANAGES),
    Door("admin: group", typed(Admin.GROUPS, "g1", page=AdminPage.PEOPLE), MANAGES),
    Door("admin: job or tag", typed(Admin.TARGETS, "rev", page=AdminPage.JOBS), MANAGES),
    Door("admin: job", typed(Admin.JOB, "rev", page=AdminPage.JOBS), MANAGES),
    Door("admin: a job's inputs", typed(Admin.JOB_INPUTS, "rev", page=AdminPage.JOBS), MANAGES),
    Door("admin: inputs page", inputs_page, MANAGES),
    Door("admin: choices of a fixed input", fixed, MANAGES),
    Door("admin: alerts page", page(AdminPage.ALERTS), MANAGES),
    Door("request: project", typed(Button.ALLOW_IN, "project 4", page=AdminPage.DESK), MANAGES),
    Door("admin: people page", page(AdminPage.PEOPLE), (*MANAGES, "auditor")),
    Door("admin: jobs page", page(AdminPage.JOBS), (*MANAGES, "auditor")),
    Door("admin: add people, sent", sent(View.ADMIN_PEOPLE, AdminPage.PEOPLE, _people), MANAGES),
    Door("delete #12", command(lambda who, _n: f"delete #{who.schedule}"), WORKS),
    Door("admin: settings, sent", sent(View.ADMIN_SETTINGS, AdminPage.PROJECT, _settings), MANAGES),
)  # fmt: skip
