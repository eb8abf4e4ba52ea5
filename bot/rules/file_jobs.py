"""A job's settings in a projects file against the job as Airflow describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.job import JobSettings
from bot.language.inputs import not_together, with_choices
from bot.language.presets import read_named
from bot.language.yaml_nodes import suggest
from bot.rules.file_choices import FileChoices
from bot.rules.project_edits import check_settings
from bot.rules.published import with_these_published

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from bot.domain.choices import Published
    from bot.domain.job import Job
    from bot.language.projects_file import JobInFile
    from bot.language.yaml_nodes import Problem, Word


@dataclass(frozen=True, slots=True)
class FileJob:
    """One job of a project. `shared`: the jobs that the file shares with the project."""

    job: Job
    shared: Collection[str]
    tz: ZoneInfo
    problems: list[Problem]
    published: Mapping[str, Published]
    """What jobs have published lately for people to choose from, by DAG id."""
    kept: JobSettings
    """The settings as they are: what they say already is no problem when something else is published."""

    def settings(self, found: JobInFile) -> JobSettings:
        """Return the settings; problems are added on the way."""
        choices = FileChoices(self.job, self.shared, self.tz, self.problems).resolve(found)
        listed = with_choices(self.job, choices)
        offered = with_these_published(listed, choices, self.published)
        known = {each.name for each in listed.inputs}
        for word in found.hidden:
            if word.text not in known:
                self.problems.append(
                    word.wrong(f"{listed.key.dag_id} has no input {word.text}{suggest(word.text, known)}")
                )
        settings = JobSettings(
            title=found.title,
            description=found.description,
            presets={
                name.text: self._inputs(listed, offered, pairs, self.kept.presets.get(name.text, {}))
                for name, pairs in found.presets
            },
            hidden=frozenset(word.text for word in found.hidden),
            fixed=self._inputs(listed, offered, found.fixed, self.kept.fixed),
            asks_first=not found.runs_at_once,
            runbook=found.runbook,
            longest_minutes=found.longest_minutes,
            choices=choices,
        )
        try:
            check_settings(listed, settings)
        except NotUnderstood as error:
            self.problems.append(found.dag_id.wrong(error.message))
        return settings

    def _inputs(
        self, listed: Job, offered: Job, pairs: Sequence[tuple[Word, Word]], kept: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the values. `offered` has published choices as well, which bind what is not kept already."""
        found: dict[str, Any] = {}
        for name, value in pairs:
            try:
                found |= self._input(listed, offered, (name.text, value.text), kept)
            except NotUnderstood as error:
                self.problems.append(value.wrong(error.message))
        values = {name.text: value for name, value in pairs}
        for each, sentence in not_together(listed if found == kept else offered, found):
            if each.name in values:
                self.problems.append(values[each.name].wrong(sentence))
        return found

    def _input(
        self, listed: Job, offered: Job, typed: tuple[str, str], kept: Mapping[str, Any]
    ) -> dict[str, Any]:
        try:
            return read_named(offered, *typed, field=FormField.INPUTS, tz=self.tz)
        except NotUnderstood:
            found = read_named(listed, *typed, field=FormField.INPUTS, tz=self.tz)
            if found.items() <= kept.items():
                return found
            raise
