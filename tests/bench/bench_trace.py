"""What a schedule passes through on its way to Airflow, and a failure on its way to a card.

For each leg: functions and modules that are called, changes of module, rooms (top folders), transactions and
statements, on SQLite, with the fakes at both ends. Every leg is walked twice, and the second time counts:
what is compiled or imported once is no part of the way.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.web import SlackResponse
from slack_sdk.web.base_client import BaseClient
from slack_sdk.webhook import WebhookClient, WebhookResponse
from sqlalchemy import event
from sqlalchemy.engine import Engine

import handlers
from bot.blocks.ids import Button
from bot.gateways.slack import SlackGateway
from tests.databases import databases_of
from tests.doors import RecordingApp
from tests.fakes.at_once import AtOnce
from tests.world import FINANCE, TEAM, TOM, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ROOT = Path(__file__).parents[2]
HOUSE = ("bot", "handlers", "storage")
TYPED = "sales report every weekday at 9am"


@dataclass(slots=True)
class Trace:
    """What one leg called."""

    functions: set[tuple[str, str, int]] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    changes: int = 0
    transactions: int = 0
    statements: int = 0
    _last: str = ""

    @property
    def rooms(self) -> set[str]:
        return {"/".join(each.split("/")[: 2 if each.startswith("bot/") else 1]) for each in self.modules}

    @property
    def counts(self) -> tuple[int, ...]:
        called = (len(self.functions), len(self.modules), self.changes, len(self.rooms))
        return (*called, self.transactions, self.statements)

    def __call__(self, frame: FrameType, what: str, _: object) -> None:
        code = frame.f_code
        if what != "call" or code.co_name.startswith("<") or not code.co_filename.startswith(str(ROOT)):
            return
        module = code.co_filename[len(str(ROOT)) + 1 :]
        if not module.startswith(HOUSE):
            return
        self.functions.add((module, code.co_name, code.co_firstlineno))
        self.modules.add(module)
        self.changes += module != self._last
        self._last = module

    def began(self, *_: object) -> None:
        self.transactions += 1

    def executed(self, *_: object) -> None:
        self.statements += 1


@contextmanager
def traced() -> Iterator[Trace]:
    trace = Trace()
    event.listen(Engine, "begin", trace.began)
    event.listen(Engine, "before_cursor_execute", trace.executed)
    threading.setprofile(trace)
    sys.setprofile(trace)
    try:
        yield trace
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        event.remove(Engine, "begin", trace.began)
        event.remove(Engine, "before_cursor_execute", trace.executed)


class Slack:
    """A Bolt app before a world; what it tells Slack is kept, in place of Slack."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[Any] = []
        monkeypatch.setattr(BaseClient, "api_call", self._call)
        monkeypatch.setattr(WebhookClient, "send_dict", self._answer)
        self._app = RecordingApp(
            token="xoxb-1", token_verification_enabled=False, process_before_response=True
        )
        handlers.register(self._app, world.services(), SlackGateway(self._app.client), AtOnce())

    def hear(self, body: dict[str, Any]) -> None:
        who = {"team": {"id": TEAM}, "team_id": TEAM, "user": {"id": TOM.person_id}, "user_id": TOM.person_id}
        self._app.send({**who, "trigger_id": "t", "response_url": "https://slack.test/answer", **body})

    def _call(self, method: str, **arguments: Any) -> SlackResponse:
        self.said.append(arguments)
        data = {"ok": True, "channel": "C1", "ts": "1.1", "view": {"id": "V1", "hash": "h"}}
        return SlackResponse(
            client=self, http_verb="POST", api_url=method, req_args={}, data=data, headers={}, status_code=200
        )

    def _answer(self, body: dict[str, Any], *_: object) -> WebhookResponse:
        self.said.append(body)
        return WebhookResponse(url="", status_code=200, body="ok", headers={})


def walk(world: World, slack: Slack) -> dict[str, Trace]:
    """Walk every leg once, and return what each called."""
    legs: dict[str, Trace] = {}
    with traced() as legs["/schedule … → preview"]:
        slack.hear({"command": "/schedule", "text": TYPED, "channel_id": FINANCE})
    with world.database.transaction() as tx:
        draft_id = newest_draft(tx)
    press = {"type": "button", "action_id": Button.CONFIRM, "block_id": "b", "value": draft_id}
    with traced() as legs["Schedule it → a row"]:
        slack.hear({"type": "block_actions", "actions": [press], "channel": {"id": FINANCE}})
    world.run_now(dag_id="import_orders", fail="always")
    world.notifier.step()
    with traced() as legs["the row → Airflow (dispatcher)"]:
        world.dispatcher.step()
    world.clock.advance(timedelta(seconds=30))
    with traced() as legs["it failed → state (watcher)"]:
        world.watcher.step()
    with traced() as legs["state → card, failure (notifier)"]:
        world.notifier.step()
    world.go_on(timedelta(minutes=1))
    return legs


def newest_draft(tx: Any) -> str:
    from sqlalchemy import text  # noqa: PLC0415  one query of a bench, on any release's tables

    found = tx.connection.execute(text("SELECT draft_id FROM drafts ORDER BY created_at DESC LIMIT 1"))
    return str(found.scalar_one())


def main() -> None:
    print(f"{'leg':36}{'functions':>10}{'modules':>9}{'changes':>9}{'rooms':>7}{'trans.':>8}{'statem.':>9}")
    with databases_of("sqlite") as databases, databases.fresh() as database:
        world = World(database)
        with pytest.MonkeyPatch.context() as monkeypatch:
            slack = Slack(world, monkeypatch)
            walk(world, slack)
            for name, leg in walk(world, slack).items():
                counts = (len(leg.functions), len(leg.modules), leg.changes, len(leg.rooms))
                print(
                    f"{name:36}",
                    *(f"{each:>9}" for each in (*counts, leg.transactions, leg.statements)),
                    sep="",
                )


if __name__ == "__main__":
    main()
