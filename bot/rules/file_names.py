"""A projects file against what exists: names become ids; what does not exist is a problem with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.job import JobSettings
from bot.domain.project_setup import ProjectSetup, Shared, WantedSetups, Who
from bot.language.projects_text import NOWHERE
from bot.language.yaml_nodes import Problem, WrongFile, suggest
from bot.rules.file_alerts import WHOLE_CHANNEL, Known, alert_of, alert_problems
from bot.rules.file_escalation import escalation_in_file, pager_problems
from bot.rules.file_ids import CHANNEL_ID, no_such_id
from bot.rules.file_jobs import FileJob

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bot.domain.alert_setup import AlertSetup
    from bot.domain.choices import Published
    from bot.domain.job import Job
    from bot.domain.project import Person
    from bot.domain.project_setup import ChannelFacts, KeptProject
    from bot.domain.rights import Action, Role
    from bot.language.projects_file import ProjectInFile, ProjectsFile
    from bot.language.yaml_nodes import Word


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a projects file can name, as it exists now."""

    people: Mapping[str, Person]
    groups: Mapping[str, str]
    """Handles by group id."""
    channels: Mapping[str, ChannelFacts]
    jobs: Mapping[str, str]
    """Titles by DAG id."""
    tags: frozenset[str]
    pagers: Collection[str] = ()
    """The names of PagerDuty's routing keys in the settings."""
    described: Mapping[str, Job] = field(default_factory=dict)
    """Jobs with their inputs, by DAG id: those whose settings the file names."""
    published: Mapping[str, Published] = field(default_factory=dict)
    """What jobs that the file names have published lately for people to choose from, by DAG id."""
    kept: Mapping[str, KeptProject] = field(default_factory=dict)
    """Projects as they are set up now.

    What a project has already is never a problem: an Airflow or a Slack that has just lost something must not
    refuse a file that was right yesterday.
    """


def resolve(file: ProjectsFile, facts: Facts) -> WantedSetups:
    """Return the projects that the file asks for, with ids for names. Raises WrongFile with every problem."""
    resolver = _Resolver(facts)
    projects = {each.name.text: resolver.project(each) for each in file.projects}
    resolver.check_channels(file, projects)
    roles = {role: resolver.people(words) for role, words in file.workspace_roles.items()}
    if resolver.problems:
        raise WrongFile(resolver.problems)
    return WantedSetups(projects, roles)


@dataclass(slots=True)
class _Resolver:
    facts: Facts
    problems: list[Problem] = field(default_factory=list)

    def project(self, found: ProjectInFile) -> ProjectSetup:
        """Return the setup that the file asks for; problems are collected on the way."""
        kept = self.facts.kept.get(found.name.text)
        setup = kept.setup if kept else ProjectSetup("UTC")
        self.problems += pager_problems(found.escalation, self.facts.pagers, setup.escalation)
        channels = {
            facts.channel_id: facts
            for word in found.channels
            if (facts := self._channel(word, setup)) is not None
        }
        return ProjectSetup(
            tz=found.tz,
            channels=channels,
            reports_to=self._reports_to(found, channels, setup),
            members=self._members(found.members, setup),
            shares=self._shares(found, setup),
            jobs=self._jobs(found, setup),
            asked=self.people(found.asked),
            tells_changes=found.tells_changes,
            alerts=self._alerts(found, channels, setup),
            escalation=escalation_in_file(
                found.escalation, lambda word: self._own_channel(word, channels, setup), self.people
            ),
        )

    def people(self, words: Iterable[Word]) -> frozenset[str]:
        """Return the ids of these people. A user group is a problem: it cannot hold a workspace's role."""
        found = set()
        for word in words:
            who = self._who(word, frozenset())
            if who is not None and who.is_group:
                self.problems.append(word.wrong(f"{word.text} is a user group; name people here"))
            elif who is not None:
                found.add(who.slack_id)
        return frozenset(found)

    def check_channels(self, file: ProjectsFile, projects: Mapping[str, ProjectSetup]) -> None:
        """Find channels that are named for two projects."""
        owners = {
            channel_id: each.name
            for each in self.facts.kept.values()
            if not each.is_managed and not each.is_archived and each.name not in projects
            for channel_id in each.setup.channels
        }
        for each in file.projects:
            for word in each.channels:
                channel_id = self._find_channel(word, projects[each.name.text].channels)
                if channel_id is None:
                    continue
                owner = owners.setdefault(channel_id, each.name.text)
                if owner != each.name.text:
                    self.problems.append(word.wrong(f"{word.text} belongs to project {owner} already"))

    def _members(self, words: Iterable[tuple[Word, Role]], setup: ProjectSetup) -> dict[Who, Role]:
        found: dict[Who, Role] = {}
        for word, role in words:
            who = self._who(word, setup.members.keys())
            if who is None:
                continue
            if who in found:
                self.problems.append(word.wrong(f"{word.text} is named as a {found[who]} already"))
            found.setdefault(who, role)
        return found

    def _shares(self, found: ProjectInFile, setup: ProjectSetup) -> dict[Shared, frozenset[Action]]:
        shares: dict[Shared, frozenset[Action]] = {}
        named = {who for shared in setup.shares for who in shared.only or ()}
        already = {(shared.name, shared.is_tag) for shared in setup.shares}
        for each in found.shares:
            target, known = each.target, self.facts.tags if each.is_tag else self.facts.jobs
            if target.text not in known and (target.text, each.is_tag) not in already:
                what = "no job in Airflow has the tag" if each.is_tag else "Airflow has no job"
                self.problems.append(target.wrong(f"{what} {target.text}{suggest(target.text, known)}"))
            only = None
            if each.only is not None:
                people = (self._who(word, named) for word in each.only)
                only = tuple(sorted({who for who in people if who is not None}))
            shared = Shared(target.text, each.is_tag, only)
            if shared in shares:
                self.problems.append(target.wrong(f"{shared} is shared with the same people twice"))
            shares[shared] = each.actions
        return shares

    def _alerts(
        self, found: ProjectInFile, channels: Mapping[str, ChannelFacts], setup: ProjectSetup
    ) -> frozenset[AlertSetup]:
        alerts: list[AlertSetup] = []
        known = Known(self.facts.jobs.keys(), self.facts.tags, setup.alerts)
        for each in found.alerts:
            channel_id = self._find_channel(each.channel, channels)
            if channel_id is None or channel_id not in channels:
                words = f"{each.channel.text} is not among this project's `channels`"
                self.problems.append(each.channel.wrong(words))
                continue
            people = (self._who(word, ()) for word in each.mentions if word.text not in WHOLE_CHANNEL)
            alert = alert_of(each, channel_id, [who.slack_id for who in people if who is not None])
            self.problems += alert_problems(each, alert, alerts, known)
            alerts.append(alert)
        return frozenset(alerts)

    def _jobs(self, found: ProjectInFile, setup: ProjectSetup) -> dict[str, JobSettings]:
        settings = {}
        for each in found.jobs:
            dag_id = each.dag_id.text
            if dag_id in self.facts.described:
                settings[dag_id] = FileJob(
                    self.facts.described[dag_id],
                    self._jobs_of(found),
                    ZoneInfo(found.tz),
                    self.problems,
                    self.facts.published,
                    setup.jobs.get(dag_id, JobSettings()),
                ).settings(each)
            elif dag_id in setup.jobs:  # gone from Airflow: as it was
                settings[dag_id] = setup.jobs[dag_id]
            else:
                hint = suggest(dag_id, self.facts.jobs)
                self.problems.append(each.dag_id.wrong(f"Airflow has no job {dag_id}{hint}"))
        return {dag_id: each for dag_id, each in settings.items() if each != JobSettings()}

    def _jobs_of(self, project: ProjectInFile) -> set[str]:
        """Return the jobs that the file shares with the project, of those that it names."""
        named = {each.target.text for each in project.shares if not each.is_tag}
        tags = {each.target.text for each in project.shares if each.is_tag}
        return named | {dag_id for dag_id, job in self.facts.described.items() if job.tags & tags}

    def _who(self, word: Word, known: Iterable[Who]) -> Who | None:
        text = word.text
        if Who(text) in known:
            return Who(text)
        if Who(text, is_group=True) in known:
            return Who(text, is_group=True)
        if text in self.facts.groups:
            return Who(text, is_group=True)
        if text in self.facts.people:
            return self._able(word, self.facts.people[text])
        if not text.startswith("@"):
            return self._by_email(word, known)
        return self._called(word, known)

    def _by_email(self, word: Word, known: Iterable[Who]) -> Who | None:
        address = word.text.casefold()
        people = [each for each in self.facts.people.values() if each.email.casefold() == address]
        able = [each for each in people if each.counts or Who(each.person_id) in known]
        if "@" in address and len(able) == 1:
            return Who(able[0].person_id)
        self.problems.append(word.wrong(no_such_id(word.text)))
        return None

    def _called(self, word: Word, known: Iterable[Who]) -> Who | None:
        name = word.text[1:].casefold()
        people = [
            each
            for each in self.facts.people.values()
            if each.name.casefold() == name and (each.counts or Who(each.person_id) in known)
        ]
        groups = [each for each, handle in self.facts.groups.items() if handle.casefold() == name]
        ids = [*(each.person_id for each in people), *groups]
        if len(ids) == 1:
            return Who(ids[0], is_group=bool(groups))
        if ids:
            words = f"{word.text} may be any of {', '.join(sorted(ids))}: write the id"
        else:
            names = [f"@{each.name}" for each in self.facts.people.values() if each.counts]
            handles = [f"@{each}" for each in self.facts.groups.values()]
            words = f"Slack has no person and no user group {word.text}"
            words += suggest(word.text, [*names, *handles])
        self.problems.append(word.wrong(words))
        return None

    def _able(self, word: Word, person: Person) -> Who | None:
        if person.counts:
            return Who(person.person_id)
        what = "is a bot" if person.is_bot else "has left Slack"
        self.problems.append(word.wrong(f"{word.text} ({person.name}) {what}"))
        return None

    def _channel(self, word: Word, setup: ProjectSetup) -> ChannelFacts | None:
        channel_id = self._find_channel(word, setup.channels)
        if channel_id is None:
            names = [f"#{each.name}" for each in self.facts.channels.values()]
            hint = suggest(word.text, names) or "; if it is private, /invite @Runbell there first"
            if not word.text.startswith("#") and not CHANNEL_ID.fullmatch(word.text):
                hint = suggest(f"#{word.text}", names) or "; write its id, or '#name' in quotes"
            self.problems.append(word.wrong(f"Slack has no channel {word.text}{hint}"))
            return None
        known = setup.channels.get(channel_id)
        facts = self.facts.channels.get(channel_id) or known
        if facts is not None and facts.is_archived and known is None:
            self.problems.append(word.wrong(f"{word.text} is archived in Slack"))
            return None
        return facts

    def _find_channel(self, word: Word, known: Mapping[str, ChannelFacts]) -> str | None:
        if word.text in known or word.text in self.facts.channels:
            return word.text
        if not word.text.startswith("#"):
            return None
        named = [
            each for each in (*self.facts.channels.values(), *known.values()) if each.name == word.text[1:]
        ]
        named.sort(key=lambda each: each.is_archived)
        return named[0].channel_id if named else None

    def _reports_to(
        self, found: ProjectInFile, channels: Mapping[str, ChannelFacts], setup: ProjectSetup
    ) -> str | None:
        word = found.reports_to
        if word is None:
            return next(iter(channels), None)
        if word.text == NOWHERE:
            return None
        return self._own_channel(word, channels, setup)

    def _own_channel(
        self, word: Word, channels: Mapping[str, ChannelFacts], setup: ProjectSetup
    ) -> str | None:
        channel_id = self._find_channel(word, setup.channels)
        if channel_id not in channels:
            self.problems.append(word.wrong(f"{word.text} is not among this project's `channels`"))
        return channel_id
