"""The clock as people see it: what it shows, and putting it forward where the app goes along."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from playground.slack.acting import NotPossibleError, acting
from playground.slack.clock import Movable
from playground.slack.dates import zone_of

if TYPE_CHECKING:
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

CANNOT = (
    "This clock cannot be moved: the app, and what it drives, keep a time of their own, and nothing that is "
    "due there would come any sooner."
)


def clock_face(workspace: Workspace, person: str) -> Json:
    """{"now": wall clock in their zone, "zone", "movable", "said": what moving it does, or why it cannot}."""
    name = workspace.state.people[person].tz
    now = datetime.fromtimestamp(workspace.clock.now(), zone_of(name))
    movable = isinstance(workspace.clock, Movable)
    return {
        "now": f"{now:%Y-%m-%dT%H:%M}",
        "zone": name or "Etc/UTC",
        "movable": movable,
        "said": workspace.clock_note if movable else CANNOT,
    }


def jump(workspace: Workspace, person: str, to: str) -> Json:
    """`to`: YYYY-MM-DDTHH:MM on this person's wall clock. What the clock shows then."""
    who = acting(workspace, person)
    if not isinstance(workspace.clock, Movable):
        raise NotPossibleError(CANNOT)
    try:
        moment = datetime.fromisoformat(to).replace(tzinfo=zone_of(who.tz)).timestamp()
        workspace.clock.jump_to(moment)
    except ValueError:
        raise NotPossibleError(
            "The clock can only be put forward, to a moment that is still to come."
        ) from None
    entry = workspace.journal.open("ordered", f"the clock put forward to {to}", {})
    workspace.journal.close(entry, None)
    return clock_face(workspace, person)
