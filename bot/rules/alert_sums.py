"""What a rule's sum says: a digest, a weekly report, or what happened in quiet hours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.alert_rule import EVERY_PROJECT, Happening, How, concerns
from bot.domain.alert_sum import AlertSum, Coming, JobSum
from bot.domain.project import Place
from bot.domain.run import RunState
from bot.domain.when import zone_of
from bot.rules.planned import next_moments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.domain.alert_rule import AlertRule
    from bot.domain.alert_sum import Tally
    from bot.domain.job import JobKey
    from bot.domain.schedule import Schedule
    from bot.rules.alert_routing import Routing
    from storage.transaction import Transaction

MOST_JOBS, MOST_COMING = {How.WEEKLY: 30}, {How.DIGEST: 5, How.WEEKLY: 15}
USUAL_JOBS = 10
LOOKS_AHEAD = {How.DIGEST: timedelta(days=1), How.WEEKLY: timedelta(days=7)}


def sum_of(tx: Transaction, rule: AlertRule, routing: Routing, until: datetime) -> AlertSum | None:
    """Return what happened since the rule's last sum. None if nothing did and the rule wants no such word."""
    since = rule.summed_at or until
    if not rule.how.is_sum and rule.quiet is not None:
        since = max(since, until - _longest_quiet(rule))
    found: dict[tuple[int, JobKey], list[Tally]] = {}
    for tally in tx.tallies.between(since, until):
        for project_id in _projects_of(tx, rule, tally, routing):
            found.setdefault((project_id, tally.key), []).append(tally)
    jobs = tx.jobs.all_within(found)
    sums = [_job_sum(jobs[at].title if at in jobs else at[1].dag_id, these) for at, these in found.items()]
    sums.sort(key=lambda each: (not each.still_fails, -each.failed, -each.missed, each.title.casefold()))
    if not sums and not (rule.how.is_sum and rule.says_nothing_happened):
        return None
    project = tx.projects.get(rule.project_id) if rule.project_id != EVERY_PROJECT else None
    return AlertSum(
        how=rule.how,
        project="" if project is None else project.name,
        since=since,
        until=until,
        tz=rule.tz,
        jobs=tuple(sums[: MOST_JOBS.get(rule.how, USUAL_JOBS)]),
        count=len(sums),
        done=sum(each.done for each in sums),
        failed=sum(each.failed for each in sums),
        missed=sum(each.missed for each in sums),
        coming=tuple(_coming(tx, rule, routing, until)),
        reference=rule.reference,
    )


def _longest_quiet(rule: AlertRule) -> timedelta:
    """Return how long the rule's quiet hours last, by the clock, and an hour for the long night."""
    assert rule.quiet is not None
    begins, ends = rule.quiet.begins, rule.quiet.ends
    minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    return timedelta(minutes=minutes % (24 * 60), hours=1)


def _projects_of(tx: Transaction, rule: AlertRule, tally: Tally, routing: Routing) -> Iterator[int]:
    """Yield the projects in which the rule is about these runs."""
    workspace_id = rule.place.workspace_id
    event = min(rule.events, default=None)
    if event is None:
        return
    if tally.project_id is not None:
        owners = (Place(workspace_id, tally.person_id),) if tally.has_schedule else ()
        reports_to = Place(workspace_id, tally.reports_to)
        happenings = [Happening(event, workspace_id, tally.project_id, tally.key, reports_to, owners)]
    else:
        happenings = [
            Happening(event, workspace_id, project.project_id, tally.key, place, is_elsewhere=True)
            for project, place in tx.shares.projects_with(tally.key)
            if project.workspace_id == workspace_id
        ]
    for each in happenings:
        if _is_about(rule, each, routing):
            yield each.project_id


def _is_about(rule: AlertRule, happening: Happening, routing: Routing) -> bool:
    tags = routing.tags_of(happening.key) if rule.tag else frozenset()
    is_heard = rule.standing is not None or routing.may_hear(rule.place, happening)
    return concerns(rule, happening, tags) and is_heard


def _job_sum(title: str, tallies: Iterable[Tally]) -> JobSum:
    these = list(tallies)

    def times(state: RunState | None) -> int:
        return sum(each.count for each in these if each.state is state)

    ended = [each for each in these if each.state is not None]
    last = max(ended, key=lambda each: each.last_at, default=None)
    still_fails = last is not None and last.state is RunState.FAILED
    return JobSum(title, times(RunState.DONE), times(RunState.FAILED), times(None), still_fails)


def _coming(tx: Transaction, rule: AlertRule, routing: Routing, now: datetime) -> Iterator[Coming]:
    """Yield the next runs of what the rule is about, if it looks ahead."""
    if rule.how not in LOOKS_AHEAD:
        return
    horizon = now + LOOKS_AHEAD[rule.how]
    schedules = {each.schedule_id: each for each in _schedules(tx, rule)}
    moments = next_moments(tx, list(schedules.values()), now)
    planned = [
        (at, schedules[each].number, schedules[each]) for each, at in moments.items() if at is not None
    ]
    event = min(rule.events, default=None)
    left = MOST_COMING[rule.how]
    for at, number, each in sorted(planned, key=lambda one: one[:2]):
        if at > horizon or not left or event is None:
            return
        owner = Place(each.place.workspace_id, each.owner_id)
        happening = Happening(event, owner.workspace_id, each.project_id, each.key, each.place, (owner,))
        if _is_about(rule, happening, routing):
            left -= 1
            job = tx.jobs.within(each.project_id, each.key)
            yield Coming(job.title if job else each.key.dag_id, number, at, zone_of(each.when))


def _schedules(tx: Transaction, rule: AlertRule) -> list[Schedule]:
    if rule.project_id != EVERY_PROJECT:
        return tx.schedules.of_projects([rule.project_id])
    return tx.schedules.owned_by(rule.place.workspace_id, rule.place.channel_id)
