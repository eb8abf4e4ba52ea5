"""The form is sent: errors at their fields, or the preview; and the preview is sent to do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import form as form_blocks
from bot.blocks import help as help_blocks
from bot.blocks import preview as preview_blocks
from bot.blocks.form_when import LATER, NOW
from bot.domain.errors import FileMissing, NotUnderstood, ScheduledMeanwhile, SeveralWrong, UserError
from bot.domain.form_field import FormField
from bot.domain.kept_file import ChosenFile
from bot.domain.when import zone_of
from bot.language.when import read
from handlers import kept
from handlers.answer import Later
from handlers.form.filling import given_of, parts_of, place_of
from handlers.form.inputs import read_form
from handlers.form.more import given_policies
from handlers.form.picking import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.notice import Message
    from bot.language.when import Reading
    from bot.rules.access import Asker
    from bot.rules.confirming import Confirmed
    from bot.services.schedules.drafted import Preview
    from handlers.form.live import LiveForms
    from handlers.payloads import Submission, ViewState
    from handlers.talk import Talk


def submit(live: LiveForms, talk: Talk, submission: Submission) -> Mapping[str, Any] | Later:
    """Return the preview, from which Back leads to the form as it was. Errors are shown at their fields.

    Files are fetched while the person reads it.
    """
    try:
        return _propose(talk, submission.view)
    except UserError:
        live.show_errors(submission)
        raise


def _propose(talk: Talk, view: ViewState) -> Mapping[str, Any] | Later:
    asker = kept.asker(talk, view.metadata)
    reference = view.text(FormField.JOB)
    if not reference:
        raise NotUnderstood("Choose a job first.", field=FormField.JOB)
    offer = talk.services.catalog.offer(asker, reference)
    changes = kept.changes(view.metadata)
    parts = parts_of(view, reference)
    given = given_of(talk, asker, view, offer)
    wrong: list[NotUnderstood] = []
    reading, inputs = None, {}
    try:
        reading = _read_when(talk, asker, _wanted(view), changes)
    except NotUnderstood as error:
        wrong.append(error)
    try:
        inputs = read_form(offer.job, parts, given, talk.viewpoint)
    except SeveralWrong as error:
        wrong += error.errors
    if wrong:
        raise SeveralWrong(wrong)
    files = {name: value for name, value in inputs.items() if isinstance(value, ChosenFile)}
    kept_files, coming = talk.services.files.expect(asker.person, offer.job, files) if files else ({}, ())
    shown = talk.services.drafting.propose(
        asker,
        offer,
        when=reading.when if reading else None,
        inputs={**inputs, **kept_files},
        reports_to=place_of(parts) or None,
        changes=changes,
        seen=kept.seen(view.metadata),
        policies=given_policies(view) if reading else None,
    )
    warnings = reading.warnings if reading else ()
    pushed = {"response_action": "push", "view": preview(shown, warnings)}
    if not coming:
        return pushed
    return Later(talk.services.files.fetching(talk.slack, asker.person, coming), pushed)


def _wanted(view: ViewState) -> str:
    """Return the time that was asked for; "" for now."""
    doing = view.text(FormField.DOING)
    text = "" if doing == NOW else written(view)
    if doing == LATER and not text:
        raise NotUnderstood("Say when it is to run, or choose “Run it once, now”.", field=FormField.WHEN)
    return text


def preview_message(shown: Preview, warnings: Sequence[str] = ()) -> Message:
    """Return the preview, which is the same in the form and in a message."""
    return preview_blocks.preview(
        shown.draft,
        shown.job,
        shown.project,
        shown.times,
        now=shown.now,
        warnings=warnings,
        changes=shown.changes,
        alike=shown.alike,
        under_way=shown.under_way,
        may_save=shown.may_save,
        skipped=shown.skipped,
        may_resume=shown.may_resume,
    )


def preview(shown: Preview, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """Return the preview as a view, which is sent to do it."""
    message = preview_message(shown, warnings)
    cannot = shown.draft.when is None and shown.job.is_paused
    submit = None if cannot else preview_blocks.doing(shown.draft, shown.changes, shown.alike, shown.project)
    another = shown.alike is not None
    return form_blocks.preview(message, metadata=shown.draft.draft_id, submit=submit, another=another)


def _read_when(talk: Talk, asker: Asker, text: str, changes: str | None) -> Reading | None:
    """Return what is typed under When. A schedule that is changed keeps its zone, whoever changes it."""
    if not text:
        return None
    tz = asker.person.tz
    if changes is not None:
        tz = zone_of(talk.services.drafting.to_edit(asker, changes).schedule.when)
    try:
        return read(text, now=talk.services.clock.now(), tz=tz)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, example=error.example, field=FormField.WHEN) from error


def _confirmed(talk: Talk, draft_id: str, *, another: bool) -> Confirmed:
    """Confirm the draft. A file that is just being fetched is waited for, as long as Slack waits for us."""
    try:
        return talk.services.previews.confirm(talk.asker, draft_id, another=another)
    except FileMissing as error:
        if not (error.awaited and talk.services.files.came(error.awaited)):
            raise
    return talk.services.previews.confirm(talk.asker, draft_id, another=another)


def confirm(talk: Talk, submission: Submission, *, another: bool = False) -> Mapping[str, Any]:
    """Do what the preview says. If a schedule like it was made since, show the preview again with that.

    Without its file, say so on top of the form, where the file can be chosen again.
    """
    draft_id = submission.view.metadata
    try:
        done = _confirmed(talk, draft_id, another=another)
    except FileMissing as error:
        view = form_blocks.told("There is no file yet", help_blocks.problem(error), ends=False)
        return {"response_action": "update", "view": view}
    except ScheduledMeanwhile:
        return {
            "response_action": "update",
            "view": preview(talk.services.previews.show(talk.asker, draft_id)),
        }
    if done.schedule is None:
        title, message = "On its way", preview_blocks.started(done.job, done.place)
    elif done.is_change:
        title, message = "Changed", preview_blocks.changed(done.schedule, done.job, done.next_at)
    else:
        title, message = "Scheduled", preview_blocks.scheduled(done.schedule, done.job, done.next_at)
    return {"response_action": "update", "view": form_blocks.told(title, message)}
