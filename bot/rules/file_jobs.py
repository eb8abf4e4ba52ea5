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

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from zoneinfo import ZoneInfo

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

    def settings(self, found: JobInFile) -> JobSettings:
        """Return the settings; problems are added on the way."""
        choices = FileChoices(self.job, self.shared, self.tz, self.problems).resolve(found)
        job = with_choices(self.job, choices)
        known = {each.name for each in job.inputs}
        for word in found.hidden:
            if word.text not in known:
                self.problems.append(
                    word.wrong(f"{job.key.dag_id} has no input {word.text}{suggest(word.text, known)}")
                )
        settings = JobSettings(
            title=found.title,
            description=found.description,
            presets={name.text: self._inputs(job, pairs) for name, pairs in found.presets},
            hidden=frozenset(word.text for word in found.hidden),
            fixed=self._inputs(job, found.fixed),
            asks_first=not found.runs_at_once,
            runbook=found.runbook,
            longest_minutes=found.longest_minutes,
            choices=choices,
        )
        try:
            check_settings(job, settings)
        except NotUnderstood as error:
            self.problems.append(found.dag_id.wrong(error.message))
        return settings

    def _inputs(self, job: Job, pairs: Sequence[tuple[Word, Word]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            try:
                found |= read_named(job, name.text, value.text, field=FormField.INPUTS, tz=self.tz)
            except NotUnderstood as error:
                self.problems.append(value.wrong(error.message))
        values = {name.text: value for name, value in pairs}
        for each, sentence in not_together(job, found):
            if each.name in values:
                self.problems.append(values[each.name].wrong(sentence))
        return found
