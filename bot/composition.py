"""Every use case, built from its parts, for the bot and for the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import home as home_blocks
from bot.domain.limits import NO_FILES, USUAL
from bot.language.command_name import under_its_name
from bot.services import Services
from bot.services.alerting import Alerting
from bot.services.catalog import Catalog
from bot.services.choosing import Choosing
from bot.services.explaining import Explaining
from bot.services.files import Files
from bot.services.history import Histories
from bot.services.home import Homes
from bot.services.incidents import Incidents
from bot.services.presets import Presets
from bot.services.projects.auditing import Auditing
from bot.services.projects.denials import Denials
from bot.services.projects.managing import Managing
from bot.services.projects.pausing import PausingProjects
from bot.services.projects.requesting_access import RequestingAccess
from bot.services.projects.sharing import Sharing
from bot.services.projects.undoing import Undoing
from bot.services.room import Room
from bot.services.running import Running
from bot.services.schedules.adjusting import USUAL_GRACE, Adjusting
from bot.services.schedules.catching_up import CatchingUp
from bot.services.schedules.drafting import Drafting
from bot.services.schedules.previews import Previews
from bot.services.schedules.scheduling import Scheduling
from bot.services.schedules.standing_in import StandingIn
from bot.services.schedules.taking_over import TakingOver
from bot.services.slack.channels import Channels
from bot.services.slack.deliveries import Requests
from bot.services.slack.groups import Groups
from bot.services.slack.people import People

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta

    from bot.domain.clock import Clock
    from bot.domain.home import Home
    from bot.domain.limits import FileLimits, Limits
    from bot.domain.ports import Airflow, Slack
    from storage.database import Database


def home_drawn_for(command: str) -> Callable[[Home], Mapping[str, Any]]:
    """Return what draws a Home for people who type this command."""
    return lambda home: under_its_name(home_blocks.home(home), command)


def services_of(
    database: Database,
    clock: Clock,
    slack: Slack,
    airflow: Airflow,
    *,
    wake: Callable[[], None],
    command: str,
    limits: Limits = USUAL,
    files: FileLimits = NO_FILES,
    usual_grace: timedelta = USUAL_GRACE,
    settings_admins: Sequence[str] = (),
    pagers: tuple[str, ...] = (),
) -> Services:
    """Build every use case. `wake` is called after a commit that gives the dispatcher something to do.

    `command` is what people type. `settings_admins` are those whom the settings name, `pagers` the names of
    PagerDuty's routing keys.
    """
    scheduling = Scheduling(database, clock, wake=wake)
    at_airflow = Room()  # one for all: the use cases together must not take every thread
    running = Running(database, clock, {airflow.deployment: airflow}, wake=wake, at_airflow=at_airflow)
    managing = Managing(database, clock, deployment=airflow.deployment, settings_admins=settings_admins)
    return Services(
        people=People(database, clock, slack),
        groups=Groups(database, clock, slack),
        catalog=Catalog(database, clock),
        drafting=Drafting(database, clock, limits),
        previews=Previews(database, clock, wake=wake, limits=limits, files=files),
        scheduling=scheduling,
        adjusting=Adjusting(database, clock, scheduling, wake=wake, usual_grace=usual_grace, limits=limits),
        catching_up=CatchingUp(database, clock, wake=wake, limits=limits, files=files),
        taking_over=TakingOver(database, clock, scheduling, wake=wake),
        standing_in=StandingIn(database, clock),
        running=running,
        history=Histories(database, clock, {airflow.deployment: airflow}),
        homes=Homes(database, clock, {airflow.deployment: airflow}, home_drawn_for(command)),
        incidents=Incidents(database, clock, running),
        alerting=Alerting(database, clock),
        explaining=Explaining(database),
        files=Files(database, clock, files),
        choosing=Choosing(database, clock),
        requests=Requests(database, clock),
        requesting_access=RequestingAccess(database, clock, managing),
        managing=managing,
        undoing=Undoing(database, clock),
        presets=Presets(database, clock, managing),
        pausing_projects=PausingProjects(database, clock, wake=wake),
        sharing=Sharing(database, clock, airflow, at_airflow),
        channels=Channels(database, clock, slack),
        auditing=Auditing(database, clock, slack, deployment=airflow.deployment),
        denials=Denials(database, clock),
        clock=clock, command=command, pagers=pagers,
    )  # fmt: skip
