"""What ran: the latest runs that somebody may see here, by what they ask for, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict, NotFound
from bot.domain.history import History, Look, RunFilter, RunRow, Strip
from bot.domain.identity import new_id
from bot.domain.rights import Action
from bot.rules.access import Access
from bot.rules.not_found import NO_SUCH_LIST
from bot.rules.run_card import run_cards
from bot.services.catalog import called_so
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.domain.card import RunCard
    from bot.domain.clock import Clock
    from bot.domain.job import JobKey
    from bot.domain.ports import Airflow
    from bot.rules.access import Asker
    from storage.database import Database
    from storage.history import RunPlace
    from storage.transaction import Transaction

ROWS = 10
IN_A_STRIP = 10
RUNS_AT_ONCE, MOST_LOOKED_THROUGH = 50, 20
"""Runs that are read at once, and how often, to find those that somebody may see."""
LOOK_LIFE = timedelta(hours=1)
AHEAD = timedelta(minutes=1)
"""Runs are handed to Airflow a little before they are due."""


class Histories:
    def __init__(self, database: Database, clock: Clock, airflows: Mapping[str, Airflow]) -> None:
        self._database = database
        self._clock = clock
        self._airflows = airflows

    def first(self, asker: Asker, wanted: RunFilter) -> History:
        """Return the first page; what begins after now moves no later one."""
        return self._page(asker, replace(wanted, made_at=self._clock.now() + AHEAD), 0)

    def turn(self, asker: Asker, look_id: str) -> History:
        """Return the page that a button leads to. Raises NotFound, and Conflict for an old list."""
        with self._database.reading() as tx:
            look = tx.looks.get(asker.person.workspace_id, look_id)
        if look is None or look.person_id != asker.person.person_id:
            raise NotFound(NO_SUCH_LIST)
        if look.expires_at <= self._clock.now():
            raise Conflict("That list is over an hour old. Type the command again.")
        return self._page(asker, look.wanted, look.page)

    def _page(self, asker: Asker, wanted: RunFilter, page: int) -> History:
        """Return one page of the runs that the asker may see here.

        A run that was asked for in a project belongs to that project alone, whoever else shares the job.
        """
        begins = page * ROWS
        with self._database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            found = list(islice(_latest(tx, access, wanted), begins, begins + ROWS + 1))
            shown = found[:ROWS]
            rows = _rows(tx, shown, self._airflows)
            strips = _strips(tx, shown, [each.card for each in rows])
        newer = self._leads_to(asker, wanted, page - 1) if page else None
        older = self._leads_to(asker, wanted, page + 1) if len(found) > ROWS else None
        return History(wanted, page, rows, strips, newer, older)

    @once_more
    def _leads_to(self, asker: Asker, wanted: RunFilter, page: int) -> str:
        """Keep what a button leads to; return its id."""
        person, expires_at = asker.person, self._clock.now() + LOOK_LIFE
        look = Look(new_id(), person.workspace_id, person.person_id, wanted, page, expires_at)
        with self._database.transaction() as tx:
            tx.looks.add(look)
        return look.look_id


def latest_rows(
    tx: Transaction, access: Access, airflows: Mapping[str, Airflow], *, count: int, now: datetime
) -> list[RunRow]:
    """Return the latest runs that somebody may see here, newest first."""
    found = islice(_latest(tx, access, RunFilter(made_at=now + AHEAD)), count)
    return _rows(tx, list(found), airflows)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A run that may be seen, and the project whose words it is shown in."""

    run_key: str
    key: JobKey
    project_id: int
    may_run: bool


def _rows(tx: Transaction, shown: Sequence[_Seen], airflows: Mapping[str, Airflow]) -> list[RunRow]:
    may_run = {each.run_key for each in shown if each.may_run}
    cards = run_cards(tx, [(each.run_key, each.project_id) for each in shown], airflows)
    return [RunRow(card, run_key in may_run) for (run_key, _), card in cards.items()]


def _allowed(access: Access, found: Sequence[RunPlace]) -> dict[tuple[int, JobKey], frozenset[Action]]:
    """Return what the person may do where the runs were asked for; anywhere for those of Airflow itself."""
    by_itself = {each.key for each in found if each.project_id is None}
    asked_in = {(each.project_id, each.key) for each in found if each.project_id is not None}
    return access.allowed_at(asked_in) | (access.allowed(keys=by_itself) if by_itself else {})


def _latest(tx: Transaction, access: Access, wanted: RunFilter) -> Iterator[_Seen]:
    """Yield the runs that may be seen here, newest first."""
    keys = {job.key for job in wanted.jobs} or None
    offers = called_so(access.offers(keys=keys), wanted.jobs) if wanted.jobs else []
    called = {(offer.project.project_id, offer.job.key): offer.actions for offer in offers}
    if wanted.jobs and not called:
        return
    for page in range(MOST_LOOKED_THROUGH):
        some = tx.history.latest(
            access.reach, keys, wanted=wanted, behind=page * RUNS_AT_ONCE, limit=RUNS_AT_ONCE
        )
        places = called if wanted.jobs else _allowed(access, some)
        seen = {place: actions for place, actions in places.items() if Action.SEE in actions}
        shown_in = {key: project_id for project_id, key in sorted(seen, reverse=True)}
        may_run = {key for (_, key), actions in seen.items() if Action.RUN in actions}
        for each in some:
            if each.project_id is None and each.key in shown_in:
                yield _Seen(each.run_key, each.key, shown_in[each.key], each.key in may_run)
            place = (each.project_id or 0, each.key)
            if each.project_id is not None and place in seen:
                yield _Seen(each.run_key, each.key, each.project_id, Action.RUN in seen[place])
        if len(some) < RUNS_AT_ONCE:
            return


def _strips(tx: Transaction, shown: Sequence[_Seen], cards: Sequence[RunCard]) -> list[Strip]:
    """Return how the latest runs ended, of each job that is shown, in the order of their latest runs."""
    projects: dict[JobKey, set[int]] = {}
    for each in shown:
        projects.setdefault(each.key, set()).add(each.project_id)
    titles = {card.run.key: card.job.title for card in reversed(cards)}
    states = tx.history.last_states(projects, count=IN_A_STRIP)
    return [Strip(titles[key], tuple(states[key])) for key in projects if key in titles]
