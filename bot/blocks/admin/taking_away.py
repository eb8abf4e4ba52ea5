"""The question before something is taken away, with the schedules that this suspends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks.admin.frame import go, page
from bot.blocks.parts import actions, bold, button, context, escape, section
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.blocks.admin.frame import Where
    from bot.blocks.ids import Admin
    from bot.domain.schedule import Schedule

SHOWN = 10


def take_away(
    where: Where,
    action: Admin,
    what: str,
    *,
    project: str,
    lost: Sequence[Schedule],
    titles: Mapping[str, str],
) -> dict[str, Any]:
    """Return the page with the question before something is taken away. `what` is mrkdwn.

    The button is red, which the button of a form never is.

    `lost` are the schedules that would be suspended; `titles` are by DAG id.
    """
    lines = [
        f"•  #{each.number} {escape(titles.get(each.key.dag_id, each.key.dag_id))}, of <@{each.owner_id}>"
        for each in lost[:SHOWN]
    ]
    if len(lost) > SHOWN:
        lines.append(f"•  and {len(lost) - SHOWN} more")
    told = "Their owners and the managers are told, and a colleague can take them over."
    blocks = [
        section(f"Take {strong(what)} away from {bold(project)}?"),
        section("These schedules are suspended at once:\n" + "\n".join(lines)) if lines else None,
        context(told if lines else "This suspends no schedule."),
        actions(button(action, "Take away", where.subject, style="danger"), go(where.page, "Keep")),
    ]
    return page(project, where, blocks)
