"""`python -m bot check`: every piece of the set-up, tried for real; and for each what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.clocks import clock_of_airflow, differing
from bot.domain.backlog import LOOKS_BACK
from bot.domain.clock import SystemClock
from bot.domain.errors import Fault, Unavailable
from bot.domain.ports import ENDS_SOON
from bot.gateways.slack_calls import call, clock_of, header
from bot.gateways.slack_socket import count_connections
from bot.settings import WrongSettings, make_folder_of, read_settings, unknown_settings
from bot.wiring import accounts_of, airflow_of, database_of, pager_of, patterns_of, slack_client_of, slack_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.domain.job import Job
    from bot.domain.ports import Airflow
    from bot.settings import Settings
    from storage.database import Database

NEEDED_SCOPES = {"channels:read", "chat:write", "chat:write.public", "commands", "users:read"}
OPTIONAL_SCOPES = {
    "app_mentions:read",
    "files:read",
    "files:write",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read.email",
}
ENDING = "Nobody renews it: give a new one in RUNBELL_AIRFLOW_TOKEN, or let Runbell sign in by itself."
SET_CLOCKS = "Let NTP set the clocks of both machines."
MOST_TRIED = 100
MOST_NAMED = 5
REFUSED = "inputs that look like secrets are refused"
IN_CLEAR = "; over http://, so that passwords and answers can be read on the way there"
_GRANTS = "docs/operating.md, section Airflow, lists what the service account needs."


@dataclass(frozen=True, slots=True)
class Found:
    """The result of one check. `advice` "" means that all is well."""

    what: str
    detail: str
    advice: str = ""


def run_checks(say: Callable[[str], None]) -> bool:
    """Say what each check finds; return whether the bot can serve."""
    try:
        settings = read_settings()
        own = accounts_of(settings)
        patterns = patterns_of(settings)
        pagers = pager_of(settings).names
    except WrongSettings as error:
        for line in str(error).splitlines():
            say(f"✗ settings: {line}")
        say(
            "Set them in the environment or in a file .env here; README.md, section Settings, lists them all."
        )
        return False
    is_well = True
    for line in unknown_settings():
        say(f"✗ settings: {line}")
        is_well = False
    if is_well:
        say("✓ settings: complete")
    if patterns.patterns:
        say(f"✓ Failure patterns: {len(patterns.patterns)} read")
    if pagers:
        say(f"✓ PagerDuty: routing keys {', '.join(pagers)}")
    for each in pieces(settings, own):
        say(f"{'✗' if each.advice else '✓'} {each.what}: {each.detail}")
        if each.advice:
            say(f"    → {each.advice}")
            is_well = False
    return is_well


def pieces(settings: Settings, own: Mapping[str, Airflow]) -> Iterator[Found]:
    """Yield the results as they come: hundreds of accounts take minutes."""
    yield from _slack(settings)
    yield _database(settings)
    yield from _outbox(settings)
    yield _admins(settings)
    yield from _airflow(settings)
    yield from accounts(own)


def _slack(settings: Settings) -> Iterator[Found]:
    client = slack_client_of(settings)
    try:
        answer = call(client.auth_test)
    except Fault as error:
        advice = (
            "Install the app to the workspace and copy the Bot User OAuth Token to RUNBELL_SLACK_BOT_TOKEN."
        )
        yield Found("Slack bot token", str(error), advice)
        return
    yield Found("Slack bot token", f"{answer['user']} in {answer['team']}")
    for each in differing(SystemClock().now(), {"Slack": clock_of(answer)}):
        yield Found("Clocks", each, SET_CLOCKS)
    granted = {each.strip() for each in header(answer, "x-oauth-scopes").split(",")}
    yield _scopes(granted, NEEDED_SCOPES | ({"files:read"} if settings.files_url else set()))
    token = settings.slack_app_token.get_secret_value()
    try:
        others = count_connections(token, client) - 1
    except Fault as error:
        advice = "Make an app-level token with connections:write and set RUNBELL_SLACK_APP_TOKEN to it."
        yield Found("Slack app token", str(error), advice)
        return
    yield Found("Slack app token", "opens a socket")
    if others > 0:
        detail = f"{others} other connection{'s' if others > 1 else ''} on the same token"
        advice = (
            "Slack gives each command to one of them. Stop what should not run, or give it an app of its own."
        )
        yield Found(
            "Other processes", detail, "" if not settings.database_url.startswith("sqlite") else advice
        )


def _scopes(granted: set[str], needed: set[str]) -> Found:
    missing = sorted(needed - granted)
    if missing:
        advice = "Add them under OAuth & Permissions (manifest.yml has them all), then reinstall the app."
        return Found("Slack scopes", f"missing {', '.join(missing)}", advice)
    without = sorted(OPTIONAL_SCOPES - granted)
    return Found("Slack scopes", f"enough; without {', '.join(without)}" if without else "all there")


def _airflow(settings: Settings) -> Iterator[Found]:
    airflow = airflow_of(settings)
    try:
        health = airflow.health()
        jobs = airflow.jobs()
    except Fault as error:
        yield Found("Airflow", str(error), _advice(error))
        return
    overheard = IN_CLEAR if is_in_clear(settings.airflow_url) else ""
    yield Found("Airflow", f"version {health.version} ({health.tried}){overheard}")
    if health.token_ends_at is not None:
        ends_at = f"{health.token_ends_at:%Y-%m-%d %H:%M} UTC"
        is_over = health.token_ends_at <= SystemClock().now() + ENDS_SOON
        yield Found("Airflow's token", f"ends at {ends_at}", ENDING if is_over else "")
    now = SystemClock().now()
    for each in differing(now, {"Airflow": clock_of_airflow(health, now)}):
        yield Found("Clocks", each, SET_CLOCKS)
    if not health.scheduler:
        yield Found(
            "Airflow's scheduler", "unhealthy", "Nothing will start until it is back: look at its log."
        )
    for name, without in health.away:
        yield Found(f"Airflow's {name}", "unhealthy", f"Until it is back, {without}: look at its log.")
    yield Found(
        "Airflow's jobs", f"{len(jobs)} to be seen", "" if jobs else f"The account sees none. {_GRANTS}"
    )
    if jobs:
        yield grants(airflow, jobs)


def is_in_clear(url: str) -> bool:
    """Return whether what is sent to the address leaves this machine unencrypted."""
    found = urlsplit(url)
    return found.scheme == "http" and found.hostname not in {"localhost", "127.0.0.1", "::1"}


def _advice(error: Fault) -> str:
    known = error.advice if isinstance(error, Unavailable) else ""
    return known or f"Check RUNBELL_AIRFLOW_URL and the account. {_GRANTS}"


def grants(airflow: Airflow, jobs: Sequence[Job]) -> Found:
    """Try to start each job, as rights may differ by job; then all rights on one of them."""
    tried = [each.key.dag_id for each in jobs[:MOST_TRIED]]
    try:
        refused = [each for each in tried if not airflow.may_start(each)]
        sample = next((each for each in tried if each not in refused), tried[0])
        missing = airflow.missing_grants(sample)
    except Fault as error:
        return Found("Airflow's grants", str(error), f"Try again. {_GRANTS}")
    if missing:
        named = ", ".join(f"{each.resource}: {each.action}" for each in missing)
        needed = "; ".join(f"“{each.resource}: {each.action}”, or {each.without}" for each in missing)
        return Found(
            "Airflow's grants", f"missing on {sample}: {named}", f"Give its role {needed}. {_GRANTS}"
        )
    if not refused:
        return Found("Airflow's grants", "all there")
    which = ", ".join(refused[:MOST_NAMED]) + (" and more" if len(refused) > MOST_NAMED else "")
    if len(refused) == len(tried):
        return Found("Airflow's grants", "none", f"The account may not start runs. {_GRANTS}")
    return Found("Airflow's grants", f"may start runs, but not of {which}: that takes “the DAG: edit” there")


def accounts(known: Mapping[str, Airflow]) -> Iterator[Found]:
    """Yield the result for each project's own account."""
    for name, airflow in known.items():
        what = f"Airflow's account of project {name}"
        try:
            jobs = airflow.jobs()
        except Fault as error:
            yield Found(what, str(error), _advice(error))
            continue
        if not jobs:
            yield Found(what, "it sees no job", _GRANTS)
            continue
        found = grants(airflow, jobs)
        yield Found(what, f"{len(jobs)} jobs to be seen, grants: {found.detail}", found.advice)


def _admins(settings: Settings) -> Found:
    """Return the admins of the settings, of Slack if its admins count, and of our tables if they exist."""
    advice = "Name somebody who is active in Slack in RUNBELL_ADMINS (a profile's Copy member ID)."
    slack = slack_of(settings)
    try:
        named = [slack.person(each) for each in settings.admins]
        found = {each.name for each in named if each is not None and each.counts}
        if settings.slack_admins_are_admins:
            found |= {each.name for each in slack.people() if each.is_admin and each.counts}
        found |= _kept_admins(settings, slack.workspace_id())
    except Fault as error:
        return Found("Admins", str(error), advice)
    return Found("Admins", ", ".join(sorted(found)) or "nobody", "" if found else advice)


def _kept_admins(settings: Settings, workspace_id: str) -> set[str]:
    database = database_of(settings.database_url)
    try:
        if not database.has_tables():
            return set()
        with database.transaction() as tx:
            return {each.name for each in tx.directory.admins(workspace_id)}
    finally:
        database.close()


def _outbox(settings: Settings) -> Iterator[Found]:
    """Yield how much waits for Slack, and what was given up; nothing without tables."""
    try:
        database = database_of(settings.database_url)
    except Fault:
        return  # which the check of the database says
    try:
        if database.has_tables():
            yield outbox(database, SystemClock().now())
    except Fault:
        return
    finally:
        database.close()


def outbox(database: Database, now: datetime) -> Found:
    """Return what waits in the outbox. That it waits is Slack's trouble, so it is no fault of the set-up."""
    with database.reading() as tx:
        found = tx.backlog.figures(now, given_up_since=now - LOOKS_BACK)
    waiting = "nothing waits" if not found.waiting else f"{found.waiting} waiting"
    return Found("Outbox", "; ".join(found.worth_a_look(now)) or waiting)


def _database(settings: Settings) -> Found:
    advice = "Check RUNBELL_DATABASE_URL, and that the server is up."
    try:
        make_folder_of(settings.database_url)
        database = database_of(settings.database_url, settings.secrets_keys)
    except (Fault, OSError) as error:
        return Found("Database", str(error), advice)
    try:
        database.check()
        for each in differing(SystemClock().now(), {"the database": database.clock()}):
            return Found("Database", each, SET_CLOCKS)
    except Fault as error:
        return Found("Database", str(error), advice)
    finally:
        database.close()
    kind = "SQLite, for one process" if database.is_sqlite else "PostgreSQL"
    warning = "" if database.secrets.can_seal else f"; without RUNBELL_SECRETS_KEY {REFUSED}"
    return Found("Database", f"{kind}{warning}")
