"""Forgetting: rows that nobody can ask for any more, deleted a few at a time, oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, exists, or_, select

from bot.domain.alert_rule import BY_FILE
from bot.domain.firing import FiringState
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from storage.few import AT_ONCE, few_of
from storage.own_presets import ForgettingPresets
from storage.runs import OPEN
from storage.tables import (
    absences,
    access_requests,
    alert_rules,
    audit,
    cards,
    choices,
    closed_places,
    conditions,
    drafts,
    files,
    firings,
    handled,
    homes,
    incident_runs,
    incidents,
    jobs,
    late_groups,
    looks,
    notices,
    pages,
    published_choices,
    runs,
    schedules,
    storms,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table

_later, _later_firing, _later_run = (
    runs.alias("later"),
    firings.alias("later_firing"),
    runs.alias("later_run"),
)
_JOB_HAS_ENDED_SINCE = exists().where(
    _later.c.deployment == runs.c.deployment,
    _later.c.dag_id == runs.c.dag_id,
    _later.c.state.in_((RunState.DONE, RunState.FAILED)),
    _later.c.ended_at > runs.c.ended_at,
)
"""A job's last run is kept, because the next run that ends is compared with it."""
_SCHEDULE_HAS_RUN_SINCE = exists().where(
    _later_firing.c.schedule_id == firings.c.schedule_id,
    _later_firing.c.due_at > firings.c.due_at,
    _later_firing.c.state != FiringState.CANCELLED,
    _later_run.c.firing_id == _later_firing.c.firing_id,
    _later_run.c.started_at.is_not(None),
)
"""A schedule's last run is kept, because `show` and `list` name it."""
_IS_OVER = or_(schedules.c.deleted_at.is_not(None), schedules.c.state == ScheduleState.ENDED)
_SCHEDULE_IS_GONE = exists().where(schedules.c.schedule_id == firings.c.schedule_id, _IS_OVER)
_NEEDED_BY_NO_SCHEDULE = or_(firings.c.schedule_id.is_(None), _SCHEDULE_HAS_RUN_SINCE, _SCHEDULE_IS_GONE)
_NEVER_RAN = (FiringState.CANCELLED, FiringState.SKIPPED, FiringState.MISSED, FiringState.REJECTED)


class Forgetting(ForgettingPresets):
    """Deletes what is older than it is kept.

    Each method returns how many rows it deleted; AT_ONCE means that there may be more.
    """

    def ended_runs(self, *, before: datetime) -> int:
        """Delete runs that ended before then, with their firings, cards and notices.

        The last run of each job and of each schedule stays, unless the job has been gone since before then,
        or the schedule is over; and so does a run of which something is still to be said in Slack.
        """
        job_is_gone = exists().where(
            jobs.c.deployment == runs.c.deployment, jobs.c.dag_id == runs.c.dag_id, jobs.c.gone_at < before
        )
        rows = self._connection.execute(
            select(runs.c.id, runs.c.firing_id)
            .outerjoin(firings, firings.c.firing_id == runs.c.firing_id)
            .where(
                runs.c.ended_at < before,
                runs.c.state.not_in(OPEN),
                runs.c.retry_at.is_(None),
                or_(_JOB_HAS_ENDED_SINCE, job_is_gone),
                _NEEDED_BY_NO_SCHEDULE,
                or_(firings.c.firing_id.is_(None), firings.c.act_at.is_(None)),
                ~_is_still_to_be_told(runs.c.id),
                ~_is_still_to_be_told(firings.c.firing_id),
            )
            .order_by(runs.c.ended_at)
            .limit(AT_ONCE)
        ).all()
        self._forget([row.id for row in rows], [row.firing_id for row in rows if row.firing_id])
        return len(rows)

    def firings_that_never_ran(self, *, before: datetime) -> int:
        """Delete firings that were missed, skipped, cancelled or rejected before then."""
        never_ran = self._connection.execute(
            select(firings.c.firing_id)
            .where(
                firings.c.created_at < before,
                firings.c.due_at < before,
                firings.c.act_at.is_(None),
                firings.c.state.in_(_NEVER_RAN),
                ~exists().where(runs.c.firing_id == firings.c.firing_id),
                ~_is_still_to_be_told(firings.c.firing_id),
            )
            .order_by(firings.c.created_at)
            .limit(AT_ONCE)
        )
        found = list(never_ran.scalars())
        self._forget([], found)
        return len(found)

    def schedules_that_are_over(self, *, before: datetime) -> int:
        """Delete schedules that were deleted before then, or ended, once their due moments are forgotten."""
        is_old = and_(
            or_(schedules.c.deleted_at < before, schedules.c.state == ScheduleState.ENDED),
            schedules.c.created_at < before,
            ~exists().where(firings.c.schedule_id == schedules.c.schedule_id),
        )
        query = select(schedules.c.schedule_id).where(is_old).limit(AT_ONCE)
        found = list(self._connection.execute(query.with_for_update(skip_locked=True)).scalars())
        self._connection.execute(delete(schedules).where(schedules.c.schedule_id.in_(found)))
        return len(found)

    def gone_jobs(self, *, before: datetime) -> int:
        """Delete jobs that Airflow has not had since then, and of which nothing else is kept."""
        is_forgotten = [
            ~exists().where(each.c.deployment == jobs.c.deployment, each.c.dag_id == jobs.c.dag_id)
            for each in (runs, firings, schedules, incidents)
        ]
        few = select(jobs.c.deployment, jobs.c.dag_id).where(jobs.c.gone_at < before, *is_forgotten)
        found = self._connection.execute(few.limit(AT_ONCE)).all()
        for deployment, dag_id in found:
            for table in (published_choices, jobs):
                its = and_(table.c.deployment == deployment, table.c.dag_id == dag_id)
                self._connection.execute(delete(table).where(its))
        return len(found)

    def ended_rules(self, *, before: datetime) -> int:
        """Delete alert rules that ended before then, but for those of the projects file, which keeps them."""
        has_ended = and_(alert_rules.c.until < before, alert_rules.c.made_by != BY_FILE)
        return self._delete(alert_rules, has_ended, alert_rules.c.rule_id)

    def absences(self, *, before: datetime) -> int:
        """Delete absences that ended before then."""
        return self._connection.execute(delete(absences).where(absences.c.until < before)).rowcount

    def closed_places(self, *, before: datetime) -> int:
        """Delete places that are tried again since then."""
        return self._connection.execute(delete(closed_places).where(closed_places.c.until < before)).rowcount

    def told_notices(self, *, before: datetime) -> int:
        """Delete notices that were sent or given up before then."""
        is_over = and_(notices.c.send_at.is_(None), notices.c.sent_at < before)
        return self._delete(notices, is_over, notices.c.notice_id)

    def audit(self, *, before: datetime) -> int:
        """Delete entries of the audit older than that."""
        return self._delete(audit, audit.c.at < before, audit.c.audit_id)

    def settled_requests(self, *, before: datetime) -> int:
        """Delete requests for access that were answered before then, with their cards."""
        found = list(
            self._connection.execute(
                select(access_requests.c.request_id)
                .where(access_requests.c.settled_at < before)
                .order_by(access_requests.c.settled_at)
                .limit(AT_ONCE)
            ).scalars()
        )
        self._forget_told(found)
        self._connection.execute(delete(access_requests).where(access_requests.c.request_id.in_(found)))
        return len(found)

    def ended_incidents(self, *, before: datetime) -> int:
        """Delete incidents that ended before then, or whose runs are forgotten, with what told of them."""
        runs_are_gone = ~exists().where(runs.c.id == incidents.c.last_run)
        found = list(
            self._connection.execute(
                select(incidents.c.incident_id)
                .where(
                    or_(
                        incidents.c.ended_at < before,
                        and_(incidents.c.failed_at < before, runs_are_gone),
                    ),
                    ~_is_still_to_be_told(incidents.c.incident_id),
                )
                .limit(AT_ONCE)
            ).scalars()
        )
        self._connection.execute(delete(incident_runs).where(incident_runs.c.incident_id.in_(found)))
        self._connection.execute(delete(incidents).where(incidents.c.incident_id.in_(found)))
        self._forget_told(found)
        return len(found)

    def ended_storms(self, *, before: datetime) -> int:
        """Delete storms that were over before then, with the messages that told of them."""
        is_old = and_(storms.c.ended_at < before, ~_is_still_to_be_told(storms.c.storm_id))
        query = select(storms.c.storm_id).where(is_old).limit(AT_ONCE)
        found = list(self._connection.execute(query).scalars())
        self._connection.execute(delete(storms).where(storms.c.storm_id.in_(found)))
        self._forget_told(found)
        return len(found)

    def files(self, *, before: datetime) -> int:
        """Delete files whose time had passed by then."""
        return self._delete(files, files.c.expires_at < before, files.c.file_id)

    def homes(self, *, before: datetime) -> int:
        """Delete Homes that nobody has opened since then."""
        return self._delete(homes, homes.c.opened_at < before, homes.c.opened_at)

    def ended_conditions(self, *, before: datetime) -> int:
        """Delete conditions that were over before then, with the messages that told of them."""
        is_old = and_(conditions.c.ended_at < before, ~_is_still_to_be_told(conditions.c.condition_id))
        query = select(conditions.c.condition_id).where(is_old).limit(AT_ONCE)
        found = list(self._connection.execute(query).scalars())
        self._connection.execute(delete(conditions).where(conditions.c.condition_id.in_(found)))
        self._forget_told(found)
        return len(found)

    def ended_late_groups(self, *, before: datetime) -> int:
        """Delete groups of what was late before then, with the messages that told of them."""
        is_old = and_(late_groups.c.last_at < before, ~_is_still_to_be_told(late_groups.c.group_id))
        query = select(late_groups.c.group_id).where(is_old).limit(AT_ONCE)
        found = list(self._connection.execute(query).scalars())
        self._connection.execute(delete(late_groups).where(late_groups.c.group_id.in_(found)))
        self._forget_told(found)
        return len(found)

    def pages(self, *, before: datetime) -> int:
        """Delete what pagers were told before then and need not be told any more."""
        is_old = and_(pages.c.created_at < before, pages.c.act_at.is_(None))
        return self._delete(pages, is_old, pages.c.page_id)

    def drafts(self, *, before: datetime) -> int:
        """Delete previews that expired before then."""
        return self._delete(drafts, drafts.c.expires_at < before, drafts.c.draft_id)

    def choices(self, *, before: datetime) -> int:
        """Delete questions among several schedules that expired before then."""
        return self._delete(choices, choices.c.expires_at < before, choices.c.choice_id)

    def looks(self, *, before: datetime) -> int:
        """Delete pages of lists that expired before then."""
        return self._delete(looks, looks.c.expires_at < before, looks.c.look_id)

    def handled_requests(self, *, before: datetime) -> int:
        """Delete ids of Slack's deliveries that are too old to come again."""
        is_old = handled.c.handled_at < before
        return self._connection.execute(delete(handled).where(few_of(handled, is_old))).rowcount

    def _forget(self, run_keys: Sequence[str], firing_ids: Sequence[str]) -> None:
        """Delete the rows in the order in which everybody locks them: firings, runs, notices."""
        if firing_ids:
            those = firings.c.firing_id.in_(firing_ids)
            self._connection.execute(select(firings.c.firing_id).where(those).with_for_update())
        if run_keys:
            self._connection.execute(delete(runs).where(runs.c.id.in_(run_keys)))
        if run_keys or firing_ids:
            self._forget_told([*run_keys, *firing_ids])
        if firing_ids:
            self._connection.execute(delete(firings).where(those))

    def _forget_told(self, subjects: Sequence[str]) -> None:
        self._connection.execute(delete(notices).where(notices.c.subject.in_(subjects)))
        self._connection.execute(delete(cards).where(cards.c.subject.in_(subjects)))

    def _delete(self, table: Table, which: ColumnElement[bool], key: ColumnElement[object]) -> int:
        few = select(key).where(which).order_by(key).limit(AT_ONCE)
        return self._connection.execute(delete(table).where(key.in_(few))).rowcount


def _is_still_to_be_told(subject: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(notices.c.subject == subject, notices.c.send_at.is_not(None))
