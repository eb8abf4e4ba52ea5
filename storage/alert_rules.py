"""Alert rules that people or a file made; a standing rule is kept once somebody has changed it."""

from __future__ import annotations

from datetime import datetime, time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, false, or_, select, update

from bot.domain.alert_rule import BY_FILE, EVERY_PROJECT, AlertEvent, AlertRule, How, Quiet, Standing
from bot.domain.alert_setup import AlertSetup
from bot.domain.entry import KEPT
from bot.domain.job import JobKey
from bot.domain.project import Place
from storage.directory import zone
from storage.reading import readable
from storage.tables import alert_rules, channels, job_tags
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row, Select

    from bot.domain.entry import Entry
    from bot.domain.project_setup import ProjectSetup

_IN_ORDER = (alert_rules.c.made_at, alert_rules.c.rule_id)
AT_ONCE = 500
_MOMENTS = ("until", "muted_until", "next_at", "summed_at")
_STAYS = ("rule_id", "workspace_id", "channel_id", "made_at")


class AlertRules:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rule: AlertRule, *, at: datetime) -> bool:
        """Insert the rule. Return False if the place has such a standing rule already."""
        return insert_new(self._connection, alert_rules, {**_row(rule), "made_at": at})

    def keep(self, rule: AlertRule) -> None:
        """Overwrite the rule."""
        values = {name: value for name, value in _row(rule).items() if name not in _STAYS}
        changed = update(alert_rules).where(alert_rules.c.rule_id == rule.rule_id)
        self._connection.execute(changed.values(**values))

    def remove(self, rule_id: str) -> None:
        """Delete the rule; a standing rule is as everybody has it again."""
        self._connection.execute(delete(alert_rules).where(alert_rules.c.rule_id == rule_id))

    def kept(self, rule: AlertRule) -> dict[str, Any]:
        """Return the whole rule as an entry of the audit keeps it, by which it can be brought back."""
        row = _row(rule)
        moments = {name: None if row[name] is None else row[name].isoformat() for name in _MOMENTS}
        return {KEPT: {**row, **moments}}

    def read(self, entry: Entry) -> AlertRule | None:
        """Return the rule that the entry keeps. None if it keeps none."""
        row = (entry.before or {}).get(KEPT)
        if row is None:
            return None
        moments = {
            name: None if row[name] is None else datetime.fromisoformat(row[name]) for name in _MOMENTS
        }
        return _rule(SimpleNamespace(**{**row, **moments}))

    def get(self, rule_id: str) -> AlertRule | None:
        """Return the rule. None if it is gone."""
        return next(iter(self._all(select(alert_rules).where(alert_rules.c.rule_id == rule_id))), None)

    def lock(self, rule_id: str) -> AlertRule | None:
        """Return the rule, locked. None if it is gone."""
        query = select(alert_rules).where(alert_rules.c.rule_id == rule_id).with_for_update()
        return next(iter(self._all(query)), None)

    def of_place(self, place: Place) -> list[AlertRule]:
        """Return the rules that were made for the place, oldest first."""
        return self.of_places([place]).get(place, [])

    def of_places(self, places: Iterable[Place]) -> dict[Place, list[AlertRule]]:
        """Return the rules that were made for these places, by place, oldest first."""
        wanted: dict[str, list[str]] = {}
        for each in places:
            wanted.setdefault(each.workspace_id, []).append(each.channel_id)
        found: dict[Place, list[AlertRule]] = {}
        for workspace_id, channel_ids in wanted.items():
            for start in range(0, len(channel_ids), AT_ONCE):
                some = alert_rules.c.channel_id.in_(channel_ids[start : start + AT_ONCE])
                there = select(alert_rules).where(alert_rules.c.workspace_id == workspace_id, some)
                for rule in self._all(there.order_by(*_IN_ORDER)):
                    found.setdefault(rule.place, []).append(rule)
        return found

    def concerning(self, workspace_id: str, project_id: int, key: JobKey) -> list[Place]:
        """Return the places with a rule of their own about this job in this project, in no order.

        A channel counts while it belongs to the project and is not archived.
        """
        tags = select(job_tags.c.tag).where(
            job_tags.c.deployment == key.deployment, job_tags.c.dag_id == key.dag_id
        )
        is_mapped = (
            select(channels.c.channel_id)
            .where(
                channels.c.workspace_id == alert_rules.c.workspace_id,
                channels.c.channel_id == alert_rules.c.channel_id,
                channels.c.project_id == project_id,
                channels.c.is_archived == false(),
            )
            .exists()
        )
        is_of_job = and_(alert_rules.c.deployment == key.deployment, alert_rules.c.dag_id == key.dag_id)
        query = (
            select(alert_rules.c.workspace_id, alert_rules.c.channel_id)
            .where(
                alert_rules.c.workspace_id == workspace_id,
                alert_rules.c.standing.is_(None),
                alert_rules.c.project_id.in_([EVERY_PROJECT, project_id]),
                or_(alert_rules.c.dag_id.is_(None), is_of_job),
                or_(alert_rules.c.tag.is_(None), alert_rules.c.tag.in_(tags)),
                or_(is_mapped, alert_rules.c.channel_id.like("U%"), alert_rules.c.channel_id.like("W%")),
            )
            .distinct()
        )
        return [Place(*row) for row in self._connection.execute(query)]

    def claim_due(self, now: datetime, *, limit: int) -> list[AlertRule]:
        """Return rules whose sum is due, oldest first, locked; without those that another process has."""
        query = (
            select(alert_rules)
            .where(alert_rules.c.next_at <= now)
            .order_by(alert_rules.c.next_at, alert_rules.c.rule_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return self._all(query)

    def by_file(self, project_id: int | None = None) -> dict[int, frozenset[AlertSetup]]:
        """Return the rules that stand in the projects file, by project; of one project or of all."""
        query = select(alert_rules).where(alert_rules.c.made_by == BY_FILE)
        if project_id is not None:
            query = query.where(alert_rules.c.project_id == project_id)
        found: dict[int, set[AlertSetup]] = {}
        for each in self._all(query):
            found.setdefault(each.project_id, set()).add(AlertSetup.of(each))
        return {each: frozenset(rules) for each, rules in found.items()}

    def put_by_file(
        self, workspace_id: str, project_id: int, wanted: ProjectSetup, deployment: str, *, at: datetime
    ) -> None:
        """Let these be the project's rules by file; those that stay as they were are not touched.

        A standing rule of the file takes the place of one that was changed in Slack.
        """
        kept = select(alert_rules).where(
            alert_rules.c.project_id == project_id, alert_rules.c.workspace_id == workspace_id
        )
        there = set()
        replaced = {(each.channel_id, each.standing) for each in wanted.alerts if each.standing is not None}
        for each in self._all(kept.order_by(*_IN_ORDER)):
            setup = AlertSetup.of(each)
            is_by_file = each.made_by == BY_FILE
            if is_by_file and setup in wanted.alerts and each.tz.key == wanted.tz:
                there.add(setup)
            elif is_by_file or (setup.channel_id, setup.standing) in replaced:
                self.remove(each.rule_id)
        for alert in wanted.alerts - there:
            self.add(alert.rule(workspace_id, project_id, deployment, zone(wanted.tz), at), at=at)

    def _all(self, query: Select[Any]) -> list[AlertRule]:
        return readable(self._connection.execute(query), _rule)


def _row(rule: AlertRule) -> dict[str, Any]:
    quiet = rule.quiet
    return {
        "rule_id": rule.rule_id,
        "workspace_id": rule.place.workspace_id,
        "channel_id": rule.place.channel_id,
        "project_id": rule.project_id,
        "standing": rule.standing,
        "deployment": "" if rule.key is None else rule.key.deployment,
        "dag_id": None if rule.key is None else rule.key.dag_id,
        "tag": rule.tag or None,
        "events": sorted(rule.events),
        "how": rule.how,
        "after": rule.after,
        "at": _clock(rule.at),
        "weekday": rule.weekday,
        "tz": rule.tz.key,
        "mentions": list(rule.mentions),
        "quiet_begins": None if quiet is None else _clock(quiet.begins),
        "quiet_ends": None if quiet is None else _clock(quiet.ends),
        "says_nothing_happened": rule.says_nothing_happened,
        "until": rule.until,
        "muted_by": rule.muted_by,
        "muted_until": rule.muted_until,
        "made_by": rule.made_by,
        "next_at": rule.next_at,
        "summed_at": rule.summed_at,
    }


def _clock(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def _rule(row: Row[Any] | SimpleNamespace) -> AlertRule:
    quiet = None
    if row.quiet_begins is not None:
        quiet = Quiet(time.fromisoformat(row.quiet_begins), time.fromisoformat(row.quiet_ends))
    return AlertRule(
        rule_id=row.rule_id,
        place=Place(row.workspace_id, row.channel_id),
        project_id=row.project_id,
        events=frozenset(AlertEvent(each) for each in row.events),
        tz=zone(row.tz),
        standing=None if row.standing is None else Standing(row.standing),
        key=None if row.dag_id is None else JobKey(row.deployment, row.dag_id),
        tag=row.tag or "",
        how=How(row.how),
        after=row.after,
        at=_time(row.at),
        weekday=row.weekday,
        mentions=tuple(row.mentions),
        quiet=quiet,
        says_nothing_happened=row.says_nothing_happened,
        until=row.until,
        muted_by=row.muted_by,
        muted_until=row.muted_until,
        made_by=row.made_by,
        next_at=row.next_at,
        summed_at=row.summed_at,
    )
