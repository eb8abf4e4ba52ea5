"""How fast a slash command is acknowledged and first answered, while Airflow hangs and the database is busy.

So many commands a second of a hundred people come as from Slack's socket, on as many threads as the bot has
for it, and the bot's own listeners and threads take them. Beside it, in the same run and under the same load,
a Bolt app that only acknowledges: `bolt` as Bolt comes, `bare` as the bot is put together. Four threads ask
Airflow for something in vain all the time, two write to the database, and each word to Slack takes a while.
Milliseconds from the moment at which the command was due to be sent.

Promised: the 99th percentile of the acknowledgement within 1.5 times that of `bolt`, and under 100 ms.

Run: .venv/bin/python tests/bench/bench_acks.py --seconds 60
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click
import pytest
import structlog
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.web.base_client import BaseClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

import handlers
from bot.domain.errors import RunbellError
from bot.domain.job import JobKey
from bot.domain.rights import Role
from bot.gateways.slack import SlackGateway
from bot.language.when import warm
from bot.rules.access import Asker
from bot.wiring import LISTENERS, TALKS, leave_out_of_collections, take_short_turns
from handlers.bolt import make_app
from tests.databases import KINDS, databases_of
from tests.latest import latest_run
from tests.world import FINANCE, MAYA, TEAM, TOM, World, person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.database import Database

TEXTS = (
    "list", "sales report every weekday at 9am", "run sales report", "runs", "jobs", "show #1", "help",
    "week", "run the sales reprot", "pause 1 until nothing",
)  # fmt: skip
STAFF = tuple(person(f"staff{number}") for number in range(100))
"""They ask in turn: one person may have ten answers under way."""
SLACK_TAKES, AIRFLOW_HANGS = 0.05, 5.0
AT_AIRFLOW, WRITERS = 4, 2
WRITES_FOR = 0.02
"""Seconds that each write holds its transaction."""


class Heard:
    """When each command was first answered: its answers go to an address of its own."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}

    def first(self, address: str) -> None:
        self.at.setdefault(address, time.perf_counter())


@contextmanager
def slow_slack(heard: Heard) -> Iterator[None]:
    def call(client: object, method: str, **_: Any) -> SlackResponse:
        time.sleep(SLACK_TAKES)
        data = {"ok": True, "channel": "C1", "ts": "1.1", "view": {"id": "V1", "hash": "h"}}
        return SlackResponse(
            client=client, http_verb="POST", api_url=method, req_args={}, data=data, headers={},
            status_code=200,
        )  # fmt: skip

    def answer(client: Any, _body: object, *_: object) -> WebhookResponse:
        time.sleep(SLACK_TAKES)
        heard.first(client.url)
        return WebhookResponse(url="", status_code=200, body="ok", headers={})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "api_call", call)
        patch.setattr(WebhookClient, "send_dict", answer)
        yield


def trouble(world: World, end: threading.Event) -> list[threading.Thread]:
    """What goes on beside the commands, until the end."""
    key = JobKey(world.airflow.deployment, "build_warehouse")
    with world.database.reading() as tx:
        run = latest_run(tx, world.projects["Finance"], key)

    def at_airflow() -> None:
        while not end.is_set():
            with suppress(RunbellError):
                world.running.stop(Asker(MAYA), run.run_key)

    def writes(number: int) -> None:
        while not end.is_set():
            with suppress(RunbellError), world.database.transaction() as tx:
                tx.audit.add(TOM, "bench.write", str(number), at=world.clock.now())
                end.wait(WRITES_FOR)
            end.wait(WRITES_FOR)

    def hang() -> None:
        end.wait(AIRFLOW_HANGS)

    threads = [threading.Thread(target=at_airflow) for _ in range(AT_AIRFLOW)]
    threads += [threading.Thread(target=writes, args=(number,)) for number in range(WRITERS)]
    world.airflow.before_call = hang
    for each in threads:
        each.start()
    return threads


def ask(app: App, seconds: float, rate: int, name: str) -> tuple[list[float], dict[str, float], Counter[int]]:
    """Send the commands; return the acknowledgements' milliseconds, when each was due, and the statuses."""
    acked: list[float] = []
    due: dict[str, float] = {}
    statuses: Counter[int] = Counter()

    def send(number: int, at: float) -> None:
        address = f"https://slack.test/{name}/{number}"
        due[address] = at
        body = {
            "command": "/schedule", "text": TEXTS[number % len(TEXTS)], "channel_id": FINANCE,
            "team_id": TEAM, "user_id": STAFF[number % len(STAFF)].person_id, "trigger_id": "t",
            "response_url": address,
        }  # fmt: skip
        statuses[app.dispatch(BoltRequest(body=body, mode="socket_mode")).status] += 1
        acked.append(1000 * (time.perf_counter() - at))

    began = time.perf_counter()
    with ThreadPoolExecutor(LISTENERS) as socket:
        for number in range(int(seconds * rate)):
            at = began + number / rate
            time.sleep(max(0.0, at - time.perf_counter()))
            socket.submit(send, number, at)
    return acked, due, statuses


def at_share(share: float, of: list[float]) -> float:
    return sorted(of)[min(len(of) - 1, int(share * len(of)))] if of else float("nan")


def only_acknowledging(app: App) -> App:
    app.command("/schedule")(lambda ack: ack())
    return app


def as_bolt_comes(client: WebClient) -> App:
    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=client.token)

    return App(client=client, authorize=authorize, listener_executor=ThreadPoolExecutor(LISTENERS))


def measure(database: Database, seconds: float, rate: int, tell: Callable[[str], None]) -> None:
    world = World(database)
    with database.transaction() as tx:
        tx.directory.keep_people(STAFF, at=world.clock.now())
        for member in STAFF:
            tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, person_id=member.person_id)
    world.schedule("every day at 9am")
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.step()
    heard, end = Heard(), threading.Event()
    client = WebClient(token="xoxb-1")
    app = make_app(client)
    talks = ThreadPoolExecutor(TALKS)
    handlers.register(app, world.services(), SlackGateway(client), talks)
    with slow_slack(heard):
        threads = trouble(world, end)
        leave_out_of_collections()  # as `serve` does
        bolt, bare = only_acknowledging(as_bolt_comes(client)), only_acknowledging(make_app(client))
        for name, of in (("bolt", bolt), ("bare", bare), ("runbell", app)):
            acked, due, statuses = ask(of, seconds, rate, name)
            if name == "runbell":
                talks.shutdown(wait=True)
            first = [1000 * (heard.at[each] - at) for each, at in due.items() if each in heard.at]
            tell(
                f"{name:<9}{len(acked):>7}{at_share(0.5, acked):>9.1f}{at_share(0.99, acked):>9.1f}"
                f"{len(first):>10}{at_share(0.5, first):>9.0f}{at_share(0.99, first):>9.0f}"
                f"   {dict(statuses)}"
            )
        end.set()
        for each in threads:
            each.join(AIRFLOW_HANGS)


@click.command(help=__doc__)
@click.option("--seconds", default=10.0, show_default=True)
@click.option("--rate", default=50, show_default=True, help="Commands a second.")
@click.option(
    "--database", "kinds", multiple=True, type=click.Choice(KINDS), help="Both unless one is named."
)
def main(seconds: float, rate: int, kinds: tuple[str, ...]) -> None:
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warm()
    take_short_turns()
    for kind in kinds or KINDS:
        click.echo(f"{kind:<16}   ack p50  ack p99  answered      p50      p99   statuses")
        with databases_of(kind) as databases, databases.fresh() as database:
            measure(database, seconds, rate, click.echo)


if __name__ == "__main__":
    main()
