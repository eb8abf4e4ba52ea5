"""Messages about incidents: what fails, who looks into it, and that it works again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import OverflowMenuElement

from bot.blocks.alert_rule import WHY, mentioned
from bot.blocks.ids import Button, More
from bot.blocks.of_run import (
    in_task,
    inputs,
    mark,
    origin,
    plain,
    result_block,
    retried,
    state_of,
    times,
    took,
    until,
    which_run,
    which_run_in_text,
)
from bot.blocks.parts import (
    actions,
    bold,
    button,
    code,
    confirmation,
    context,
    cut,
    escape_but_people,
    link_button,
    message,
    option,
    past,
    section,
    sentence,
    span,
    unnamed,
)
from bot.blocks.reason import below
from bot.domain.incident import Ending
from bot.domain.run import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from slack_sdk.models.blocks import ButtonElement, InteractiveElement

    from bot.domain.announcement import FailedAgain, Flaps
    from bot.domain.incident import Alert, Incident
    from bot.domain.notice import Message


def alert(shown: Alert, *, shared: bool) -> Message:
    """Return the message about an incident, which looks alike in every place.

    Of a card and the reply that notifies below it, the reply says what broke and has the buttons. `shared`
    leaves out inputs and errors, because another company reads along.
    """
    last, incident = shown.last, shown.incident
    if incident.ended_at is not None:
        return _fixed(shown, shared=shared)
    if shown.is_above_its_reply:
        return _above_its_reply(shown, shared=shared)
    heading, words = _heading(shown, shared=shared)
    failure = last.run.failure
    error = failure.error if failure is not None and not shared else ""
    says_why = error and not words.endswith(".")
    said = f"{words}: {sentence(cut(error, 300))}" if says_why else sentence(words)
    facts = (inputs(last, shared=shared), times(last), retried(last))
    return message(
        plain(f"{unnamed(said)} {origin(last)}."),
        section(heading),
        section(code(error)) if error else None,
        *below(last, shared=shared),
        context(origin(last), *(() if shown.is_below_its_card else facts)),
        context(*_who_is_on_it(shown)),
        context(mentioned(shown.mentions)),
        actions(*_buttons(shown)),
        names_people=True,
    )


def _above_its_reply(shown: Alert, *, shared: bool) -> Message:
    """Return the card of a failed run as a line of history: people read and act in the reply.

    Who looks into it stands here as well, for whoever reads the channel and not the thread.
    """
    last = shown.last
    heading, words = _heading(shown, shared=shared)
    return message(
        plain(f"{unnamed(sentence(words))} {origin(last)}."),
        section(heading),
        context(origin(last), inputs(last, shared=shared), times(last), retried(last)),
        context(*_who_is_on_it(shown)),
        context("What broke, and the buttons, are in the thread below."),
        names_people=True,
    )


def recovered(shown: Alert, *, shared: bool) -> Message:  # noqa: ARG001  every reply is drawn alike
    """Return the reply that the job works again."""
    title, words = shown.last.job.title, _how_it_ended(shown)
    return message(
        f"{unnamed(title)} {words}.",
        section(f":white_check_mark: {bold(title)} {words}."),
        result_block(shown.last),
        names_people=True,
    )


def failed_again(told: FailedAgain, *, shared: bool) -> Message:
    """Return the reply to whoever had pressed Retry."""
    words = f"failed again, try {told.attempt}"
    return message(
        f"{unnamed(told.title)} {words}. Retried by <@{told.by}>.",
        section(f":x: {bold(told.title)} {words}. Retried by <@{told.by}>."),
        section(code(told.error)) if told.error and not shared else None,
        names_people=True,
    )


def reminder(shown: Alert, *, shared: bool) -> Message | None:
    """Return the reminder. None if the incident has ended."""
    title = shown.last.job.title
    if shown.incident.ended_at is not None:
        return None
    failure = shown.last.run.failure
    return message(
        f"{unnamed(title)} still fails. You wanted to be reminded of it.",
        section(f":alarm_clock: {bold(title)} still fails. You wanted to be reminded of it."),
        section(code(failure.error)) if failure is not None and failure.error and not shared else None,
        context(origin(shown.last), *_who_is_on_it(shown)),
        actions(*_buttons(shown)),
        names_people=True,
    )


def flaps(told: Flaps) -> Message:
    """Return the message about a job that flaps, as release 0.1.0 put it into the outbox."""
    heading, words = _flapping(told.title, told.times, past(told.since))
    return message(f"{words} {_NEXT_WORD}", section(f"{heading} {_NEXT_WORD}"))


def will_remind(at: datetime) -> Message:
    """Return the answer to whoever asked to be reminded."""
    words = "I will remind you"
    return message(
        f"{words} in 1 hour, unless it works by then.",
        section(f"{words} {past(at)}, unless it works by then."),
    )


def all_done(what: str, count: int, refused: Sequence[str]) -> Message:
    """Return the answer to a press for a whole storm. `refused` says why not for the others."""
    words = f"{what} {count} of them."
    why = (section(escape_but_people(each)) for each in refused[:5])
    return message(words, section(words), *why)


_NEXT_WORD = "The next word of it comes once it works for good, or fails each time."


def _flapping(title: str, times_: int, since: str) -> tuple[str, str]:
    again = "and recovered in between."
    return (
        f":warning: {bold(title)} has failed {times_} times since {since}, {again}",
        f"{title} has failed {times_} times, {again}",
    )


def _heading(shown: Alert, *, shared: bool) -> tuple[str, str]:
    """Return the first line, for a section and for a notification."""
    last, incident = shown.last, shown.incident
    title = last.job.title
    if last.run.state is not RunState.FAILED:
        state = state_of(last, shared=shared)
        again = f"; {shown.count} runs have failed since {past(incident.began_at)}" if shown.count > 1 else ""
        return f"{mark(last.run)} {bold(title)} {state}{until(last.run)}{again}", f"{title} {state}"
    if incident.flaps:
        heading, words = _flapping(title, incident.times, past(incident.since))
        return f"{heading} {_NEXT_WORD}", f"{words} {_NEXT_WORD}"
    which = which_run(last)
    named = f" ({which})" if which else ""
    task = in_task(last, shared=shared)
    in_text = f"{task} ({which_run_in_text(last)})" if which else task
    if shown.count == 1:
        words = f"failed{task}{took(last)}{named}"
        return f":x: {bold(title)} {words}", f"{title} failed{in_text}"
    since = f"failed {shown.count} times since {past(incident.began_at)}"
    heading = f":x: {bold(title)} {since}. Last{task}{named}"
    return heading, f"{title} failed {shown.count} times, last{in_text}"


def _fixed(shown: Alert, *, shared: bool) -> Message:
    """Return the message struck through, because nobody need do anything about it."""
    last, incident = shown.last, shown.incident
    assert incident.ended_at is not None
    title = last.job.title
    failed = "failed" if shown.count == 1 else f"failed {shown.count} times"
    if incident.ending is Ending.DELETED:
        gone, at = "its schedule was deleted", past(incident.ended_at)
        return message(
            f"{title} {failed}; {gone}.", section(f":wastebasket: {bold(title)} ~{failed}~, {gone} {at}")
        )
    if incident.ending is Ending.LAST:
        words = f"{failed}, and no run is to come that could mend it"
        return message(
            f"{title} {words}.",
            section(f":file_folder: {bold(title)} {words}. Closed {past(incident.ended_at)}."),
            context(origin(last), times(last)),
            actions(link_button(Button.OPEN_IN_AIRFLOW, "Open in Airflow", last.url)),
        )
    since = f"{past(incident.ended_at)}{_by_what(incident)}"
    text = f"{unnamed(title)} {failed}; it {_how_it_ended(shown)}."
    if shown.is_below_its_card:
        return message(text, context(f":white_check_mark: Fixed {since}"), names_people=True)
    return message(
        text,
        section(f":white_check_mark: {bold(title)} ~{failed}~, fixed {since}"),
        result_block(last) if last.run.state is RunState.DONE else None,
        context(origin(last), inputs(last, shared=shared), times(last)),
        actions(link_button(Button.OPEN_IN_AIRFLOW, "Open in Airflow", last.url)),
        names_people=True,
    )


def _how_it_ended(shown: Alert) -> str:
    incident = shown.incident
    assert incident.ended_at is not None
    many = f"; {shown.count} runs had failed" if shown.count > 1 else ""
    return f"is back to normal after {span(incident.ended_at - incident.began_at)}{_by_what(incident)}{many}"


def _by_what(incident: Incident) -> str:
    if incident.ending is Ending.CLEARED:
        return " (cleared in Airflow)"
    if incident.ending is not Ending.RETRIED or incident.mended_by is None:
        return ""
    attempt = f", try {incident.mended_try}" if incident.mended_try else ""
    return f" (retried by <@{incident.mended_by}>{attempt})"


def _who_is_on_it(shown: Alert) -> Iterator[str]:
    incident = shown.incident
    if incident.claimed_by is not None and incident.claimed_at is not None:
        yield f":raising_hand: Claimed by <@{incident.claimed_by}>, {past(incident.claimed_at)}"
    if incident.claimed_by is None and incident.escalated_at is not None:
        yield f":bell: Nobody had claimed it by {past(incident.escalated_at)}, so others were told"
    if incident.muted_by is not None and incident.is_muted(shown.now):
        until_ = past(incident.muted_until) if incident.muted_until is not None else "it is fixed"
        yield f":no_bell: Muted by <@{incident.muted_by}> until {until_}"


def _buttons(shown: Alert) -> Iterator[InteractiveElement]:
    last, incident = shown.last, shown.incident
    title, run = last.job.title, last.run
    if run.state is RunState.FAILED and run.retried_by is None:
        yield button(
            Button.INCIDENT_RETRY, "Retry", incident.incident_id, style="primary", label=f"Retry {title}"
        )
    if run.state is RunState.FAILED:
        yield button(Button.INCIDENT_LOG, "Show log", incident.incident_id, label=f"Show log: {title}")
    if not run.state.is_over and run.stopped_by is None:
        yield _stop(shown)
    if incident.claimed_by is None:
        yield button(Button.CLAIM, "Claim", incident.incident_id, label=f"Claim {title}: I look into it")
    else:
        yield button(Button.RELEASE, "Release", incident.incident_id, label=f"Release the claim of {title}")
    yield link_button(Button.OPEN_IN_AIRFLOW, "Open in Airflow", last.url)
    yield _more(shown)


def _stop(shown: Alert) -> ButtonElement:
    title = shown.last.job.title
    sure = confirmation(
        "Stop this run?",
        f"{bold(cut(title, 150))} ends at once, in the middle of its work.",
        "Stop it",
        destroys=True,
    )
    return button(
        Button.INCIDENT_STOP, "Stop", shown.incident.incident_id, confirm=sure, label=f"Stop {title}"
    )


def _more(shown: Alert) -> OverflowMenuElement:
    incident = shown.incident
    offered = [(More.REMIND, "Remind me in 1 hour")]
    if incident.is_muted(shown.now):
        offered.append((More.UNMUTE, "End the mute"))
    else:
        offered += [
            (More.MUTE, "Mute here for 2 hours"),
            (More.MUTE_UNTIL_TOMORROW, "Mute here until tomorrow 9:00"),
            (More.MUTE_UNTIL_FIXED, "Mute here until it is fixed"),
        ]
    offered.append((More.WHY, WHY))
    options = [option(words, f"{what}.{incident.incident_id}") for what, words in offered]
    return OverflowMenuElement(action_id=Button.INCIDENT_MORE, options=options)
