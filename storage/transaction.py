"""One transaction, with all the tables that can be read and written in it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Rejected
from storage.absences import Absences
from storage.access_requests import AccessRequests
from storage.alert_rules import AlertRules
from storage.audit import Audit
from storage.backlog import BacklogTable
from storage.channels import Channels
from storage.choices import Choices
from storage.closed_places import ClosedPlaces
from storage.conditions import Conditions
from storage.deliveries import Deliveries
from storage.directory import Directory
from storage.drafts import Drafts
from storage.driver_errors import renamed_errors
from storage.failures import Failures
from storage.files import Files
from storage.firings import Firings
from storage.forgetting import Forgetting
from storage.hand_overs import HandOvers
from storage.history import RunHistory
from storage.homes import OpenHomes
from storage.incidents import Incidents
from storage.jobs import Jobs
from storage.late import LateGroups
from storage.late_details import LateDetails
from storage.leases import Leases
from storage.listing import Listing
from storage.looks import Looks
from storage.moments import Moments
from storage.offered import Offered
from storage.outbox import Outbox
from storage.overview import Overview
from storage.own_presets import OwnPresets
from storage.pages import Pages
from storage.project_pauses import ProjectPauses
from storage.project_setups import ProjectSetups
from storage.projects import Projects
from storage.published import PublishedChoices
from storage.quotas import Quotas
from storage.runs import Runs
from storage.schedules import Schedules
from storage.shares import Shares
from storage.tallies import Tallies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from storage.secrets import Secrets


class Transaction:
    """Everything the bot remembers, inside one transaction."""

    def __init__(self, connection: Connection, secrets: Secrets) -> None:
        self.connection = connection
        self.secrets = secrets

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Undo at the end whatever the block does; inside, the block reads what it wrote."""
        undone = self.connection.begin_nested()
        try:
            yield
        finally:
            undone.rollback()

    @contextmanager
    def part(self) -> Iterator[None]:
        """Undo what is done inside when that raises; the rest of the transaction goes on.

        Raises Rejected also if the block went on after PostgreSQL had refused one of its statements: nothing
        more of it was taken, and nothing of the rest would be.
        """
        with renamed_errors(), self.connection.begin_nested():
            yield
            if self._takes_nothing_more():
                raise Rejected("database", "it refused a statement, so nothing beside it was done", "part")

    def _takes_nothing_more(self) -> bool:
        if self.connection.dialect.name != "postgresql":  # SQLite refuses a statement alone
            return False
        driver: Any = self.connection.connection.dbapi_connection
        return bool(driver.info.transaction_status.name == "INERROR")  # known here: it asks nobody

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.connection)

    @cached_property
    def projects(self) -> Projects:
        return Projects(self.connection)

    @cached_property
    def shares(self) -> Shares:
        return Shares(self.connection)

    @cached_property
    def listing(self) -> Listing:
        return Listing(self.connection)

    @cached_property
    def offered(self) -> Offered:
        return Offered(self.connection)

    @cached_property
    def channels(self) -> Channels:
        return Channels(self.connection)

    @cached_property
    def project_pauses(self) -> ProjectPauses:
        return ProjectPauses(self.connection)

    @cached_property
    def project_setups(self) -> ProjectSetups:
        return ProjectSetups(self.connection)

    @cached_property
    def published(self) -> PublishedChoices:
        return PublishedChoices(self.connection)

    @cached_property
    def own_presets(self) -> OwnPresets:
        """Return the presets that people keep for themselves."""
        return OwnPresets(self.connection)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.connection)

    @cached_property
    def choices(self) -> Choices:
        return Choices(self.connection)

    @cached_property
    def conditions(self) -> Conditions:
        return Conditions(self.connection)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.connection)

    @cached_property
    def schedules(self) -> Schedules:
        return Schedules(self.connection)

    @cached_property
    def firings(self) -> Firings:
        return Firings(self.connection)

    @cached_property
    def files(self) -> Files:
        """Return the files that people give to jobs."""
        return Files(self.connection, self.secrets)

    @cached_property
    def hand_overs(self) -> HandOvers:
        return HandOvers(self.connection)

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.connection)

    @cached_property
    def late_details(self) -> LateDetails:
        """Return runs that were told without their details."""
        return LateDetails(self.connection)

    @cached_property
    def failures(self) -> Failures:
        """Return failures that were alike."""
        return Failures(self.connection)

    @cached_property
    def history(self) -> RunHistory:
        """Return the latest runs, as lists need them."""
        return RunHistory(self.connection)

    @cached_property
    def looks(self) -> Looks:
        """Return the pages of lists that somebody may turn to."""
        return Looks(self.connection)

    @cached_property
    def homes(self) -> OpenHomes:
        """Return the Homes that people have opened lately."""
        return OpenHomes(self.connection)

    @cached_property
    def overview(self) -> Overview:
        """Return what a Home sums up of projects and of the workspace."""
        return Overview(self.connection)

    @cached_property
    def incidents(self) -> Incidents:
        return Incidents(self.connection)

    @cached_property
    def late_groups(self) -> LateGroups:
        return LateGroups(self.connection)

    @cached_property
    def alert_rules(self) -> AlertRules:
        return AlertRules(self.connection)

    @cached_property
    def tallies(self) -> Tallies:
        """Return how many runs ended in a span of time."""
        return Tallies(self.connection)

    @cached_property
    def pages(self) -> Pages:
        """Return what pagers are told, and what is to be escalated."""
        return Pages(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection)

    @cached_property
    def backlog(self) -> BacklogTable:
        """Return what has waited for long in the outbox."""
        return BacklogTable(self.connection)

    @cached_property
    def closed_places(self) -> ClosedPlaces:
        """Return the places where Slack takes nothing for now."""
        return ClosedPlaces(self.connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.connection)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.connection)

    @cached_property
    def absences(self) -> Absences:
        return Absences(self.connection)

    @cached_property
    def access_requests(self) -> AccessRequests:
        return AccessRequests(self.connection)

    @cached_property
    def moments(self) -> Moments:
        return Moments(self.connection)

    @cached_property
    def forgetting(self) -> Forgetting:
        return Forgetting(self.connection)

    @cached_property
    def quotas(self) -> Quotas:
        return Quotas(self.connection)

    @cached_property
    def leases(self) -> Leases:
        return Leases(self.connection)
