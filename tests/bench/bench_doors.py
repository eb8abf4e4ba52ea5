"""What people wait for: every command, type-ahead and form, in a company and in one a tenth of its size.

For a member, a manager, an admin and an auditor, asked in a channel of no project, where most is to be
weighed. Statements and transactions are one interaction's; "ack" is when Slack has its answer.

Run: .venv/bin/python tests/bench/bench_doors.py [sqlite | postgresql] [door …]
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from slack_bolt import Ack
from slack_sdk.web import SlackResponse
from slack_sdk.web.base_client import BaseClient
from slack_sdk.webhook import WebhookClient, WebhookResponse
from sqlalchemy import event, select

import handlers
from bot.blocks.admin.frame import Where
from bot.blocks.ids import CHOICE, VALUE, Admin, AdminPage, Button, Field, View, input_block
from bot.domain.job import job_reference
from bot.gateways.slack import SlackGateway
from bot.language.when import warm
from playground.postgresql import start_postgresql
from storage.database import Database
from storage.tables import memberships, schedules, shares
from tests.bench.company import A_TENTH, ADMIN, AUDITOR, FULL, fill, is_manager, key, person, title
from tests.doors import RecordingApp
from tests.fakes.at_once import AtOnce
from tests.world import GENERAL, TEAM, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.company import Size

TIMES, SECONDS = 40, 4.0
"""How often each door is asked, and for how long at most; three times in any case."""
Body = dict[str, Any]


@dataclass
class Counted:
    statements: int = 0
    transactions: int = 0


@dataclass
class Taken:
    """Of each time one door was asked: milliseconds to the ack and to the end, and what it cost at most."""

    acked: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    """Milliseconds of this process's own CPU, which other work on the machine does not lengthen."""
    before_ack: Counted = field(default_factory=Counted)
    in_all: Counted = field(default_factory=Counted)


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
    action = {"type": "external_select", "action_id": VALUE, "block_id": Field.JOB, **value}
    metadata = json.dumps({"channel": "", "changes": None})
    view = {"id": "V1", "hash": "h", "callback_id": View.FORM, "private_metadata": metadata, "blocks": []}
    return {"type": "block_actions", "actions": [action], "view": view, "container": {"type": "view"}}


def page(target: AdminPage) -> Callable[[Somebody, int], Body]:
    def body(who: Somebody, _n: int) -> Body:
        action = {"type": "button", "action_id": f"{Admin.GO}.{target}", "block_id": "b", "value": target}
        view = {
            "id": "V1", "hash": "h", "callback_id": View.ADMIN_PAGE, "blocks": [],
            "private_metadata": _where(who, AdminPage.PROJECT),
        }  # fmt: skip
        return {"type": "block_actions", "actions": [action], "view": view, "container": {"type": "view"}}

    return body


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
    """The same person, with the other role each time."""
    role = {"selected_option": {"value": ("viewer", "runner")[n % 2]}}
    return {
        "people": {"selected_users": [person(13).person_id]},
        "groups": {"selected_options": []},
        "role": role,
    }


def _settings(_who: Somebody, n: int) -> dict[str, Any]:
    zone = {"selected_option": {"value": ("Europe/Berlin", "Europe/Paris")[n % 2]}}
    name = {"value": f"Project renamed {n}"}
    return {"name": name, "time_zone": zone, "reports_to": {"selected_option": {"value": "-"}}, "asked": {}}


MANAGES = ("manager", "admin")
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
    Door("runs", command(lambda _who, _n: "runs")),
    Door("runs <job>", command(lambda who, _n: f"runs {title(who.job).lower()}")),
    Door("a typo", command(lambda _who, n: f"revnue reprot {n} every day at 9am")),
    Door("no such job", command(lambda _who, _n: "run the monthly thing that nobody ever heard of")),
    Door("pause job <job>", command(lambda who, _n: f"pause job {title(who.job).lower()}"), ("manager",)),
    Door("form: job", typed(VALUE, "rev", block=Field.JOB)),
    Door("form: nothing typed", typed(VALUE, "", block=Field.JOB)),
    Door("form: a job is chosen", job_chosen),
    Door("form: choices", chosen),
    Door("admin", command(lambda _who, _n: "admin"), (*MANAGES, "auditor")),
    Door("admin: project", typed(Admin.PROJECT, "project 4", page=AdminPage.DESK), (*MANAGES, "auditor")),
    Door("admin: zone", typed(Admin.ZONES, "ber", page=AdminPage.PROJECT), MANAGES),
    Door("admin: group", typed(Admin.GROUPS, "g1", page=AdminPage.PEOPLE), MANAGES),
    Door("admin: job or tag", typed(Admin.TARGETS, "rev", page=AdminPage.JOBS), MANAGES),
    Door("admin: job", typed(Admin.JOB, "rev", page=AdminPage.JOBS), MANAGES),
    Door("request: project", typed(Button.ALLOW_IN, "project 4", page=AdminPage.DESK), MANAGES),
    Door("admin: people page", page(AdminPage.PEOPLE), (*MANAGES, "auditor")),
    Door("admin: jobs page", page(AdminPage.JOBS), (*MANAGES, "auditor")),
    Door("admin: add people, sent", sent(View.ADMIN_PEOPLE, AdminPage.PEOPLE, _people), MANAGES),
    Door("admin: settings, sent", sent(View.ADMIN_SETTINGS, AdminPage.PROJECT, _settings), MANAGES),
)  # fmt: skip


class Office:
    """The bot's own listeners on one database, with a Slack that answers at once."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        self.counted = Counted()
        self._acked: tuple[float, Counted] | None = None
        anything = {"ok": True, "channel": "C1", "ts": "1.1", "view": {"id": "V1", "hash": "h"}}

        def call(client: object, method: str, **_: Any) -> SlackResponse:
            return SlackResponse(
                client=client, http_verb="POST", api_url=method, req_args={}, data=anything, headers={},
                status_code=200,
            )  # fmt: skip

        def ack(ack: Ack, *arguments: Any, **named: Any) -> Any:
            self._acked = self._acked or (time.perf_counter(), self._now())
            return acknowledge(ack, *arguments, **named)

        acknowledge = Ack.__call__
        patch.setattr(Ack, "__call__", ack)
        patch.setattr(BaseClient, "api_call", call)
        patch.setattr(
            WebhookClient, "send_dict",
            lambda *_, **__: WebhookResponse(url="", status_code=200, body="ok", headers={}),
        )  # fmt: skip
        event.listen(database._engine, "before_cursor_execute", lambda *_: self._count("statements"))
        event.listen(database._engine, "begin", lambda *_: self._count("transactions"))
        self._app = RecordingApp(
            token="xoxb-1",
            token_verification_enabled=False,
            listener_executor=ThreadPoolExecutor(1),  # so that it is known when a listener has ended
        )
        gateway = SlackGateway(self._app.client)
        handlers.register(self._app, World(database).services(), gateway, AtOnce())

    def ask(self, body: Body, who: Somebody, taken: Taken) -> None:
        person_id = person(who.number).person_id
        whole = {
            "team": {"id": TEAM}, "team_id": TEAM, "user": {"id": person_id, "team_id": TEAM},
            "user_id": person_id, "trigger_id": "trigger", "response_url": "https://slack.test/answer",
            **body,
        }  # fmt: skip
        self.counted, self._acked = Counted(), None
        began, worked = time.perf_counter(), time.process_time()
        answer = self._app.send(whole)
        ended, until = time.perf_counter(), time.process_time()
        assert answer.startswith("200"), answer
        assert self._acked is not None
        at, before_ack = self._acked
        taken.acked.append(1000 * (at - began))
        taken.ended.append(1000 * (ended - began))
        taken.worked.append(1000 * (until - worked))
        _at_most(taken.before_ack, before_ack)
        _at_most(taken.in_all, self.counted)

    def _count(self, name: str) -> None:
        setattr(self.counted, name, getattr(self.counted, name) + 1)

    def _now(self) -> Counted:
        return Counted(self.counted.statements, self.counted.transactions)


def _at_most(kept: Counted, seen: Counted) -> None:
    kept.statements = max(kept.statements, seen.statements)
    kept.transactions = max(kept.transactions, seen.transactions)


def everybody(database: Database) -> dict[str, list[Somebody]]:
    """Some of each kind of person."""
    with database.transaction() as tx:
        members = tx.connection.execute(
            select(memberships).where(memberships.c.person_id.is_not(None), memberships.c.role != "viewer")
        ).all()
        first = tx.connection.execute(select(schedules.c.owner_id, schedules.c.number)).all()
        job_of = {
            row.project_id: int(row.dag_id.removeprefix("job_"))
            for row in tx.connection.execute(
                select(shares).where(shares.c.for_everyone, shares.c.dag_id.is_not(None))
            )
            if row.dag_id.startswith("job_")
        }
    number_of = dict(reversed([(row.owner_id, row.number) for row in first]))

    def some(*, managing: bool) -> Iterator[Somebody]:
        for row in members:
            number = int(row.person_id[1:]) if row.person_id[1:].isdigit() else 0
            if number > 1 and is_manager(number) is managing and (row.role == "manager") is managing:
                yield Somebody(number, row.project_id, job_of[row.project_id], number_of[row.person_id])

    anywhere = members[-1].project_id
    return {
        "member": list(some(managing=False))[:40],
        "manager": list(some(managing=True))[:40],
        "admin": [Somebody(ADMIN, anywhere, job_of[anywhere], 77)],
        "auditor": [Somebody(AUDITOR, anywhere, job_of[anywhere], 77)],
    }


def measure(office: Office, door: Door, people: list[Somebody]) -> Taken:
    for warming in range(2):
        office.ask(door.body(people[-1], warming), people[-1], Taken())
    taken = Taken()
    began = time.perf_counter()
    for number in range(TIMES):
        if number >= 3 and time.perf_counter() - began > SECONDS:
            break
        who = people[number // 2 % len(people)]
        office.ask(door.body(who, number), who, taken)
    return taken


def run(url: str, size: Size, only: list[str]) -> dict[tuple[str, str], Taken]:
    database = Database(url)
    with pytest.MonkeyPatch.context() as patch:
        try:
            database.migrate()
            office = Office(database, patch)
            fill(database, size)
            people = everybody(database)
            return {
                (door.name, kind): measure(office, door, people[kind])
                for door in DOORS
                if not only or door.name in only
                for kind in door.whose
            }
        finally:
            database.close()


def at(share: float, of: list[float]) -> float:
    return sorted(of)[min(len(of) - 1, int(share * len(of)))]


def tell(name: str, small: dict[tuple[str, str], Taken], full: dict[tuple[str, str], Taken]) -> None:
    print(f"\n{name}")
    print(f"  {'':<36}{'p50':>8}{'p95':>8}{'ratio':>7}{'cpu':>8}{'ack p95':>9}   before the ack, in all")
    for (door, kind), taken in full.items():
        ratio = at(0.5, taken.ended) / at(0.5, small[door, kind].ended)
        times = f"{at(0.5, taken.ended):8.1f}{at(0.95, taken.ended):8.1f}{ratio:7.2f}"
        times += f"{at(0.5, taken.worked):8.1f}{at(0.95, taken.acked):9.1f}"
        costs = (f"{each.statements} in {each.transactions}" for each in (taken.before_ack, taken.in_all))
        print(f"  {f'{door}, {kind}':<36}{times}   {', '.join(costs)}", flush=True)


def main() -> None:
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warm()
    kinds = [each for each in sys.argv[1:] if each in {"sqlite", "postgresql"}] or ["sqlite", "postgresql"]
    only = [each for each in sys.argv[1:] if each not in {"sqlite", "postgresql"}]
    print(f"{FULL}\nMilliseconds; ratio: its median beside that of a tenth ({A_TENTH}).")
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="runbell-doors-") as folder:
            server = start_postgresql(Path(folder) / "pg") if kind == "postgresql" else None
            try:
                found = [
                    run(
                        server.url_for(name, "psycopg") if server else f"sqlite:///{folder}/{name}.db",
                        size,
                        only,
                    )
                    for name, size in (("tenth", A_TENTH), ("full", FULL))
                ]
            finally:
                if server:
                    server.stop()
            tell(kind, *found)


if __name__ == "__main__":
    main()
