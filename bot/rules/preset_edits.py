"""Presets of jobs as they are saved and taken away, each checked where it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.job import JobSettings
from bot.domain.kept_file import is_file
from bot.domain.preset import LONGEST_NAME, MOST_PRESETS, Preset
from bot.domain.sealed import is_sealed
from bot.rules.access import NO_SUCH_THING
from bot.rules.project_edits import check_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import Job
    from bot.domain.project_setup import ProjectSetup
    from bot.rules.access import Asker
    from bot.rules.project_edits import Edit
    from storage.transaction import Transaction


def savable(job: Job, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that a preset may keep: those that people set here, without secrets and files."""
    return {
        each.name: inputs[each.name]
        for each in job.inputs
        if each.name in inputs
        and not each.is_secret
        and not is_sealed(inputs[each.name])
        and not is_file(inputs[each.name])
    }


def checked_preset(job: Job, name: str, inputs: Mapping[str, Any], *, is_own: bool) -> Preset:
    """Return the preset of these inputs. Raises NotUnderstood for a name that does not do.

    `job` is as the project shows it. Secrets and files are left out.
    """
    wanted = " ".join(name.split())
    if not 0 < len(wanted) <= LONGEST_NAME or set(wanted) & {":", "="}:
        sentence = f"A name has up to {LONGEST_NAME} characters, without : and =, like Month end."
        raise NotUnderstood(sentence, field=FormField.NAME)
    return Preset(wanted, savable(job, inputs), is_own)


def check_room(kept: Sequence[Preset], preset: Preset, *, replaces: bool) -> None:
    """Raise NotUnderstood if one of that name is there and is not replaced, or if there are too many."""
    if any(each.folded == preset.folded for each in kept):
        if not replaces:
            sentence = (
                f"There is a preset called “{preset.name}” already. Replace it, or choose another name."
            )
            raise NotUnderstood(sentence, field=FormField.NAME)
    elif len(kept) >= MOST_PRESETS:
        raise NotUnderstood(f"At most {MOST_PRESETS} presets. Delete one first.", field=FormField.NAME)


def add_preset(job: Job, preset: Preset, *, replaces: bool = False) -> Edit:
    """Return the edit that keeps a preset of a job for everybody. `job` is as the project shows it.

    The edit raises NotUnderstood if another preset has its name, unless it `replaces` that one.
    """

    def edit(tx: Transaction, _asker: Asker, project_id: int, setup: ProjectSetup) -> ProjectSetup:
        if job.key not in tx.jobs.shared_with(project_id):
            raise NotFound(NO_SUCH_THING)
        settings = setup.jobs.get(job.key.dag_id, JobSettings())
        check_room([Preset(*each) for each in settings.presets.items()], preset, replaces=replaces)
        changed = _with_preset(settings, preset)
        check_settings(job, changed)
        return setup.with_job(job.key.dag_id, changed)

    return edit


def remove_preset(job: Job, preset: Preset) -> Edit:
    """Return the edit that takes away a preset of a job that was for everybody."""

    def edit(_tx: Transaction, _asker: Asker, _project_id: int, setup: ProjectSetup) -> ProjectSetup:
        settings = setup.jobs.get(job.key.dag_id, JobSettings())
        left = {name: each for name, each in settings.presets.items() if name != preset.name}
        return setup.with_job(job.key.dag_id, replace(settings, presets=left))

    return edit


def _with_preset(settings: JobSettings, preset: Preset) -> JobSettings:
    others = {name: each for name, each in settings.presets.items() if name.casefold() != preset.folded}
    return replace(settings, presets={**others, preset.name: preset.inputs})
