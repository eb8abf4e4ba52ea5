"""What managers and admins look after, on their Home: the week of a project, and how Runbell itself is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slack_sdk.models.blocks import HeaderBlock, PlainTextObject

from bot.blocks.commands import attempts
from bot.blocks.parts import actions, bold, context, past, section

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from slack_sdk.models.blocks import Block

    from bot.domain.home import Home, ProjectWeek, Upkeep

COUNTED_TO = 200
READ_LATE = timedelta(minutes=5)
"""How long ago Airflow's jobs may have been read without a warning."""


def heading(text: str) -> HeaderBlock:
    """Return the heading of a part."""
    return HeaderBlock(text=PlainTextObject(text=text))


def weeks(shown: Home) -> Iterator[Block | None]:
    """Yield how the projects do that the person manages; nothing for who manages none."""
    if not shown.weeks:
        return
    yield heading("This week in your projects")
    yield from (section(_of_week(each)) for each in shown.weeks)
    waits = (
        f"{_counted(shown.waiting_count, 'person waits', 'people wait')} for access."
        if shown.waiting_count
        else ""
    )
    yield context(waits)
    yield actions(*attempts(("Channels, people and jobs", "admin"), ("What failed", "runs failed this week")))


def _of_week(week: ProjectWeek) -> str:
    if not (week.done or week.failed or week.fails_most):
        return f"{bold(week.project.name)}: nothing has run."
    ran = f"{bold(week.project.name)}: {_counted(week.done, 'run', 'runs')} done, {week.failed} failed"
    worst = ", ".join(f"{bold(title)} ({times})" for title, times in week.fails_most)
    return f"{ran}\nFails most: {worst}" if worst else ran


def upkeep(shown: Home) -> Iterator[Block | None]:
    """Yield how Runbell itself is; nothing for who is no admin."""
    found = shown.upkeep
    if found is None:
        return
    yield heading("Runbell itself")
    yield section("\n".join(_of_upkeep(found, shown.now)))


def _of_upkeep(found: Upkeep, now: datetime) -> Iterator[str]:
    """Yield lines that change only when something happens, so that a Home at rest is not published anew."""
    if found.read_at is None:
        yield ":warning: Airflow's jobs have not been read yet."
    elif now - found.read_at > READ_LATE:
        yield f":warning: Airflow's jobs were last read {past(found.read_at)}."
    else:
        yield "Airflow answers."
    if found.waiting and found.oldest_at:
        waits = _counted(found.waiting, "message waits", "messages wait")
        yield f"{waits} to be sent, the oldest since {past(found.oldest_at)}."
    else:
        yield "No message waits to be sent."
    for count, one, many in (
        (found.unshared, "job is shared with no project", "jobs are shared with no project"),
        (found.suspended, "schedule is suspended", "schedules are suspended"),
        (
            found.ownerless,
            "schedule belongs to somebody who has left",
            "schedules belong to people who have left",
        ),
    ):
        if count:
            yield f"{_counted(count, one, many)}."


def _counted(count: int, one: str, many: str) -> str:
    if count >= COUNTED_TO:
        return f"{COUNTED_TO} or more {many}"
    return f"{count} {one if count == 1 else many}"
