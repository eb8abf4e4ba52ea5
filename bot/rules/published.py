"""Choices that a job publishes, for the people who may see that job."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.job import JobKey, JobSettings, Offers
from bot.domain.rights import Action
from bot.language.inputs import OFFERABLE, offering, read_codes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
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


def with_published(
    tx: Transaction, access: Access, project_id: int, job: Job, now: datetime | None = None
) -> Job:
    """Return the job with the choices that jobs have published which the person may see in this project.

    Without choices, or with old ones, an input takes what the job itself lets it take, and a note says why.
    `now` None takes them however old they are, where they only name what was chosen.
    """
    keys = _publishers(job)
    seen = {key.dag_id for key in keys if Action.SEE in access.actions(project_id, key)}
    return _drawn(tx, job, seen, now) if keys else job


def in_published_words(tx: Transaction, project_id: int, job: Job) -> Job:
    """Return the job with the words of published choices that everybody in the project may read.

    Those are of jobs that are shared with the project for everyone. However old they are, they are used: here
    they name what was chosen, and offer nothing.
    """
    keys = _publishers(job)
    seen = {
        key.dag_id
        for key in keys
        if any(project.project_id == project_id for project, _ in tx.shares.projects_with(key))
    }
    return _drawn(tx, job, seen, None) if seen else job


def _publishers(job: Job) -> list[JobKey]:
    """Return the jobs from which the project takes choices of this job's inputs."""
    return [JobKey(job.key.deployment, each.job) for each in job.settings.choices.values() if each.job]


def with_these_published(
    job: Job, lists: Mapping[str, ChoiceList], published: Mapping[str, Published]
) -> Job:
    """Return the job with those of these choices that jobs have published, which are given by DAG id."""
    given = replace(job, settings=JobSettings(choices=lists))
    return replace(_with_all(given, published.keys(), published, {}, None), settings=job.settings)


def _drawn(tx: Transaction, job: Job, seen: Collection[str], now: datetime | None) -> Job:
    """Return the job with what these jobs have published. `now` None: however old it is."""
    titles = {key.dag_id: each.title for key, each in tx.jobs.all(_publishers(job)).items()}
    return _with_all(job, seen, tx.published.by_job(job.key.deployment, seen), titles, now)


def _with_all(
    job: Job,
    seen: Collection[str],
    published: Mapping[str, Published],
    titles: Mapping[str, str],
    now: datetime | None,
) -> Job:
    def drawn(each: Input) -> Input:
        listed = job.settings.choices.get(each.name)
        if listed is None or listed.job not in seen or each.kind not in OFFERABLE or each.is_secret:
            return each
        title = titles.get(listed.job, listed.job)
        above = job.input(listed.follows)
        found = published.get(listed.job)
        then = found.published_at if now is None and found is not None else now
        return each if then is None else _with(each, above, listed, found=found, title=title, now=then)

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
