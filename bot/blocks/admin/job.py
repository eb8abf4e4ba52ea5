"""How a project shows and limits one job: title, description, presets, whether `run` asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)

from bot.blocks.admin.frame import form
from bot.blocks.ids import VALUE, View
from bot.blocks.parts import bold, context, cut, escape, option, section
from bot.domain.form_field import FormField
from bot.language.presets import say_presets

if TYPE_CHECKING:
    from slack_sdk.models.blocks import Block

    from bot.blocks.admin.frame import Where
    from bot.domain.job import Job, JobSettings

AT_ONCE = "at_once"


def job_form(where: Where, job: Job, settings: JobSettings) -> dict[str, Any]:
    """Return the form of a job's settings in a project. `job` is as Airflow has it."""
    blocks: list[Block | None] = [
        section(f"{bold(job.title)}, in this project"),
        context(f"`{escape(job.key.dag_id)}` in Airflow"),
        _text("title", "Title", settings.title, hint=f"Left empty: {cut(job.title, 150)}"),
        _text("description", "Description", settings.description, hint=_described(job), lines=True),
        *(_inputs(job, settings) if job.inputs else [context("It takes no inputs.")]),
        _asks_first(settings),
        _text(
            FormField.RUNBOOK,
            "What to do when it fails",
            settings.runbook,
            hint="Words, links, or both. It stands below every failure of the job.",
            lines=True,
        ),
        _text(
            FormField.LONGEST,
            "Minutes after which a run takes too long",
            "" if settings.longest_minutes is None else str(settings.longest_minutes),
            hint="People are told of it then. Left empty: once it takes much longer than usual.",
        ),
    ]
    return form("A job, in this project", where, View.ADMIN_JOB, blocks)


def _inputs(job: Job, settings: JobSettings) -> list[Block | None]:
    names = ", ".join(each.name for each in job.inputs)
    return [
        context(escape(cut(f"Its inputs: {names}.", 1500))),
        _text(
            "presets", "Presets", say_presets(job, settings.presets), lines=True,
            hint='One a line: Month end: region=emea day="1 May 2026". People choose them by name.',
        ),
    ]  # fmt: skip


def _asks_first(settings: JobSettings) -> InputBlock:
    at_once = option("“run” starts it at once, without asking first", AT_ONCE)
    return InputBlock(
        block_id=FormField.ASKS,
        label=PlainTextObject(text="Running it"),
        optional=True,
        element=CheckboxesElement(
            action_id=VALUE, options=[at_once], initial_options=None if settings.asks_first else [at_once]
        ),
    )


def _text(block_id: str, label: str, value: str, *, hint: str, lines: bool = False) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=label),
        hint=PlainTextObject(text=hint),
        optional=True,
        element=PlainTextInputElement(
            action_id=VALUE, initial_value=value or None, multiline=lines, max_length=3000 if lines else 200
        ),
    )


def _described(job: Job) -> str:
    return f"Left empty: {cut(job.description, 300)}" if job.description else "What it does, for people."
