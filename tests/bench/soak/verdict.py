"""Each moment as it was foretold, beside what was written of it and what ran in Airflow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.firing import FiringState
from tests.bench.soak.rule import Fate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.bench.soak.plan import Planned

REASONS = {"skipped": "its previous run was still going", "missed": "it could not start within"}
ON_TIME, LATE, IN_A_LINE = timedelta(minutes=1), timedelta(minutes=3), timedelta(hours=1)
"""How far from what was foretold a run may begin: as planned; tried again or having waited; in a line."""


@dataclass
class Verdict:
    moments: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    by_policies: Counter[str] = field(default_factory=Counter)
    cancelled: int = 0
    by_seconds: int = 0
    """Skipped behind another where seconds decide."""
    wrong: list[str] = field(default_factory=list)


def judge(planned: Sequence[Planned], written: Iterable[Any], ran: Mapping[str, datetime | None]) -> Verdict:
    """`ran`: when each run of Airflow began, None if never."""
    verdict = Verdict()
    rows: dict[tuple[str, datetime], list[Any]] = {}
    for row in written:
        rows.setdefault((row.schedule_id, row.due_at), []).append(row)
    left = dict(ran)
    for each in planned:
        for moment, fate in each.fates.items():
            found = rows.pop((each.schedule.schedule_id, moment), [])
            runs = {row.firing_id: left.pop(f"runbell__{row.firing_id}", None) for row in found}
            wrong = _compare(moment, each, found, runs, verdict)
            _count(verdict, each, fate)
            if wrong:
                verdict.wrong.append(f"{_named(each)} {moment:%d %b %H:%M}: {wrong}")
    verdict.wrong += [f"nobody asked for {moment}: {len(found)}" for (_, moment), found in rows.items()]
    verdict.wrong += [f"a run of nobody's: {each}" for each in left if each.startswith("runbell__")]
    return verdict


def _compare(
    moment: datetime, planned: Planned, found: list[Any], runs: dict[str, datetime | None], verdict: Verdict
) -> str:
    """What is wrong about it, or nothing."""
    fate = planned.fates[moment]
    standing = [row for row in found if row.state != FiringState.CANCELLED]
    verdict.cancelled += len(found) - len(standing)
    if len(standing) != 1:
        return f"{len(standing)} firings"
    (row,) = standing
    began = [at for at in runs.values() if at is not None]
    if fate.or_skipped and row.state == FiringState.SKIPPED:
        verdict.by_seconds += 1
        fate = Fate("skipped")
    if row.state != fate.state:
        return f"{fate.state} was foretold, it is {row.state} ({row.reason})"
    if len(began) != (fate.state == "handed over"):
        return f"{row.state}, and {len(began)} runs began"
    if began:
        return _compare_starts(moment, planned, fate, began[0])
    return "" if REASONS[fate.state] in row.reason else f"{fate.state} because of: {row.reason}"


def _compare_starts(moment: datetime, planned: Planned, fate: Fate, began: datetime) -> str:
    allowed = LATE if fate.late or fate.starts_at != moment else ON_TIME
    if fate.late and planned.schedule.missed == "all" and planned.schedule.overlap != "allow":
        allowed = IN_A_LINE
    later = began - fate.starts_at
    return "" if began >= moment and abs(later) <= allowed else f"it began {later} later than foretold"


def _count(verdict: Verdict, planned: Planned, fate: Fate) -> None:
    verdict.moments += 1
    verdict.fates["on time" if fate.state == "handed over" and not fate.late else fate.state] += 1
    if fate.late or fate.state != "handed over":
        what = "late" if fate.late else fate.state
        verdict.by_policies[f"{planned.schedule.missed}, {planned.schedule.overlap}: {what}"] += 1


def _named(planned: Planned) -> str:
    schedule = planned.schedule
    return (
        f"#{schedule.number} “{planned.asked.text}” {planned.asked.tz.key}, missed {schedule.missed}, "
        f"overlap {schedule.overlap}, {schedule.key.dag_id} {dict(schedule.inputs)}"
    )
