"""Files that people give to jobs: expected, fetched from Slack, and given to whoever has the address."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import Fault, NotUnderstood, Rejected
from bot.domain.identity import new_id
from bot.domain.kept_file import as_value
from bot.domain.limits import NO_FILES
from bot.domain.one_line import one_line
from bot.language.inputs import refused_file
from bot.rules.confirming import DRAFT_LIFE
from bot.rules.files import asked_for
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.domain.clock import Clock
    from bot.domain.job import Input, Job
    from bot.domain.kept_file import ChosenFile
    from bot.domain.limits import FileLimits
    from bot.domain.ports import Slack
    from bot.domain.project import Person
    from storage.database import Database

LONGEST_NAME = 200
WAITS = 1.5
"""Seconds that a press waits for a file that is on its way; Slack waits three for the press."""
FOUND, NOT_FOUND, GONE, UNAVAILABLE = 200, 404, 410, 503
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Coming:
    """A file that is to be fetched from Slack, for an input."""

    file_id: str
    of: Input
    chosen: ChosenFile


class Files:
    def __init__(self, database: Database, clock: Clock, limits: FileLimits = NO_FILES) -> None:
        """Keep the parts."""
        self._database = database
        self._clock = clock
        self.limits = limits
        self._under_way: dict[str, Event] = {}

    @once_more
    def expect(
        self, person: Person, job: Job, chosen: Mapping[str, ChosenFile]
    ) -> tuple[dict[str, Any], Sequence[Coming]]:
        """Write that the files are to come; return what stands for them, and what is to be fetched.

        Raises NotUnderstood at the input whose file cannot be taken.
        """
        coming = [Coming(new_id(), each, chosen[each.name]) for each in job.inputs if each.name in chosen]
        now = self._clock.now()
        with self._database.transaction() as tx:
            room = self.limits.together - tx.files.bytes_kept()
            for each in coming:
                self._check(each, room)
                room -= each.chosen.size
                name = _name(each.chosen)
                tx.files.expect(person, each.file_id, name, each.chosen.size, at=now, until=now + DRAFT_LIFE)
        return {each.of.name: as_value(each.file_id, _name(each.chosen)) for each in coming}, coming

    def _check(self, each: Coming, room: int) -> None:
        limits, title, name = self.limits, each.of.title, _name(each.chosen)
        if limits.why_not:
            sentence = f"Runbell takes no files: whoever runs it has to set {limits.why_not}."
        elif each.chosen.size > limits.largest:
            sentence = _too_large(name, limits)
        elif each.chosen.size > room:
            sentence = f"“{title}” cannot be taken just now: too many files are kept. Try again in an hour."
        else:
            return
        raise NotUnderstood(sentence, field=each.of.name)

    def fetching(self, slack: Slack, person: Person, coming: Sequence[Coming]) -> Callable[[], None]:
        """Return what fetches the files from Slack and keeps them, or writes why one did not come.

        From now on `came` waits for them.
        """
        self._under_way |= {each.file_id: Event() for each in coming}

        def fetch() -> None:
            for each in coming:
                try:
                    self._fetch(slack, person, each)
                finally:
                    self._under_way.pop(each.file_id).set()

        return fetch

    def _fetch(self, slack: Slack, person: Person, each: Coming) -> None:
        name, why, content = _name(each.chosen), "", b""
        try:
            found = slack.fetch_file(each.chosen.slack_id, owner=person.person_id, most=self.limits.largest)
            why = refused_file(each.of, found.name, found.media_type) or ""
            content = found.content
        except Fault as error:
            log.warning("file.not_fetched", file=each.file_id, why=error.detail)
            is_large = isinstance(error, Rejected) and error.code == "too_large"
            why = _too_large(name, self.limits) if is_large else f"Slack did not give us “{name}”."
        self._write(each.file_id, content, why)

    @once_more
    def _write(self, file_id: str, content: bytes, why: str) -> None:
        with self._database.transaction() as tx:
            if why:
                tx.files.give_up(file_id, f"{why} Choose it again.")
            else:
                tx.files.keep(file_id, content)

    def came(self, file_ids: Sequence[str]) -> bool:
        """Wait a moment for files that this process fetches. Return whether none of them is on its way."""
        end = monotonic() + WAITS
        awaited = [self._under_way[each] for each in file_ids if each in self._under_way]
        return all(each.wait(max(0.0, end - monotonic())) for each in awaited)

    def served(self, path: str) -> tuple[int, bytes]:
        """Return HTTP's status for an address, and the content of the file that lies there."""
        asked = asked_for(self._database.secrets, path)
        if asked is None:
            return NOT_FOUND, b""
        file_id, until = asked
        now = self._clock.now()
        if now.timestamp() >= until:
            return GONE, b""
        try:
            with self._database.reading() as tx:
                content = tx.files.content(file_id, now)
        except Fault as error:
            log.warning("file.not_served", file=file_id, why=error.detail)
            return UNAVAILABLE, b""
        return (GONE, b"") if content is None else (FOUND, content)


def _name(chosen: ChosenFile) -> str:
    return one_line(chosen.name)[:LONGEST_NAME] or "file"


def _too_large(name: str, limits: FileLimits) -> str:
    return f"“{name}” is larger than {limits.size}, which is the most for a file."
