"""The whole bot but for its two ends: a real SQLite, a fake Airflow, a fake Slack, a clock that stands."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.composition import services_of
from bot.domain.limits import FileLimits
from bot.domain.project import Channel, Person
from bot.domain.rights import Action, Role
from bot.language.when import read
from bot.rules.access import Access, Asker
from bot.rules.own_presets import offers_in_full
from bot.workers.conditions import Conditions
from bot.workers.dispatcher import Dispatcher, Timing
from bot.workers.homes import HomeKeeper
from bot.workers.mirrors.choices import ChoicesMirror
from bot.workers.mirrors.jobs import Catalogue
from bot.workers.notifier import Notifier
from bot.workers.summing import Summing
from bot.workers.watcher import Watcher
from playground.demo.workspace import WORKSPACE
from storage.tables import projects
from tests.fakes.airflow import FakeAirflow
from tests.fakes.clock import FakeClock
from tests.fakes.sample_jobs import add_sample_jobs
from tests.fakes.slack import FakeSlack
from tests.quiet import quiet_for

if TYPE_CHECKING:
    from bot.domain.draft import Draft
    from bot.domain.schedule import Schedule
    from bot.domain.when import When
    from bot.rules.access import Offer
    from bot.services import Services
    from storage.database import Database

TEAM = WORKSPACE.team.id
FINANCE, HR, GENERAL = "C0FINANCE", "C0PEOPLE", "C0GENERAL"
BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""On a Monday, in Berlin."""
EARLY = NINE - timedelta(minutes=4)
FILES = FileLimits(url="http://runbell.internal:8099", largest=1024, together=3072)
COARSE, FINE, FINE_FOR = timedelta(seconds=20), timedelta(seconds=2), timedelta(seconds=6)


def person(name: str, **changes: Any) -> Person:
    return replace(Person(TEAM, f"U0{name.upper()}", name.title(), BERLIN), **changes)


MAYA, TOM, LENA, PRIYA, SAM = map(person, ("maya", "tom", "lena", "priya", "sam"))
"""Finance's manager, runner and viewer; HR's runner; nobody's."""


class World:
    def __init__(self, database: Database, *, now: datetime = EARLY, like: World | None = None) -> None:
        """`like`: the world whose database was copied into this one; None for an empty one."""
        self.database = database
        self.clock = FakeClock(now)
        self.airflow = FakeAirflow(self.clock, before_call=self._refuse_in_transaction)
        add_sample_jobs(self.airflow)
        people = (MAYA, TOM, LENA, PRIYA, SAM)
        self.slack = FakeSlack(TEAM, (FINANCE, HR, GENERAL), people, before_call=self._refuse_in_transaction)
        airflows = {self.airflow.deployment: self.airflow}
        self.timing = Timing()
        self.dispatcher = Dispatcher(database, self.clock, airflows, self.timing, senders=1, files=FILES)
        self.watcher = Watcher(database, self.clock, self.airflow, "here")
        self.notifier = Notifier(database, self.clock, self.slack, airflows)
        self.conditions = Conditions(database, self.clock, self.airflow, self.slack, "here")
        self.catalogue = Catalogue(database, self.clock, self.airflow, "here")
        self.choices_mirror = ChoicesMirror(database, self.clock, self.airflow, "here")
        made = self._made("/schedule")
        self.presets = made.presets
        self.drafting, self.previews = made.drafting, made.previews
        self.scheduling, self.adjusting = made.scheduling, made.adjusting
        self.taking_over, self.standing_in, self.running = made.taking_over, made.standing_in, made.running
        self.incidents, self.alerting, self.explaining = made.incidents, made.alerting, made.explaining
        self.summing = Summing(database, self.clock)
        self.catalog, self.people, self.groups = made.catalog, made.people, made.groups
        self.managing, self.sharing, self.channels = made.managing, made.sharing, made.channels
        self.undoing = made.undoing
        self.homes = made.homes
        self.home_keeper = self.another_home_keeper("here")
        if like is None:
            self.projects = self._set_up(people)
            self.catalogue.step()
        else:
            self.projects = dict(like.projects)
            self.catalogue._read, self.catalogue._turns = dict(like.catalogue._read), like.catalogue._turns

    def services(self, command: str = "/schedule") -> Services:
        """Return every use case; those that a test has replaced in this world are its own."""
        made = self._made(command)
        own = {each.name: getattr(self, each.name) for each in fields(made) if hasattr(self, each.name)}
        return replace(made, **own)

    def _made(self, command: str) -> Services:
        return services_of(
            self.database,
            self.clock,
            self.slack,
            self.airflow,
            wake=lambda: None,
            command=command,
            files=FILES,
        )

    def another_home_keeper(self, holder: str) -> HomeKeeper:
        """Return one of another process, which has this name."""
        return HomeKeeper(self.database, self.clock, self.slack, self.homes, holder)

    # What people do ----------------------------------------------------------------------------------

    def offers(self, asker: Asker, action: Action = Action.SEE) -> list[Offer]:
        """Return every job with which the asker may do the action, by title, once for each project.

        All are read at once, as no conversation does.
        """
        with self.database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            return offers_in_full(tx, access, access.offers(action), self.clock.now())

    def draft(
        self,
        who: Person = TOM,
        *,
        dag_id: str = "sales_report",
        when: str = "",
        where: str = FINANCE,
        **inputs: Any,
    ) -> Draft:
        """`when` "": a run-now."""
        asker = Asker(who, where)
        offer = next(each for each in self.offers(asker) if each.job.key.dag_id == dag_id)
        wanted = self.when(when) if when else None
        return self.drafting.propose(asker, offer, when=wanted, inputs=inputs).draft

    def schedule(self, when: str, who: Person = TOM, **wanted: Any) -> Schedule:
        draft = self.draft(who, when=when, **wanted)
        done = self.previews.confirm(Asker(who), draft.draft_id)
        assert done.schedule is not None
        return done.schedule

    def run_now(self, who: Person = TOM, **wanted: Any) -> None:
        self.previews.confirm(Asker(who), self.draft(who, **wanted).draft_id)

    def when(self, text: str) -> When:
        return read(text, now=self.clock.now(), tz=BERLIN).when

    # Time --------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Every loop once."""
        self.clock.before_moving()  # what somebody has just pressed, where people talk to this world
        for each in (self.dispatcher, self.watcher, self.notifier):
            each.step()

    def go_on(self, span: timedelta) -> None:
        """Let time pass as the loops step: closely in the last of it, seldom while all is quiet."""
        end = self.clock.now() + span
        while (left := end - self.clock.now()) > timedelta(0):
            stride = min(COARSE, left - FINE_FOR) if left > FINE_FOR else min(FINE, left)
            if left > COARSE + FINE_FOR:
                quiet = quiet_for(self.database, self.airflow, self.clock.now())
                stride = max(stride, min(left - FINE_FOR, quiet))
            self.clock.advance(stride)
            self.step()

    def go_to(self, moment: datetime) -> None:
        self.go_on(moment - self.clock.now())

    # What is there -----------------------------------------------------------------------------------

    def starts(self, dag_id: str = "sales_report") -> list[str]:
        """The ids of the runs that were asked for and exist, in the order of their POSTs."""
        asked = [call.arguments[1] for call in self.airflow.calls_of("start") if call.arguments[0] == dag_id]
        return list(dict.fromkeys(asked))

    def _refuse_in_transaction(self) -> None:
        assert not self.database.in_transaction, "a network call inside a database transaction"

    def _set_up(self, people: tuple[Person, ...]) -> dict[str, int]:
        found = {}
        now = self.clock.now()
        members = {
            "Finance": (FINANCE, {MAYA: Role.MANAGER, TOM: Role.RUNNER, LENA: Role.VIEWER}),
            "HR": (HR, {PRIYA: Role.RUNNER}),
        }
        with self.database.transaction() as tx:
            tx.directory.keep_people(people, at=now)
            for name, (channel_id, roles) in members.items():
                project_id = tx.projects.create(TEAM, name, "Europe/Berlin", reports_to=channel_id, at=now)
                channel = Channel(TEAM, channel_id, name.lower(), project_id)
                tx.channels.map(channel, at=now)
                for who, role in roles.items():
                    tx.projects.add_member(project_id, TEAM, role, person_id=who.person_id)
                tx.shares.add(project_id, self.airflow.deployment, Action, at=now, tag=name.lower())
                found[name] = project_id
            tx.connection.execute(projects.update().values(tells_changes=False))
        return found
