"""Samples of the form and its menus, and of what is said when one needs help."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.blocks import about, choices, form, policies, preview
from bot.blocks import help as help_blocks
from bot.blocks.filled import Filled
from bot.domain.errors import Forbidden, NotUnderstood, Rejected, Unavailable
from bot.domain.job import Input, InputKind
from bot.domain.kept_file import as_value
from bot.domain.limits import NO_FILES, FileLimits
from bot.domain.rights import Action
from bot.domain.schedule import ScheduleState
from bot.domain.when import upcoming
from bot.language.command import SmallTalk
from bot.language.inputs import Viewpoint
from tests.drawn.samples import of
from tests.drawn.world import NOW, PLACE, WHEN, a_draft, a_job, a_project, a_schedule, listed, many_menus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drawn.samples import Builder


@of(form.form)
def filled(build: Builder, name: str) -> Iterator[Any]:
    yield build(Filled(), metadata="{}")
    yield build(Filled(doing="", changes="5" * 24), metadata="{}")
    yield build(
        Filled(
            reference="r" * 24,
            label=name,
            when=name,
            job=a_job(name),
            places=[PLACE],
            place_names={"C1": name},
        ),
        metadata="x" * 3000,
    )
    yield build(
        Filled(
            label=name,
            reference="r" * 24,
            job=a_job(name),
            places=[PLACE],
            place_names={"C1": name},
            has_last_used=True,
            is_open=True,
        ),
        metadata="{}",
    )
    file = Input("orders", InputKind.FILE, name, {"type": "string", "format": "file", "extensions": ["csv"]})
    of_files = replace(a_job(name), inputs=(file, replace(file, name="more", schema={"format": "file"})))
    for limits in (FileLimits(url="https://runbell.example.com"), NO_FILES):
        yield build(
            Filled(
                label=name,
                reference="r" * 24,
                job=of_files,
                files=limits,
                places=[PLACE],
                place_names={"C1": name},
                values={"more": as_value("0" * 32, name)},
            ),
            metadata="{}",
        )
    unread = replace(a_job(name), inputs=(), has_unread_inputs=True)
    yield build(
        Filled(label=name, reference="r" * 24, job=unread, places=[PLACE], place_names={"C1": name}),
        metadata="{}",
    )
    yield build(
        Filled(
            label=name, reference="r" * 24, job=many_menus(name), places=[PLACE], place_names={"C1": name}
        ),
        metadata="{}",
    )


@of(about.form)
def about_a_message(build: Builder, name: str) -> Iterator[Any]:
    link = "https://northwind.slack.com/archives/C1/p17"
    yield build(about.About("C1", name, link))
    yield build(about.About("C1", "", link), a_job(name), "r" * 24, name)
    yield build(about.About("C1", name * 12, ""), a_job(name), "r" * 24, name)
    yield build(about.About("C1", "x" * 5000, link), many_menus(name), "r" * 24, name)
    yield build(about.About("C1", "x" * 5000, ""), a_job(name), "r" * 24, name)


@of(choices.found)
def found(build: Builder, name: str) -> Iterator[Any]:
    job = a_job(name)
    for each in job.inputs:
        yield build(job, each.name, "", f"input.{each.name}")
    yield build(job, "nothing", "", "input.nothing")


@of(choices.moving)
def moving(build: Builder, name: str) -> Iterator[Any]:
    seen = Viewpoint(ZoneInfo("Europe/Berlin"), NOW)
    job = a_job(name)
    dated = [replace(each, schema={"type": "string", "format": "date"}) for each in job.inputs]
    for typed in ("", "yesterday", "3 weeks ago", name):
        yield build(replace(job, inputs=tuple(dated)), dated[0].name, typed, seen)
    yield build(job, "nothing", "", seen)


@of(form.preview)
def previewed(build: Builder, name: str) -> Iterator[Any]:
    message = preview.preview(a_draft(name), a_job(name), a_project(name), upcoming(WHEN, NOW, 5), now=NOW)
    yield build(message, metadata="d" * 24, submit="Schedule it")
    yield build(message, metadata="d" * 24, submit="Run now")


@of(policies.form)
def policies_form(build: Builder, name: str) -> Iterator[Any]:
    for each in ScheduleState:
        yield build(listed(name, each), timedelta(minutes=10))


@of(form.told)
def told(build: Builder, name: str) -> Iterator[Any]:
    yield build("Scheduled", preview.scheduled(a_schedule(name), a_job(name), NOW))
    yield build("Discarded", preview.discarded())


@of(form.job_options)
def job_options(build: Builder, name: str) -> Iterator[Any]:
    yield build([(f"{number:024}", name) for number in range(120)])
    yield build([])


@of(help_blocks.usage)
def usage(build: Builder, name: str) -> Iterator[Any]:
    yield build(frozenset(Action), [name], administers=True)
    yield build(frozenset({Action.SEE}), [])
    yield build(frozenset(), [])
    yield build(frozenset(Action), [name], verb="unpause")
    yield build(frozenset(Action), [name], verb=name)


@of(help_blocks.problem)
def problem(build: Builder, name: str) -> Iterator[Any]:
    yield build(NotUnderstood(name, example=name))
    yield build(NotUnderstood(name), with_ways_on=True)
    yield build(NotUnderstood(name), in_message=True)


@of(help_blocks.small_talk)
def small_talk(build: Builder, name: str) -> Iterator[Any]:
    del name
    for kind in SmallTalk:
        yield build(kind)


@of(help_blocks.offer_form)
def offer_form(build: Builder, name: str) -> Iterator[Any]:
    yield build("form.open", "form")
    yield build("form.open_typed", "a0b1c2d3", why=name, press="Fix it in the form")


@of(help_blocks.open_again)
def open_again(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build("schedule.edit", "a0b1c2d3")


@of(help_blocks.our_side)
@of(help_blocks.busy)
def our_side(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build("abcd1234")


@of(help_blocks.airflows_side)
def airflows_side(build: Builder, name: str) -> Iterator[Any]:
    yield build(Rejected("Airflow", name, "409"), "abcd1234")
    yield build(Unavailable("Airflow", name), "abcd1234")
    yield build(Unavailable("Airflow", name, not_done=True), "abcd1234")
    yield build(Unavailable("Airflow", name, not_done=True, code="403"), "abcd1234")
    yield build(Forbidden("Airflow", name, needs=name), "abcd1234")


def without_words(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


of(help_blocks.no_project)(without_words)
