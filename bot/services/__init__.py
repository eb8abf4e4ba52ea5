"""Use cases asked for by people; transactions begin and end here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.services.adjusting import Adjusting
    from bot.services.asking import Asking
    from bot.services.auditing import Auditing
    from bot.services.catalog import Catalog
    from bot.services.channels import Channels
    from bot.services.choosing import Choosing
    from bot.services.denials import Denials
    from bot.services.drafting import Drafting
    from bot.services.groups import Groups
    from bot.services.managing import Managing
    from bot.services.people import People
    from bot.services.requests import Requests
    from bot.services.running import Running
    from bot.services.scheduling import Scheduling
    from bot.services.sharing import Sharing
    from bot.services.standing_in import StandingIn
    from bot.services.taking_over import TakingOver


@dataclass(frozen=True, slots=True)
class Services:
    """All of them, for the handlers. `command`: what people type, "/schedule" unless set."""

    people: People
    groups: Groups
    catalog: Catalog
    drafting: Drafting
    scheduling: Scheduling
    adjusting: Adjusting
    choosing: Choosing
    running: Running
    requests: Requests
    asking: Asking
    managing: Managing
    sharing: Sharing
    channels: Channels
    auditing: Auditing
    taking_over: TakingOver
    standing_in: StandingIn
    denials: Denials
    clock: Clock
    command: str
