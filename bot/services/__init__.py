"""Use cases asked for by people; transactions begin and end here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.clock import Clock
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
    from bot.services.running import Running
    from bot.services.schedules.adjusting import Adjusting
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


@dataclass(frozen=True, slots=True)
class Services:
    """All use cases, for the handlers. `command` is what people type, "/schedule" unless set."""

    people: People
    groups: Groups
    catalog: Catalog
    drafting: Drafting
    previews: Previews
    scheduling: Scheduling
    adjusting: Adjusting
    catching_up: CatchingUp
    choosing: Choosing
    running: Running
    history: Histories
    homes: Homes
    incidents: Incidents
    alerting: Alerting
    explaining: Explaining
    files: Files
    requests: Requests
    requesting_access: RequestingAccess
    managing: Managing
    undoing: Undoing
    presets: Presets
    pausing_projects: PausingProjects
    sharing: Sharing
    channels: Channels
    auditing: Auditing
    taking_over: TakingOver
    standing_in: StandingIn
    denials: Denials
    clock: Clock
    command: str
    pagers: tuple[str, ...] = ()
    """The names of PagerDuty's routing keys."""
