"""The composition root: the one module that knows every other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from slack_sdk import WebClient

import handlers
from bot.accounts import KnownAccount, WrongAccounts, read_accounts, tokens_of
from bot.domain.clock import Clock, SystemClock
from bot.domain.errors import Unavailable
from bot.domain.identity import new_id
from bot.domain.limits import Limits
from bot.domain.run import RUN_ID_PREFIX
from bot.gateways.airflow import AirflowByProject, Certificates, RestAirflow
from bot.gateways.slack import SlackGateway
from bot.gateways.slack_socket import SlackSocket
from bot.health import Health, HealthServer
from bot.language.when import warm
from bot.services import Services
from bot.services.catalog import Catalog
from bot.services.choosing import Choosing
from bot.services.projects.auditing import Auditing
from bot.services.projects.denials import Denials
from bot.services.projects.from_file import Administration
from bot.services.projects.managing import Managing
from bot.services.projects.requesting_access import RequestingAccess
from bot.services.projects.sharing import Sharing
from bot.services.running import Running
from bot.services.schedules.adjusting import Adjusting
from bot.services.schedules.drafting import Drafting
from bot.services.schedules.scheduling import Scheduling
from bot.services.schedules.standing_in import StandingIn
from bot.services.schedules.taking_over import TakingOver
from bot.services.slack.channels import Channels
from bot.services.slack.deliveries import Requests
from bot.services.slack.groups import Groups
from bot.services.slack.people import People
from bot.settings import WrongSettings
from bot.workers.connection import Connection
from bot.workers.dispatcher import Dispatcher, Timing
from bot.workers.housekeeper import Housekeeper, Keeps
from bot.workers.loop import Loop, Worker
from bot.workers.mirrors.jobs import Catalogue
from bot.workers.mirrors.people import DirectoryMirror, GroupMirror
from bot.workers.notifier import Notifier
from bot.workers.watcher import Watcher
from handlers.bolt import heard_by, make_app
from storage.database import Database
from storage.server_clock import ServerClock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_bolt import App

    from bot.domain.ports import Airflow, Slack, Socket
    from bot.settings import Settings

LISTENERS = 20
"""Threads that acknowledge; Bolt's own five starve."""
TALKS = 40
"""Threads on which people are answered after that."""
SLACK_TIMEOUT = 10
STEPS_END_WITHIN, GIVES_BACK_WITHIN = 6.0, 2.5
"""Seconds: together with the rest less than the ten after which whoever sent SIGTERM kills."""
log = structlog.get_logger()


def database_of(url: str, secrets_keys: Sequence[str] = ()) -> Database:
    return Database(url, secrets_keys)


def airflow_of(settings: Settings) -> RestAirflow:
    """With the default account."""
    return _airflow(
        settings,
        KnownAccount(
            username=settings.airflow_username,
            password=settings.airflow_password,
            client_id=settings.airflow_client_id,
            client_secret=settings.airflow_client_secret,
            token=settings.airflow_token,
            token_file=settings.airflow_token_file,
            token_command=settings.airflow_token_command,
            google=settings.airflow_google,
            mwaa_environment=settings.airflow_mwaa_environment,
            hopsworks_token_file=settings.airflow_hopsworks_token_file,
        ),
    )


def accounts_of(settings: Settings) -> dict[str, RestAirflow]:
    """By project's name, those that have an account of their own. Raises WrongSettings."""
    try:
        accounts = read_accounts(settings.project_accounts)
    except WrongAccounts as error:
        raise WrongSettings(str(error)) from None
    return {name: _airflow(settings, each) for name, each in accounts.items()}


def airflow_by_project(settings: Settings, database: Database) -> Airflow:
    default, accounts = airflow_of(settings), accounts_of(settings)

    def project_of(run_id: str) -> str | None:
        with database.transaction() as tx:
            return tx.firings.project_name(run_id.removeprefix(RUN_ID_PREFIX))

    return AirflowByProject(default, accounts, project_of) if accounts else default


def _airflow(settings: Settings, account: KnownAccount) -> RestAirflow:
    certificates = Certificates(
        settings.airflow_ca_file, settings.airflow_client_certificate, settings.airflow_client_key
    )
    return RestAirflow(
        settings.airflow_url,
        tokens_of(account, settings.airflow_url, certificates, SystemClock()),
        deployment=settings.deployment,
        public_url=settings.airflow_public_url,
        certificates=certificates,
    )


def slack_client_of(settings: Settings) -> WebClient:
    client = WebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=SLACK_TIMEOUT,
    )
    client.retry_handlers.clear()  # the outbox retries; a silent second try would hide how long things take
    return client


def slack_of(settings: Settings, client: WebClient | None = None) -> SlackGateway:
    return SlackGateway(client or slack_client_of(settings), admins_count=settings.slack_admins_are_admins)


def administration_of(settings: Settings) -> tuple[Administration, SlackGateway, RestAirflow]:
    """And the two outside that it refreshes from. Raises Fault when Slack does not know the token."""
    database = database_of(settings.database_url)
    database.check()  # or migrating tells of no answer in SQLAlchemy's words
    database.migrate()
    slack = slack_of(settings)
    administration = Administration(
        database,
        SystemClock(),
        workspace_id=slack.workspace_id(),
        deployment=settings.deployment,
        standing_admins=settings.admins,
    )
    return administration, slack, airflow_of(settings)


@dataclass(frozen=True, slots=True)
class Bot:
    """All of it, built and not begun."""

    database: Database
    loops: tuple[Loop, ...]
    socket: Socket
    health: HealthServer
    give_back: Callable[[], None]
    """Leases that this process holds, so that others need not wait for their ends."""

    def start(self) -> None:
        """The loops begin whatever is away: schedules need no Slack, and one of the loops connects to it."""
        for loop in self.loops:
            loop.start()
        self.health.start()
        log.info("bot.ready", health=self.health.address)

    def stop(self) -> bool:
        """What is under way is finished, the rest is given back; whether all of it ended in time.

        What did not is somebody else's when its lease ends.
        """
        deadline = monotonic() + STEPS_END_WITHIN
        for loop in self.loops:
            loop.ask_to_stop()
        self.socket.close()
        ended = [loop.wait(max(0.0, deadline - monotonic())) for loop in self.loops]
        giving = Thread(target=self._give_back, name="giving back", daemon=True)
        giving.start()
        giving.join(GIVES_BACK_WITHIN)
        is_idle = self.health.stop()
        if giving.is_alive():
            log.warning("bot.gave_nothing_back", why="the database does not answer")
            return False
        self.database.close()
        return all(ended) and is_idle

    def _give_back(self) -> None:
        try:
            self.give_back()
        except Unavailable as error:
            log.warning("bot.gave_nothing_back", why=error.detail)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What services and workers are made of."""

    settings: Settings
    database: Database
    clock: Clock
    slack: Slack
    airflow: Airflow


def build(settings: Settings, clock: Clock | None = None) -> Bot:
    """Raises Fault for a database that cannot be used; Slack may be away. `clock`: the system's own."""
    database = database_of(settings.database_url, settings.secrets_keys)
    database.serve_alone()
    database.migrate()
    database.seal_kept(settings.deployment)
    if database.is_sqlite:
        with database.transaction() as tx:
            tx.leases.free_all()
    client = slack_client_of(settings)
    slack = slack_of(settings, client)
    airflow = airflow_by_project(settings, database)
    warm()
    now = clock or (SystemClock() if database.is_sqlite else ServerClock(database))
    parts = _Parts(settings, database, now, slack, airflow)
    holder = new_id()
    airflows = {parts.airflow.deployment: parts.airflow}
    timing = Timing(lead=settings.lead, grace=settings.grace)
    dispatcher = Dispatcher(database, parts.clock, airflows, timing)
    dispatching = Loop("dispatcher", dispatcher)
    app = _app(parts, client, wake=dispatching.wake)
    socket = SlackSocket(
        settings.slack_app_token.get_secret_value(), client, heard_by(app), threads=LISTENERS
    )
    loops = (dispatching, *_loops(parts, socket, holder))
    health = Health(database, slack, parts.airflow, loops, SystemClock() if clock is None else None)
    return Bot(
        database=database,
        loops=loops,
        socket=socket,
        health=HealthServer(health, settings.health_host, settings.health_port),
        give_back=lambda: _give_back(database, dispatcher, holder),
    )


def _give_back(database: Database, dispatcher: Dispatcher, holder: str) -> None:
    dispatcher.stop()
    with database.transaction() as tx:
        tx.leases.release_all(holder)


def _app(parts: _Parts, client: WebClient, *, wake: Callable[[], None]) -> App:
    app = make_app(client, ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener"))
    airflows = {parts.airflow.deployment: parts.airflow}
    scheduling = Scheduling(parts.database, parts.clock, wake=wake)
    managing = Managing(
        parts.database,
        parts.clock,
        deployment=parts.airflow.deployment,
        standing_admins=parts.settings.admins,
    )
    services = Services(
        people=People(parts.database, parts.clock, parts.slack),
        groups=Groups(parts.database, parts.clock, parts.slack),
        catalog=Catalog(parts.database),
        drafting=Drafting(parts.database, parts.clock, wake=wake, limits=_limits(parts.settings)),
        scheduling=scheduling,
        adjusting=Adjusting(
            parts.database, parts.clock, scheduling, wake=wake, usual_grace=parts.settings.grace
        ),
        taking_over=TakingOver(parts.database, parts.clock, scheduling, wake=wake),
        standing_in=StandingIn(parts.database, parts.clock),
        running=Running(parts.database, parts.clock, airflows, wake=wake),
        choosing=Choosing(parts.database, parts.clock),
        requests=Requests(parts.database, parts.clock),
        requesting_access=RequestingAccess(parts.database, parts.clock, managing),
        managing=managing,
        sharing=Sharing(parts.database, parts.airflow),
        channels=Channels(parts.database, parts.clock, parts.slack),
        auditing=Auditing(parts.database, parts.clock, parts.slack),
        denials=Denials(parts.database, parts.clock),
        clock=parts.clock,
        command=parts.settings.command,
    )
    talks = ThreadPoolExecutor(TALKS, thread_name_prefix="talk")
    handlers.register(app, services, parts.slack, talks)
    return app


def _limits(settings: Settings) -> Limits:
    return Limits(
        previews=settings.most_previews,
        schedules=settings.most_schedules,
        project_schedules=settings.most_project_schedules,
        runs_a_minute=settings.most_runs_a_minute,
    )


def _keeps(settings: Settings) -> Keeps:
    def kept(days: int) -> timedelta | None:
        return timedelta(days=days) if days else None

    return Keeps(
        kept(settings.keep_history_days), kept(settings.keep_notices_days), kept(settings.keep_audit_days)
    )


def _loops(parts: _Parts, socket: Socket, holder: str) -> tuple[Loop, ...]:
    """All but the dispatcher's."""
    database, clock, slack, airflow = parts.database, parts.clock, parts.slack, parts.airflow
    airflows = {airflow.deployment: airflow}
    workers: dict[str, Worker] = {
        "socket": Connection(database, slack, socket, parts.settings.admins),
        "watcher": Watcher(database, clock, airflow, holder),
        "notifier": Notifier(database, clock, slack, airflows, command=parts.settings.command),
        "catalogue": Catalogue(database, clock, airflow, holder),
        "housekeeper": Housekeeper(database, clock, holder, _keeps(parts.settings)),
        "user groups": GroupMirror(database, clock, slack, holder),
        "directory": DirectoryMirror(database, clock, slack, holder),
    }
    if isinstance(clock, ServerClock):
        workers["clock"] = clock
    return tuple(Loop(name, worker) for name, worker in workers.items())
