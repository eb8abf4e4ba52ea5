"""The escalator: failures that nobody claims -> another place, or a pager, which learns how they go on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.domain.refused import PagerRefused
from bot.rules.escalating import escalate, event_of, is_over, overdue
from bot.workers.loop import on_its_own
from bot.workers.pace import rest_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.clock import Clock
    from bot.domain.escalation import Page, PagerEvent
    from bot.domain.ports import Airflow, Pager
    from storage.database import Database

PAUSE = 5.0
LEASE = timedelta(seconds=60)
AT_ONCE = 50
TOLD_AFTER = 10
"""The attempts, some five minutes, after which admins hear that the pager does not answer."""
MOST_TOLD = 10
NO_ANSWER = "no_answer"
log = structlog.get_logger()


class Escalator:
    """Several may run at once: a failure is escalated once, and a pager knows its own key of each."""

    def __init__(
        self, database: Database, clock: Clock, pager: Pager, airflows: Mapping[str, Airflow]
    ) -> None:
        self._database = database
        self._clock = clock
        self._pager = pager
        self._airflows = airflows

    def step(self) -> float:
        """Escalate what is due and tell pagers what is new; return the seconds until the next step.

        A pager that hangs is asked once in a step: what other places are to hear waits for the next one.
        """
        now = self._clock.now()
        with self._database.reading() as tx:
            found = overdue(tx, now)
        for incident_id, escalation in found:
            with on_its_own("incident", incident=incident_id), self._database.transaction() as tx:
                escalate(tx, incident_id, escalation, now)
        with self._database.transaction() as tx:
            claimed = tx.pages.claim(now, leased_until=now + LEASE, limit=AT_ONCE)
        answers = True
        for page in claimed:
            with on_its_own("page", page=page.page_id):
                answers = self._look_at(page, answers=answers)
        return PAUSE

    def _look_at(self, page: Page, *, answers: bool) -> bool:
        """Tell the pager what it does not know, if it `answers` in this step; return whether it does."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            event = event_of(tx, page, self._airflows)
            if event is None and is_over(tx, page):
                tx.pages.close(page)
            elif event is None or not answers:
                tx.pages.look_again(page, at=now + timedelta(seconds=PAUSE), attempts=page.attempts)
        return self._send(page, event) if event is not None and answers else answers

    def _send(self, page: Page, event: PagerEvent) -> bool:
        """Send the event, or put it off. Return False if the pager does not answer."""
        try:
            self._pager.send(page.pager, event)
        except RateLimited as error:
            self._later(page, timedelta(seconds=error.retry_after), max(page.attempts, 1))
        except Unavailable as error:
            log.warning("page.delayed", page=page.page_id, detail=error.detail)
            self._later(page, rest_after(page.attempts), page.attempts + 1)
            return False
        except Rejected as error:
            if error.system == "database":
                raise
            self._refused(page, error.code)
        else:
            with self._database.transaction() as tx:
                tx.pages.signalled(page, event.signal, at=self._clock.now())
        return True

    def _refused(self, page: Page, code: str) -> None:
        """Close the page, because the pager will never take it, and tell the admins."""
        log.error("page.rejected", page=page.page_id, code=code)
        with self._database.transaction() as tx:
            tx.pages.close(page, code)
        self._tell_admins(page, code)

    def _later(self, page: Page, rest: timedelta, attempts: int) -> None:
        with self._database.transaction() as tx:
            tx.pages.look_again(page, at=self._clock.now() + rest, attempts=attempts)
        if page.attempts == TOLD_AFTER:
            self._tell_admins(page, NO_ANSWER)

    def _tell_admins(self, page: Page, code: str) -> None:
        """Tell them once a day for each routing key and reason."""
        with self._database.transaction() as tx:
            now = self._clock.now()
            request = f"pager {now:%Y-%m-%d} {page.pager} {code}"
            if not tx.deliveries.first_time(page.workspace_id, request, at=now):
                return
            project = tx.projects.get(page.project_id)
            told = PagerRefused(page.pager, project.name if project else "", code)
            for each in tx.directory.admins(page.workspace_id)[:MOST_TOLD]:
                place = Place(page.workspace_id, each.person_id)
                tx.outbox.put_words(place, told, subject=new_id(), send_at=now)
