"""The bot's own listeners on a database of a company, with a Slack that answers at once; what each costs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack
from slack_sdk.web import SlackResponse
from slack_sdk.web.base_client import BaseClient
from slack_sdk.webhook import WebhookClient, WebhookResponse
from sqlalchemy import event, select
from sqlalchemy.engine.cursor import CursorFetchStrategy

import handlers
from bot.gateways.slack import SlackGateway
from storage.tables import memberships, schedules, shares
from tests.bench.company import ADMIN, AUDITOR, fill, is_manager, person
from tests.bench.doors import Somebody
from tests.doors import RecordingApp
from tests.fakes.at_once import AtOnce
from tests.world import TEAM, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from storage.database import Database
    from tests.bench.company import Size
    from tests.bench.doors import Body, Door

PEOPLE_OF_A_KIND = 40


@dataclass
class Counted:
    statements: int = 0
    transactions: int = 0
    rows: int = 0


@dataclass
class Taken:
    """Of each time one door was asked: milliseconds to the ack and to the end, and what it cost at most."""

    acked: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    """Milliseconds of CPU, this process's own and the database server's, which no other work lengthens."""
    before_ack: Counted = field(default_factory=Counted)
    in_all: Counted = field(default_factory=Counted)


class Counting:
    """Statements, transactions and rows of every database; this process's work and that of its servers."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.counted = Counted()
        self.acked: tuple[float, Counted] | None = None
        anything = {"ok": True, "channel": "C1", "ts": "1.1", "view": {"id": "V1", "hash": "h"}}

        def call(client: object, method: str, **_: Any) -> SlackResponse:
            return SlackResponse(
                client=client, http_verb="POST", api_url=method, req_args={}, data=anything, headers={},
                status_code=200,
            )  # fmt: skip

        def ack(ack: Ack, *arguments: Any, **named: Any) -> Any:
            self.acked = self.acked or (time.perf_counter(), self.now())
            return acknowledge(ack, *arguments, **named)

        def fetch_all(*arguments: Any) -> Any:
            rows = all_at_once(*arguments)
            self.counted.rows += len(rows)
            return rows

        def fetch_one(*arguments: Any) -> Any:
            self.counted.rows += 1
            return one_by_one(*arguments)

        acknowledge = Ack.__call__
        all_at_once, one_by_one = CursorFetchStrategy.fetchall, CursorFetchStrategy.fetchone
        patch.setattr(Ack, "__call__", ack)
        patch.setattr(CursorFetchStrategy, "fetchall", fetch_all)
        patch.setattr(CursorFetchStrategy, "fetchone", fetch_one)
        patch.setattr(BaseClient, "api_call", call)
        patch.setattr(
            WebhookClient, "send_dict",
            lambda *_, **__: WebhookResponse(url="", status_code=200, body="ok", headers={}),
        )  # fmt: skip

    def begin(self) -> None:
        self.counted, self.acked = Counted(), None

    def listen(self, database: Database) -> None:
        event.listen(database._engine, "before_cursor_execute", lambda *_: self._count("statements"))
        event.listen(database._engine, "begin", lambda *_: self._count("transactions"))

    def now(self) -> Counted:
        return Counted(self.counted.statements, self.counted.transactions, self.counted.rows)

    def _count(self, name: str) -> None:
        setattr(self.counted, name, getattr(self.counted, name) + 1)


class Office:
    def __init__(self, database: Database, size: Size, counting: Counting) -> None:
        self._counting = counting
        self._servers: set[int] = set()
        """Processes of PostgreSQL that work for us."""
        counting.listen(database)
        event.listen(database._engine, "connect", self._connected)
        database._engine.dispose()  # what was connected before is not known
        self._app = RecordingApp(
            token="xoxb-1",
            token_verification_enabled=False,
            listener_executor=AtOnce(),  # so that it is known when a listener has ended
        )
        gateway = SlackGateway(self._app.client)
        handlers.register(self._app, World(database).services(), gateway, AtOnce())
        fill(database, size)
        self.people = everybody(database)

    def ask(self, door: Door, kind: str, number: int, taken: Taken) -> None:
        """Ask for the n-th time: twice in a row by each person of the kind."""
        who = self.people[kind][number // 2 % len(self.people[kind])]
        person_id = person(who.number).person_id
        whole: Body = {
            "team": {"id": TEAM}, "team_id": TEAM, "user": {"id": person_id, "team_id": TEAM},
            "user_id": person_id, "trigger_id": "trigger", "response_url": "https://slack.test/answer",
            **door.body(who, number),
        }  # fmt: skip
        self._counting.begin()
        began, worked = time.perf_counter(), self._worked()
        answer = self._app.send(whole)
        ended, until = time.perf_counter(), self._worked()
        assert answer.startswith("200"), answer
        assert self._counting.acked is not None
        at, before_ack = self._counting.acked
        taken.acked.append(1000 * (at - began))
        taken.ended.append(1000 * (ended - began))
        taken.worked.append(1000 * (until - worked))
        _at_most(taken.before_ack, before_ack)
        _at_most(taken.in_all, self._counting.now())

    def _connected(self, connection: Any, _record: object) -> None:
        if hasattr(connection, "info"):
            self._servers.add(connection.info.backend_pid)

    def _worked(self) -> float:
        """Seconds of CPU."""
        theirs = sum(_nanoseconds(each) for each in self._servers)
        return time.process_time() + theirs / 1e9


def _nanoseconds(process_id: int) -> int:
    try:
        return int(Path(f"/proc/{process_id}/schedstat").read_text().split()[0])
    except FileNotFoundError:
        return 0


def _at_most(kept: Counted, seen: Counted) -> None:
    kept.statements = max(kept.statements, seen.statements)
    kept.transactions = max(kept.transactions, seen.transactions)
    kept.rows = max(kept.rows, seen.rows)


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
        "member": list(some(managing=False))[:PEOPLE_OF_A_KIND],
        "manager": list(some(managing=True))[:PEOPLE_OF_A_KIND],
        "admin": [Somebody(ADMIN, anywhere, job_of[anywhere], 77)],
        "auditor": [Somebody(AUDITOR, anywhere, job_of[anywhere], 77)],
    }
