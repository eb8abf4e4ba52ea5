"""The audit for readers: everything for admins and auditors, their own projects for managers."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.entry import EntryNames
from bot.domain.errors import NotAllowed, Rejected
from bot.domain.job import JobKey
from bot.domain.one_line import one_line
from bot.rules.access import Access
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.clock import Clock
    from bot.domain.entry import Entry
    from bot.domain.ports import Slack
    from bot.rules.access import Asker
    from storage.database import Database
    from storage.transaction import Transaction

KINDS: Mapping[str, tuple[str, ...]] = {
    "Schedules": ("schedule",),
    "Runs": ("run", "job"),
    "People": ("member", "workspace_role", "access"),
    "Channels": ("channel", "alert"),
    "Shares": ("share",),
    "Projects": ("project", "zone", "reports_to", "asked", "tells_changes", "escalation"),
}
"""The kinds that people choose from, each with the words with which its actions begin."""
REFUSED = "Refused attempts"
NO_FILES = (
    "Slack does not let Runbell send files yet: whoever manages the Slack app adds the scopes files:write "
    "and im:write (manifest.yml has them), and reinstalls it."
)
MOST_EXPORTED = 50_000
LOOKED_UP_AT_ONCE = 500
"""How many titles are asked for in one query: both databases limit what one may name."""
UTF_8 = "\ufeff"
"""Begins the file: without it, Excel takes the letters of names such as Müller for others."""
FORMULAS = ("=", "+", "-", "@")
"""The characters with which a cell is a formula to a spreadsheet."""
_COLUMNS = (
    "at", "local_time", "person_id", "person", "channel_id", "project", "action", "subject", "subject_name",
    "job", "allowed", "before", "after",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries to find. `project_id` 0 means all projects that the person may read."""

    project_id: int = 0
    person_id: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Entries of the audit, with the names that their readers know for what they are about."""

    entries: Sequence[Entry]
    names: EntryNames


class Auditing:
    def __init__(self, database: Database, clock: Clock, slack: Slack, *, deployment: str) -> None:
        """Make the use case. `deployment` is the Airflow whose jobs' titles are shown."""
        self._deployment = deployment
        self._database = database
        self._clock = clock
        self._slack = slack

    def entries(self, asker: Asker, sought: Sought, *, before: int | None = None, limit: int) -> Found:
        """Return entries, newest first. `before` keeps those with a smaller id. Raises NotAllowed."""
        with self._database.reading() as tx:
            return self._find(tx, asker, sought, before, limit)

    def export(self, asker: Asker, sought: Sought) -> int:
        """Send the entries as a CSV file to the asker's direct messages; return how many there are.

        The export is an entry of the audit itself. Raises NotAllowed.
        """
        now = self._clock.now()
        found, people = self._exported(asker, sought, now)
        count, zone = len(found.entries), asker.person.tz
        message = (
            f"The audit you asked for: {count} entries, newest first; at is in UTC, local_time in {zone.key}."
        )
        name = f"runbell-audit-{now:%Y-%m-%d}.csv"
        try:
            self._slack.send_file(asker.person.person_id, name, _csv(found, people, zone), message)
        except Rejected as error:
            if error.code != "missing_scope":
                raise
            raise NotAllowed(NO_FILES) from error
        return count

    @once_more
    def _exported(self, asker: Asker, sought: Sought, now: datetime) -> tuple[Found, dict[str, str]]:
        """Return the entries and everybody's name by id; write down who took them."""
        with self._database.transaction() as tx:
            found = self._find(tx, asker, sought, None, MOST_EXPORTED)
            people = {each.person_id: each.name for each in tx.directory.people(asker.person.workspace_id)}
            tx.audit.add(
                asker.person, "audit.export", f"{len(found.entries)} entries", at=now,
                project_id=sought.project_id or None,
            )  # fmt: skip
        return found, people

    def _find(self, tx: Transaction, asker: Asker, sought: Sought, before: int | None, limit: int) -> Found:
        workspace_id = asker.person.workspace_id
        entries = tx.audit.entries(
            workspace_id,
            project_ids=self._readable(tx, asker, sought),
            person_id=sought.person_id,
            kinds=KINDS.get(sought.kind, ()),
            refused=sought.kind == REFUSED,
            before=before,
            limit=limit,
        )
        about = {each.project_id for each in entries if each.project_id} | {sought.project_id}
        projects = {each.project_id: each.name for each in tx.projects.everything(workspace_id, among=about)}
        return Found(entries, EntryNames(projects, *self._titles(tx, entries)))

    def _titles(
        self, tx: Transaction, entries: Sequence[Entry]
    ) -> tuple[dict[tuple[int, str], str], dict[str, dict[str, str]]]:
        """Return the titles of the jobs in the entries, as the entry's own project calls each, and of inputs.

        Those of inputs are by DAG id, also where the project hides the input.
        """
        wanted = list(
            {(each.project_id or 0, JobKey(self._deployment, each.dag_id)) for each in entries if each.dag_id}
        )
        jobs, inputs = dict[tuple[int, str], str](), dict[str, dict[str, str]]()
        for start in range(0, len(wanted), LOOKED_UP_AT_ONCE):
            some = wanted[start : start + LOOKED_UP_AT_ONCE]
            for (project_id, key), job in tx.jobs.all_within(some).items():
                jobs[project_id, key.dag_id] = job.title
            for key, job in tx.jobs.all(key for _, key in some).items():
                inputs[key.dag_id] = {each.name: each.title.strip() or each.name for each in job.inputs}
        return jobs, inputs

    def _readable(self, tx: Transaction, asker: Asker, sought: Sought) -> list[int] | None:
        """Return the projects that the person may read. None means everything, also what belongs to none."""
        access = Access(tx, asker.person)
        if access.reads_everything:
            return [sought.project_id] if sought.project_id else None
        mine = [each for each in access.roles if access.manages(each)]
        chosen = [each for each in mine if sought.project_id in {0, each}]
        if not chosen:
            raise NotAllowed("The audit is for managers of a project, for admins and for auditors.")
        return chosen


def _csv(found: Found, people: Mapping[str, str], zone: ZoneInfo) -> str:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    for each in found.entries:
        cells = (
            each.at.isoformat(), f"{each.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", each.person_id,
            people.get(each.person_id, ""), each.channel_id, found.names.project(each), each.action,
            each.subject, people.get(each.subject, ""), found.names.title(each),
            "yes" if each.allowed else "no", _json(each.before), _json(each.after),
        )  # fmt: skip
        rows.writerow([_harmless(cell) for cell in cells])
    return f"{UTF_8}{text.getvalue()}"


def _harmless(cell: str) -> str:
    """Return the cell as a spreadsheet takes it for text, also where it splits cells at semicolons."""
    seen = one_line(cell)
    begins = (seen, *(each.lstrip(" \"'") for each in seen.split(";")[1:]))
    return f"'{seen.replace(';', ',')}" if any(each.startswith(FORMULAS) for each in begins) else cell


def _json(value: Mapping[str, object] | None) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
