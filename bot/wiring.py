"""The composition root: the one module that knows every other."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from slack_sdk import WebClient

import handlers
from bot.composition import home_drawn_for, services_of
from bot.domain.clock import Clock, SystemClock
from bot.domain.identity import new_id
from bot.domain.limits import Limits
from bot.domain.run import RUN_ID_PREFIX
from bot.gateways.airflow import AirflowByProject, Certificates, RestAirflow
from bot.gateways.pagerduty import PagerDuty
from bot.gateways.slack import SlackGateway
from bot.gateways.slack_socket import SlackSocket
from bot.health import Health
from bot.health_server import HealthServer
from bot.language.failure_patterns import NONE, Patterns, read_patterns
from bot.language.when import warm
from bot.language.yaml_nodes import WrongFile
from bot.lifecycle import Bot
from bot.services.files import Files
from bot.services.home import Homes
from bot.services.projects.from_file import Administration
from bot.settings import WrongSettings
from bot.settings.accounts import KnownAccount, WrongAccounts, read_accounts, tokens_of
from bot.settings.files import files_of
from bot.settings.pagers import WrongPagers, read_pagers
from bot.workers.conditions import Conditions
from bot.workers.connection import Connection
from bot.workers.dispatcher import Dispatcher, Timing
from bot.workers.escalator import Escalator
from bot.workers.homes import HomeKeeper
from bot.workers.housekeeper import Housekeeper, Keeps
from bot.workers.loop import Loop, Worker
from bot.workers.mirrors.choices import ChoicesMirror
from bot.workers.mirrors.jobs import Catalogue
from bot.workers.mirrors.people import DirectoryMirror, GroupMirror
from bot.workers.notifier import Notifier
from bot.workers.summing import Summing
from bot.workers.watcher import Watcher
from handlers.bolt import heard_by, make_app
from storage.database import Database
from storage.server_clock import ServerClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from slack_bolt import App

    from bot.domain.ports import Airflow, Pager, Slack, Socket
    from bot.settings import Settings

LISTENERS = 20
"""Threads that acknowledge what Slack sends; those of forms and type-ahead compute their answer first."""
TALKS = 40
"""Threads on which people are answered after that. Most wait for Slack or Airflow: few compute at once."""
SLACK_TIMEOUT = 10
TURN = 0.0005
"""Seconds for which one thread computes while others want to; Python's own are ten times as long.

With all the threads busy that answer people, one that only acknowledges would wait for a turn of each.
"""


def database_of(url: str, secrets_keys: Sequence[str] = ()) -> Database:
    """Return the database at the address, not connected to yet. Raises Rejected for an unusable address."""
    return Database(url, secrets_keys)


def airflow_of(settings: Settings) -> RestAirflow:
    """Return Airflow with the default account. Nothing is asked yet."""
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
    """Return Airflow with each project's own account, by project's name. Raises WrongSettings."""
    try:
        accounts = read_accounts(settings.project_accounts)
    except WrongAccounts as error:
        raise WrongSettings(str(error)) from None
    return {name: _airflow(settings, each) for name, each in accounts.items()}


def patterns_of(settings: Settings) -> Patterns:
    """Read the file of failure patterns, if there is one. Raises WrongSettings."""
    path = settings.failure_patterns_file
    if path is None:
        return NONE
    name = f"RUNBELL_FAILURE_PATTERNS_FILE: {path}"
    try:
        return read_patterns(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{name} cannot be read ({type(error).__name__})") from None
    except WrongFile as error:
        raise WrongSettings("\n".join(f"{name}, {each}" for each in error.problems)) from None


def airflow_by_project(settings: Settings, database: Database) -> Airflow:
    """Return Airflow with the account of each run's project, if any project has one."""
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
        result_hosts=settings.result_hosts,
    )


def slack_client_of(settings: Settings) -> WebClient:
    """Return the SDK's client with the bot's token and without its own retries."""
    client = WebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=SLACK_TIMEOUT,
    )
    client.retry_handlers.clear()  # the outbox retries; a silent second try would hide how long things take
    return client


def slack_of(settings: Settings, client: WebClient | None = None) -> SlackGateway:
    """Return Slack behind its port. Nothing is asked yet."""
    return SlackGateway(client or slack_client_of(settings), admins_count=settings.slack_admins_are_admins)


def administration_of(settings: Settings) -> tuple[Administration, SlackGateway, RestAirflow]:
    """Return the administration by file, with Slack and Airflow, from which it refreshes.

    Migrates the database first. Raises Fault if it cannot be used, or Slack does not know the token.
    """
    database = database_of(settings.database_url)
    database.check()  # or a database that is away would be reported in SQLAlchemy's words
    database.migrate()
    slack = slack_of(settings)
    administration = Administration(
        database,
        SystemClock(),
        workspace_id=slack.workspace_id(),
        deployment=settings.deployment,
        settings_admins=settings.admins,
        pagers=pager_of(settings).names,
    )
    return administration, slack, airflow_of(settings)


def pager_of(settings: Settings) -> PagerDuty:
    """Return PagerDuty with the routing keys of the settings. Nothing is asked yet. Raises WrongSettings."""
    try:
        certificates = Certificates(settings.pagerduty_ca_file)
        return PagerDuty(settings.pagerduty_url, read_pagers(settings.pagerduty_keys), certificates)
    except WrongPagers as error:
        raise WrongSettings(str(error)) from None


@dataclass(frozen=True, slots=True)
class _Parts:
    """What services and workers are built from."""

    settings: Settings
    database: Database
    clock: Clock
    slack: Slack
    airflow: Airflow
    pager: Pager


def build(settings: Settings, clock: Clock | None = None) -> Bot:
    """Build the bot without starting it. `clock` None means the system's, or PostgreSQL's.

    Raises Fault for a database that cannot be used. Slack and Airflow may be away.
    """
    take_short_turns()
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
    parts = _Parts(settings, database, now, slack, airflow, pager_of(settings))
    holder = new_id()
    airflows = {parts.airflow.deployment: parts.airflow}
    timing = Timing(lead=settings.lead, grace=settings.grace)
    files = files_of(settings, can_seal=database.secrets.can_seal)
    dispatcher = Dispatcher(database, parts.clock, airflows, timing, files=files)
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
        health=HealthServer(
            health, settings.health_host, settings.health_port, Files(database, now, files).served
        ),
        give_back=lambda: _give_back(database, dispatcher, holder),
    )


def take_short_turns() -> None:
    """Let threads that compute give way sooner, so that an acknowledgement does not wait for answers."""
    sys.setswitchinterval(TURN)


def leave_out_of_collections() -> None:
    """Let Python's garbage collector pass over everything that there is by now and that stays.

    All that is imported and built is some 170,000 objects, and each look at them stops every thread for a
    tenth of a second: acknowledgements, too.
    """
    gc.collect()
    gc.freeze()


def _give_back(database: Database, dispatcher: Dispatcher, holder: str) -> None:
    dispatcher.stop()
    with database.transaction() as tx:
        tx.leases.release_all(holder)


def _app(parts: _Parts, client: WebClient, *, wake: Callable[[], None]) -> App:
    app = make_app(client)
    services = services_of(
        parts.database,
        parts.clock,
        parts.slack,
        parts.airflow,
        wake=wake,
        command=parts.settings.command,
        limits=_limits(parts.settings),
        files=files_of(parts.settings, can_seal=parts.database.secrets.can_seal),
        usual_grace=parts.settings.grace,
        settings_admins=parts.settings.admins,
        pagers=parts.pager.names,
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


def _home_keeper(parts: _Parts, airflows: Mapping[str, Airflow], holder: str) -> HomeKeeper:
    database, clock, slack = parts.database, parts.clock, parts.slack
    homes = Homes(database, clock, airflows, home_drawn_for(parts.settings.command))
    return HomeKeeper(database, clock, slack, homes, holder)


def _loops(parts: _Parts, socket: Socket, holder: str) -> tuple[Loop, ...]:
    """Return all loops but the dispatcher's, whose `wake` the services need before."""
    database, clock, slack, airflow = parts.database, parts.clock, parts.slack, parts.airflow
    airflows = {airflow.deployment: airflow}
    notifying = Loop("notifier", Notifier(database, clock, slack, airflows, command=parts.settings.command))
    database.wake_at_notices(notifying.wake)
    workers: dict[str, Worker] = {
        "socket": Connection(database, slack, socket, parts.settings.admins),
        "watcher": Watcher(database, clock, airflow, holder, patterns_of(parts.settings)),
        "sums": Summing(database, clock),
        "conditions": Conditions(database, clock, airflow, slack, holder, grace=parts.settings.grace),
        "escalator": Escalator(database, clock, parts.pager, airflows),
        "catalogue": Catalogue(database, clock, airflow, holder),
        "choices": ChoicesMirror(database, clock, airflow, holder),
        "housekeeper": Housekeeper(database, clock, holder, _keeps(parts.settings)),
        "user groups": GroupMirror(database, clock, slack, holder),
        "homes": _home_keeper(parts, airflows, holder),
        "directory": DirectoryMirror(database, clock, slack, holder),
    }
    if isinstance(clock, ServerClock):
        workers["clock"] = clock
    return (notifying, *(Loop(name, worker) for name, worker in workers.items()))
