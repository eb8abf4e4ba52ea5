"""Samples of what is said about schedules and firings, from the preview to the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks import (
    firing,
    job_trouble,
    listing,
    pausing,
    presets,
    preview,
    preview_paused,
    schedule,
    suspension,
    taking_over,
    touched,
    week,
    which,
    which_run,
)
from bot.blocks.parts import escape
from bot.domain.altered import Altered
from bot.domain.announcement import (
    CannotBePlanned,
    DidNotRun,
    JobChanged,
    NotRetried,
    OfSchedule,
    OwnersLostRight,
    Redirected,
    ScheduleTouched,
    Touch,
    Withdrawn,
)
from bot.domain.draft import Alike
from bot.domain.firing import Remedy, RunAfterAll
from bot.domain.history import Ended
from bot.domain.job import JobSettings, Trouble
from bot.domain.listed import BroughtBack, Listed, Page, Skipped
from bot.domain.preset import Preset
from bot.domain.project import ProjectPause
from bot.domain.run import RunState
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Policies, ScheduleState
from bot.domain.when import upcoming
from tests.drawn.samples import of
from tests.drawn.world import (
    BERLIN,
    NOW,
    PLACE,
    WHEN,
    a_draft,
    a_firing,
    a_job,
    a_project,
    a_run,
    a_schedule,
    listed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drawn.samples import Builder


@of(preview.preview)
def previewed(build: Builder, name: str) -> Iterator[Any]:
    draft, job, project = a_draft(name), a_job(name), a_project(name)
    yield build(draft, job, project, upcoming(WHEN, NOW, 5), warnings=[name * 3] * 5, now=NOW)
    yield build(draft, job, project, upcoming(WHEN, NOW, 5), now=NOW)
    yield build(replace(draft, when=None), job, project, [], now=NOW, may_save=True)
    yield build(draft, job, project, upcoming(WHEN, NOW, 5), now=NOW, may_save=True)
    yield build(
        replace(draft, when=None), replace(job, is_read_only=True, is_paused=True), project, [], now=NOW
    )
    yield build(draft, job, project, [], changes=a_schedule(name), now=NOW)
    for may_change in (True, False):
        yield build(draft, job, project, [], alike=Alike(a_schedule(name), may_change), now=NOW)
    yield build(
        replace(draft, person_id="U9"), job, project, [], alike=Alike(a_schedule(name), True), now=NOW
    )


@of(presets.preset_form)
def preset_form(build: Builder, name: str) -> Iterator[Any]:
    for may_share in (True, False):
        inputs = a_draft(name).inputs
        yield build(a_draft(name), a_job(name), a_project(name), inputs, may_share=may_share)


@of(presets.presets)
def presets_of_a_job(build: Builder, name: str) -> Iterator[Any]:
    inputs = a_draft(name).inputs
    own = tuple(Preset(f"{name[:50]} {each}", inputs, is_own=True) for each in range(20))
    settings = JobSettings(presets={f"{name[:50]} {each}": inputs for each in range(20)})
    job = replace(a_job(name), own_presets=own, settings=settings)
    yield build(job, metadata="", may_delete_all=True, notice=presets.deleted(own[0]), undo=True)
    few = replace(job, own_presets=own[:1])
    yield build(few, metadata="", may_delete_all=False, notice=presets.brought_back(own[0]))
    yield build(replace(a_job(name), settings=JobSettings()), metadata="", may_delete_all=True)


@of(presets.preset_saved)
def preset_saved(build: Builder, name: str) -> Iterator[Any]:
    for is_own in (True, False):
        yield build(a_job(name), Preset(name[:60], {}, is_own))


@of(preview_paused.of_paused_job)
def preview_of_a_paused_job(build: Builder, name: str) -> Iterator[Any]:
    for may_resume in (True, False):
        details = (escape(name), f"Project *{escape(name)}*")
        yield build(replace(a_draft(name), when=None), a_job(name), details, may_resume=may_resume)


@of(preview.again)
def previewed_again(build: Builder, name: str) -> Iterator[Any]:
    shown = preview.preview(a_draft(name), a_job(name), a_project(name), upcoming(WHEN, NOW, 5), now=NOW)
    yield build(shown, "Schedule it")


@of(preview.scheduled)
def scheduled(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_schedule(name), a_job(name), NOW)


@of(preview.changed)
def changed(build: Builder, name: str) -> Iterator[Any]:
    for state in ScheduleState:
        yield build(replace(a_schedule(name), state=state), a_job(name), NOW)


@of(job_trouble.changed)
def troubled(build: Builder, name: str) -> Iterator[Any]:
    suspended = replace(a_schedule(name), state=ScheduleState.SUSPENDED, reason=name)
    for trouble in (
        {"is_gone": True},
        {"has_import_errors": True, "import_error": name},
        {"is_paused": True},
        {},
    ):
        job = replace(a_job(name), **trouble)
        both = tuple(OfSchedule.of(each, name) for each in (a_schedule(name), suspended))
        told = JobChanged(
            *(name, job.trouble, job.why_it_does_not_run, both * 5, 14),
            reference="1",
            by="U1",
            error=job.import_error,
        )
        for shared in (False, True):
            yield build(told, shared=shared)
            yield build(replace(told, before=Trouble.BROKEN, over_at=NOW), shared=shared)
            yield build(replace(told, schedules=(), count=0, reference="", by=""), shared=shared)


@of(preview.started)
def started(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_job(name), PLACE)


@of(preview.discarded)
def discarded(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build()


@of(preview.declined)
def declined(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(1)
    yield build(3)


@of(preview.choose)
def choose(build: Builder, name: str) -> Iterator[Any]:
    yield build("Which one?", [(name, "d" * 24)] * 30)
    yield build("Which one?", [(name, "d" * 24)])


@of(firing.not_run)
def not_run(build: Builder, name: str) -> Iterator[Any]:
    fired = a_firing(name)
    suspended = OfSchedule.of(replace(a_schedule(name), state=ScheduleState.SUSPENDED), name)
    for remedy in Remedy:
        told = DidNotRun(name, suspended, fired.due_at, name, name, also_missed=3, remedy=remedy)
        for shared in (False, True):
            yield build(told, shared=shared)
            yield build(replace(told, firing_id=fired.firing_id), shared=shared)
            yield build(replace(told, schedule=None, also_missed=0), shared=shared)


@of(firing.run_after_all)
def run_after_all(build: Builder, name: str) -> Iterator[Any]:
    fired = a_firing(name)
    yield build(RunAfterAll(name, 12, fired.due_at, BERLIN, "U1", NOW))


@of(firing.withdrawn)
def withdrawn(build: Builder, name: str) -> Iterator[Any]:
    for began, ended in ((True, False), (True, True), (False, False)):
        yield build(Withdrawn(name, a_firing(name).due_at, BERLIN, name, began=began, ended=ended))


@of(firing.not_retried)
def not_retried(build: Builder, name: str) -> Iterator[Any]:
    for shared in (False, True):
        yield build(NotRetried(name, name), shared=shared)


def _numbered(found: list[Listed]) -> list[Listed]:
    return [
        replace(each, schedule=replace(each.schedule, number=123000 + place))
        for place, each in enumerate(found)
    ]


@of(listing.schedules)
def schedules(build: Builder, name: str) -> Iterator[Any]:
    found = _numbered([listed(name, state) for state in ScheduleState] * 25)
    by_itself = replace(a_job(name), airflow_schedule=name)
    yield build(Page(found[:10], len(found), also=[by_itself] * 12), everyones=True, words=name[:200])
    yield build(Page(found[:10], 200, is_more=True, first_shown=20), everyones=True, which=name)
    yield build(Page([], 0), everyones=False)
    yield build(Page([], 0), everyones=False, which=name)


@of(listing.after)
def list_after_a_press(build: Builder, name: str) -> Iterator[Any]:
    shown = listing.schedules(Page(_numbered([listed(name)] * 10), 30), everyones=True, words=name[:200])
    yield build(schedule.deleted(listed(name)), shown, listing.ListPlace(0, name[:200]))


@of(schedule.again)
def schedule_after_a_press(build: Builder, name: str) -> Iterator[Any]:
    card = schedule.schedule(listed(name), timedelta(minutes=10))
    yield build(schedule.deleted(listed(name)), None, "s" * 24)
    yield build(schedule.resumed(listed(name)), card, "s" * 24)


@of(schedule.schedule)
def one_schedule(build: Builder, name: str) -> Iterator[Any]:
    for state in ScheduleState:
        yield build(listed(name, state), timedelta(minutes=10))
    ended = [RunState.DONE, RunState.FAILED, RunState.STOPPED, RunState.DONE] * 5
    past = tuple(Ended(each, timedelta(hours=number)) for number, each in enumerate(ended))
    yield build(replace(listed(name), past=past), timedelta(minutes=10))
    yield build(
        replace(listed(name), past=(Ended(RunState.FAILED, timedelta()),) * 20), timedelta(minutes=10)
    )


@of(schedule.with_policies)
def with_policies(build: Builder, name: str) -> Iterator[Any]:
    yield build(listed(name), timedelta(minutes=10))


@of(schedule.acted)
def acted(build: Builder, name: str) -> Iterator[Any]:
    yield build(listed(name), taking_over.taken_over(listed(name)))


@of(schedule.skipped)
def skipped(build: Builder, name: str) -> Iterator[Any]:
    yield build(Skipped(listed(name), "f" * 24, NOW))


@of(schedule.not_skipped)
def not_skipped(build: Builder, name: str) -> Iterator[Any]:
    yield build(Skipped(listed(name), "f" * 24, NOW))


@of(schedule.paused)
def paused(build: Builder, name: str) -> Iterator[Any]:
    for state in ScheduleState:
        yield build(listed(name, state), now=NOW)


@of(schedule.resumed)
def resumed(build: Builder, name: str) -> Iterator[Any]:
    yield build(listed(name))


@of(schedule.brought_back)
def brought_back(build: Builder, name: str) -> Iterator[Any]:
    yield build(BroughtBack(listed(name), ()))
    yield build(BroughtBack(listed(name), (NOW,) * 5))


@of(touched.touched)
def was_touched(build: Builder, name: str) -> Iterator[Any]:
    one = OfSchedule.of(a_schedule(name), name)
    for each in Touch:
        for reader in ("U1", "U3", one.reports_to):
            yield build(ScheduleTouched(one, "U2", each, NOW, WHEN, "f" * 24), reader_id=reader)
            yield build(ScheduleTouched(one, "U2", each), reader_id=reader)
    altered = Altered(
        (Policies(), Policies(MissedPolicy.NONE, OverlapPolicy.SKIP, timedelta(hours=1), 3, name)),
        ("U1", "C0FINANCE"),
        (name,) * 9,
    )
    yield build(ScheduleTouched(one, "U2", Touch.CHANGED, altered=altered), reader_id="U1")


@of(schedule.renamed)
def renamed(build: Builder, name: str) -> Iterator[Any]:
    yield build(listed(name))
    yield build(replace(listed(name), schedule=replace(listed(name).schedule, nickname="")))


@of(pausing.form)
def pause_form(build: Builder, name: str) -> Iterator[Any]:
    yield build(listed(name), NOW)


@of(week.week)
def the_week(build: Builder, name: str) -> Iterator[Any]:
    runs = [(NOW + timedelta(hours=each), listed(name)) for each in range(160)]
    yield build(runs, which=name, zone="Berlin time", is_more=True)
    yield build([], which="", zone="Berlin time", is_more=False)
    pause = ProjectPause(NOW, NOW + timedelta(days=9), "U1", name[:200])
    rests = [replace(a_project(name), pause=pause)] * 7
    yield build(runs, which=name, zone="Berlin time", is_more=True, rests=rests)
    yield build([], which="", zone="Berlin time", is_more=False, rests=rests)


@of(which_run.to_stop)
def runs_to_stop(build: Builder, name: str) -> Iterator[Any]:
    yield build([a_run(name, RunState.RUNNING)] * 12)
    yield build([a_run(name, RunState.WAITING)])


@of(which_run.to_retry)
def runs_to_retry(build: Builder, name: str) -> Iterator[Any]:
    yield build([a_run(name, RunState.FAILED)] * 12)
    yield build([a_run(name, RunState.FAILED)])


@of(which_run.none_to)
def no_run(build: Builder, name: str) -> Iterator[Any]:
    yield build("stop", name)
    yield build("retry", "")


@of(which_run.done)
def run_done(build: Builder, name: str) -> Iterator[Any]:
    yield build("Stopping", a_run(name, RunState.RUNNING))


@of(schedule.deleted)
def deleted(build: Builder, name: str) -> Iterator[Any]:
    yield build(listed(name))


@of(suspension.suspended)
def suspended(build: Builder, name: str) -> Iterator[Any]:
    one = OfSchedule.of(a_schedule(name), name)
    yield build(OwnersLostRight((one,), 1), reader_id="U9")
    yield build(OwnersLostRight((one,) * 20, 100), reader_id="U1")


@of(suspension.cannot_be_planned)
def cannot_be_planned(build: Builder, name: str) -> Iterator[Any]:
    one = OfSchedule.of(a_schedule(name), name)
    yield build(CannotBePlanned(one, "Runbell cannot work out its next times (reference 7f3a9c21)"))


@of(suspension.redirected)
def redirected(build: Builder, name: str) -> Iterator[Any]:
    for is_private in (False, True):
        yield build(Redirected(OfSchedule.of(a_schedule(name), name), is_private=is_private))


@of(which.which)
def several_fit(build: Builder, name: str) -> Iterator[Any]:
    everyone = which.choosing("Pause all 30", "c" * 24)
    offers = [(each, which.choosing("Pause", "c" * 24, each)) for each in [listed(name)] * 30]
    yield build(name, offers, all_of_them=everyone)
    yield build("Which one?", [(listed(name), None)])


@of(which.none_of_yours)
def none_of_yours(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build("paused")


@of(schedule.all_moved)
def all_moved(build: Builder, name: str) -> Iterator[Any]:
    yield build([listed(name)] * 10, [name] * 3)
    yield build([listed(name)], [])
    yield build([], [name])
