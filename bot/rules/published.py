"""Choices that a job publishes, for the people who may see that job."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.job import JobKey, Offers
from bot.domain.rights import Action
from bot.language.inputs import OFFERABLE, offering, read_codes

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.choices import ChoiceList, Published
    from bot.domain.job import Input, Job
    from bot.rules.access import Access, Offer
    from storage.transaction import Transaction

FRESH_FOR = timedelta(days=8)
"""For how long choices are believed: a job that publishes once a week may be a day late."""


def offers_with_published(tx: Transaction, access: Access, offers: list[Offer], now: datetime) -> list[Offer]:
    """Return the offers, each with the choices that jobs have published for its inputs."""
    return [
        replace(each, job=with_published(tx, access, each.project.project_id, each.job, now))
        for each in offers
    ]


def with_published(tx: Transaction, access: Access, project_id: int, job: Job, now: datetime) -> Job:
    """Return the job with the choices that jobs have published which the person may see in this project.

    Without choices, or with old ones, an input takes what the job itself lets it take, and a note says why.
    """
    wanted = {name: each for name, each in job.settings.choices.items() if each.job}
    if not wanted:
        return job
    keys = [JobKey(job.key.deployment, each.job) for each in wanted.values()]
    seen = {key.dag_id for key in keys if Action.SEE in access.actions(project_id, key)}
    titles = {key.dag_id: each.title for key, each in tx.jobs.all(keys).items()}
    published = tx.published.of(job.key.deployment, seen)

    def drawn(each: Input) -> Input:
        listed = wanted.get(each.name)
        if listed is None or listed.job not in seen or each.kind not in OFFERABLE or each.is_secret:
            return each
        title = titles.get(listed.job, listed.job)
        above = job.input(listed.follows)
        return _with(each, above, listed, found=published.get(listed.job), title=title, now=now)

    return replace(job, inputs=tuple(map(drawn, job.inputs)))


def _with(
    each: Input,
    above: Input | None,
    listed: ChoiceList,
    *,
    found: Published | None,
    title: str,
    now: datetime,
) -> Input:
    if found is None:
        note = f"{title} has not published its choices yet, so type what you want."
        return replace(each, offers=Offers(each, note=note))
    age = _age(now - found.published_at)
    if now - found.published_at > FRESH_FOR:
        note = f"{title} published its choices {age}, too long to trust them, so type what you want."
        return replace(each, offers=Offers(each, note=note))
    offered = read_codes(each, above, found.offered)
    if not offered:
        note = f"{title} has published nothing that fits here, so type what you want."
        return replace(each, offers=Offers(each, note=note))
    return offering(Offers(each, offered, listed.follows, note=f"The choices are from {title}, {age}."))


def _age(span: timedelta) -> str:
    """Return how long ago something was, to the hour or day; to the minute if it was less than an hour."""
    minutes = max(int(span.total_seconds() // 60), 0)
    for unit, length in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        if count := minutes // length:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
