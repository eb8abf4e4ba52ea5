"""A storm: many failures in one message, by their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.alert_rule import WHY, mentioned
from bot.blocks.ids import Button
from bot.blocks.of_run import origin
from bot.blocks.parts import (
    Either,
    actions,
    bold,
    button,
    code,
    context,
    cut,
    escape,
    message,
    past,
    section,
    span,
    unnamed,
)
from bot.blocks.pictures import fold
from bot.domain.run import RunState
from bot.domain.storm import grouped
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.incident import Alert
    from bot.domain.notice import Message
    from bot.domain.storm import Group, StormShown

MOST_GROUPS, MOST_NAMED = 8, 6
"""What is shown of a storm; the rest is in its thread."""
LONGEST_ERROR, LONGEST_NAME = 200, 60


def storm(shown: StormShown, *, shared: bool) -> Message:
    """Return the one message of a storm. `shared` leaves out errors, because another company reads along."""
    failing = shown.failing
    if shown.storm.ended_at is not None:
        return message(_end(shown), section(f"{_end_mark(shown)} {escape(_end(shown))}"))
    works = len(shown.alerts) - len(failing)
    again = f" {works} of {len(shown.alerts)} work again." if works else ""
    retried = sum(map(_is_retried, failing))
    again += (
        f" {retried} of {len(failing)} {'is' if retried == 1 else 'are'} being retried." if retried else ""
    )
    groups = grouped(failing)
    left = sum(len(each.alerts) for each in groups[MOST_GROUPS:])
    more = f"And {left} with other errors. Each is in the thread." if left else ""
    kinds = f", with {len(groups)} different errors" if len(groups) > 1 else ""
    return message(
        f"{unnamed(_jobs(failing))} failing at once{kinds}.{again}",
        section(
            f":rotating_light: {bold(f'{_jobs(failing)} failing at once')}{kinds}, "
            f"since {past(_began(shown, failing))}.{again}"
        ),
        _groups(groups[:MOST_GROUPS], shared=shared),
        context(more),
        context(_claimed(failing)),
        context(mentioned(tuple(dict.fromkeys(who for each in failing for who in each.mentions)))),
        actions(*_buttons(shown)),
        names_people=True,
    )


def storm_over(shown: StormShown, *, shared: bool) -> Message:  # noqa: ARG001  every reply is drawn alike
    """Return the reply that says how a storm ended."""
    return message(_end(shown), section(f"{_end_mark(shown)} {escape(_end(shown))}"))


def _jobs(alerts: Sequence[Alert]) -> str:
    """Return how many of what fails, with its verb."""
    return f"{len(alerts)} {_what(alerts)} {'is' if len(alerts) == 1 else 'are'}"


def _what(alerts: Sequence[Alert]) -> str:
    """Return what fails: jobs, or where several schedules are of one job, their runs."""
    titles = {each.last.job.key: each.last.job.title for each in alerts}
    if len(titles) == len(alerts):
        return "job" if len(alerts) == 1 else "jobs"
    (title, *others) = titles.values()
    return f"runs of {len(titles)} jobs" if others else f"runs of {cut(title, LONGEST_NAME)}"


def _began(shown: StormShown, alerts: Sequence[Alert]) -> datetime:
    """Return when the first of these began; what was mended before the storm is none of it."""
    return min((each.incident.began_at for each in alerts), default=shown.storm.began_at)


def _end_mark(shown: StormShown) -> str:
    return ":white_check_mark:" if not shown.failing else ":x:"


def _end(shown: StormShown) -> str:
    """Everything works again; or nothing new has failed for long, and some still do."""
    began, ended = _began(shown, shown.alerts), shown.storm.ended_at
    after = "" if ended is None else f" after {span(ended - began)}"
    if not shown.alerts:
        return "Nothing of it fails any more: what failed at once was deleted."
    if not shown.failing:
        return f"All {len(shown.alerts)} {_what(shown.alerts)} that failed at once are back to normal{after}."
    names = ", ".join(dict.fromkeys(each.last.job.title for each in shown.failing[:MOST_NAMED]))
    left = len(shown.failing) - MOST_NAMED
    more = f" and {left} more" if left > 0 else ""
    still = f"{len(shown.failing)} of {len(shown.alerts)} {_what(shown.alerts)} still fail: {names}{more}."
    return f"Nothing new has failed for 30 min. {still}"


def _is_retried(shown: Alert) -> bool:
    run = shown.last.run
    return run.state is not RunState.FAILED or run.retried_by is not None


def _groups(groups: Sequence[Group], *, shared: bool) -> Either | None:
    """Return each error with its runs: one fold for each, or one section. None for no groups."""
    if not groups:
        return None
    folds, sections = [], []
    for each in groups:
        count, told = f"{len(each.alerts)} ×", _told(each, shared=shared)
        if all(map(_is_retried, each.alerts)):
            where = " being retried"
            in_older = where
        else:
            where = f" in task {each.task}" if each.task else ""
            in_older = f" in task `{escape(each.task)}`" if each.task else ""
        folds.append(fold(f"{count}{where}", section(told)))
        sections.append(section(f"{strong(count)}{in_older}\n{told}"))
    return Either(folds, sections)


def _told(group: Group, *, shared: bool) -> str:
    """Return the error of a group and its runs, as mrkdwn."""
    error = f"{code(cut(group.error, LONGEST_ERROR))}\n" if group.error and not shared else ""
    named = [_named(each) for each in group.alerts[:MOST_NAMED]]
    left = len(group.alerts) - MOST_NAMED
    more = [f"and {left} more, in the thread"] if left > 0 else []
    return error + " · ".join([*named, *more])


def _named(shown: Alert) -> str:
    count = f" ×{shown.count}" if shown.count > 1 else ""
    return (
        f"<{shown.last.url}|{escape(cut(shown.last.job.title, LONGEST_NAME))}>{count} ({origin(shown.last)})"
    )


def _claimed(failing: Sequence[Alert]) -> str:
    by: dict[str, int] = {}
    for each in failing:
        if each.incident.claimed_by is not None:
            by[each.incident.claimed_by] = by.get(each.incident.claimed_by, 0) + 1
    who = ", ".join(f"<@{person}> {count} of {len(failing)}" for person, count in sorted(by.items()))
    return f":raising_hand: Claimed by {who}" if who else ""


def _buttons(shown: StormShown) -> Iterator[ButtonElement]:
    failing = shown.failing
    if any(each.incident.claimed_by is None for each in failing):
        yield button(Button.CLAIM_ALL, "Claim all", shown.storm.storm_id)
    runs = [each.last.run for each in failing]
    if any(run.state is RunState.FAILED and run.retried_by is None for run in runs):
        yield button(Button.RETRY_ALL, "Retry all", shown.storm.storm_id, style="primary")
    yield button(Button.STORM_WHY, WHY, shown.storm.storm_id)
