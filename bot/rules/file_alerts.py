"""The alert rules of a projects file against what exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.alert_rule import CHANNEL, HERE_NOW
from bot.domain.alert_setup import AlertSetup
from bot.language.yaml_nodes import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.language.alerts_in_file import AlertInFile
    from bot.language.yaml_nodes import Problem

WHOLE_CHANNEL = frozenset({CHANNEL, HERE_NOW})


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule may name: jobs by DAG id, tags, and whatever the project's rules name already."""

    jobs: Collection[str]
    tags: Collection[str]
    kept: Collection[AlertSetup]


def alert_of(found: AlertInFile, channel_id: str, people: Sequence[str]) -> AlertSetup:
    """Return the rule, with ids for names. `people` are the ids of those whom it mentions."""
    whole = [word.text for word in found.mentions if word.text in WHOLE_CHANNEL]
    return AlertSetup(
        channel_id=channel_id,
        events=found.events,
        standing=found.standing,
        dag_id="" if found.job is None else found.job.text,
        tag="" if found.tag is None else found.tag.text,
        how=found.how,
        after=found.after,
        at=found.at,
        weekday=found.weekday,
        mentions=(*people, *whole),
        quiet=found.quiet,
        says_nothing_happened=found.says_nothing_happened,
        until_on=found.until_on,
    )


def alert_problems(
    found: AlertInFile, alert: AlertSetup, before: Collection[AlertSetup], known: Known
) -> Iterator[Problem]:
    """Yield what is wrong with the rule. `before` are those that stand before it in the project."""
    standing = {(each.channel_id, each.standing) for each in before if each.standing is not None}
    if (alert.channel_id, alert.standing) in standing:
        yield found.channel.wrong(f"`of: {alert.standing}` stands twice for this channel")
    elif alert in before:
        yield found.channel.wrong("this alert rule stands here twice")
    if found.job is not None and alert.dag_id not in {*known.jobs, *(each.dag_id for each in known.kept)}:
        yield found.job.wrong(f"Airflow has no job {alert.dag_id}{suggest(alert.dag_id, known.jobs)}")
    if found.tag is not None and alert.tag not in {*known.tags, *(each.tag for each in known.kept)}:
        yield found.tag.wrong(f"no job in Airflow has the tag {alert.tag}{suggest(alert.tag, known.tags)}")
