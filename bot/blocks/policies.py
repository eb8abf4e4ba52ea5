"""A schedule's policies for missed moments, overlaps and failures: in words, and as a form."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slack_sdk.models.blocks import (
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.blocks import ids
from bot.blocks.parts import bold, context, cut, escape, section, span
from bot.domain.form_field import FormField
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Policies
from bot.language.marks import strong
from bot.language.say import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from bot.domain.listed import Listed
    from bot.domain.schedule import Schedule

AS_USUAL = "usual"
GOES_ON = "goes on"
FAILURES = (1, 2, 3, 5, 10)
LONGEST_NICKNAME = 60
GRACES = tuple(timedelta(minutes=each) for each in (1, 2, 5, 10, 15, 30, 60, 2 * 60, 3 * 60, 6 * 60, 12 * 60))
MISSED: Mapping[MissedPolicy, tuple[str, str]] = {
    MissedPolicy.LATEST: ("Run the latest, late", "if it is less than 12 hours late; else say so"),
    MissedPolicy.NONE: ("Run none", "and say so"),
    MissedPolicy.ALL: ("Run every one, late", "those of the last 12 hours, 100 at most"),
}
OVERLAP: Mapping[OverlapPolicy, tuple[str, str]] = {
    OverlapPolicy.WAIT: ("Wait until it has ended", "only the newest waits; earlier ones are skipped"),
    OverlapPolicy.SKIP: ("Skip that time", "and say so"),
    OverlapPolicy.ALLOW: ("Run beside it", "both at once"),
}


def said(kept: Schedule, usual_grace: timedelta) -> str:
    """Return the policies on one line, for whoever looks at the schedule."""
    grace = span(usual_grace if kept.grace is None else kept.grace)
    missed, overlap = MISSED[kept.missed][0].lower(), OVERLAP[kept.overlap][0].lower()
    failures = _after(kept.most_failures).lower()
    return (
        f"It may start up to {grace} late. Missed by more: {strong(missed)}. "
        f"Its previous run still going: {strong(overlap)}. When it fails: {strong(failures)}."
    )


def unusual(wanted: Policies | None, changes: Schedule | None) -> str:
    """Return in mrkdwn what will not be as usual; "" if everything will be.

    `wanted` None means that nobody said anything: then it stays as it is in the schedule that is changed.
    """
    usual = Policies()
    policies = wanted or (usual if changes is None else changes.policies)
    as_usual = dict(_in_words(usual))
    return " · ".join(
        f"{name}: {bold(words)}" for name, words in _in_words(policies) if words != as_usual[name]
    )


def differences(before: Policies, after: Policies) -> list[str]:
    """Return in mrkdwn what is not as it was: each as it is from now on, and as it was."""
    was = dict(_in_words(before))
    return [
        f"{name}: {bold(words)}, before: {escape(was[name])}"
        for name, words in _in_words(after)
        if words != was[name]
    ]


def _in_words(policies: Policies) -> list[tuple[str, str]]:
    grace = "as usual" if policies.grace is None else span(policies.grace)
    return [
        ("Nickname", policies.nickname or "none"),
        ("May start late by", grace),
        ("A missed run", MISSED[policies.missed][0].lower()),
        ("Previous run still going", OVERLAP[policies.overlap][0].lower()),
        ("If it fails", _after(policies.most_failures).lower()),
    ]


def form(listed: Listed, usual_grace: timedelta) -> dict[str, Any]:
    """Return the form of a schedule's policies. The schedule's id and version are its metadata."""
    kept = listed.schedule
    told = context("While the job is paused in Airflow, nothing runs, and people are told.")
    assert told is not None
    heading = f"{bold(f'#{kept.number} {listed.job.title}')} {say(kept.when)}"
    return View(
        type="modal",
        callback_id=ids.View.POLICIES,
        title=PlainTextObject(text="If something goes wrong"),
        submit=PlainTextObject(text="Save"),
        close=PlainTextObject(text="Cancel"),
        private_metadata=f"{kept.schedule_id}.{kept.version}",
        blocks=[
            section(heading),
            *fields(kept.policies, usual_grace),
            told,
        ],
    ).to_dict()


def fields(policies: Policies, usual_grace: timedelta) -> list[InputBlock]:
    """Return the fields of the nickname and of what happens when something goes wrong."""
    return [
        _nickname(policies.nickname),
        _grace(policies.grace, usual_grace),
        _choice(FormField.MISSED, "If a run was missed because something was down", MISSED, policies.missed),
        _choice(FormField.OVERLAP, "If its previous run is still going", OVERLAP, policies.overlap),
        _failures(policies.most_failures),
    ]


def _nickname(nickname: str) -> InputBlock:
    return InputBlock(
        block_id=FormField.NICKNAME,
        label=PlainTextObject(text="Nickname"),
        hint=PlainTextObject(text="What you may call it when you type: pause month end."),
        optional=True,
        element=PlainTextInputElement(
            action_id=ids.VALUE, initial_value=nickname or None, max_length=LONGEST_NICKNAME
        ),
    )


def _grace(grace: timedelta | None, usual: timedelta) -> InputBlock:
    """Return the field for the grace.

    It offers one that is not among ours as well, so that saving keeps it.
    """
    lengths = sorted({*GRACES, *([grace] if grace else [])})
    options = [_option(f"As usual: {span(usual)}", AS_USUAL)]
    options += [_option(span(each), str(int(each.total_seconds()))) for each in lengths]
    value = AS_USUAL if grace is None else str(int(grace.total_seconds()))
    return InputBlock(
        block_id=FormField.GRACE,
        label=PlainTextObject(text="It may start late without a warning, by up to"),
        element=StaticSelectElement(
            action_id=ids.VALUE,
            options=options,
            initial_option=next(each for each in options if each.value == value),
        ),
    )


def _failures(most: int | None) -> InputBlock:
    """Return the field for failures in a row. It offers a number that is not among ours, if that is set."""
    numbers = sorted({*FAILURES, *([most] if most else [])})
    options = [_option(_after(None), GOES_ON), *(_option(_after(each), str(each)) for each in numbers)]
    value = GOES_ON if most is None else str(most)
    return InputBlock(
        block_id=FormField.FAILURES,
        label=PlainTextObject(text="If its runs fail"),
        hint=PlainTextObject(text="While it waits nothing runs; whoever may schedule the job lets it go on."),
        element=StaticSelectElement(
            action_id=ids.VALUE,
            options=options,
            initial_option=next(each for each in options if each.value == value),
        ),
    )


def _after(most: int | None) -> str:
    if most is None:
        return "Go on"
    times = "the first failure" if most == 1 else f"{most} failures in a row"
    return f"After {times}, wait for its owner"


def _choice(field: FormField, label: str, words: Mapping[Any, tuple[str, str]], chosen: str) -> InputBlock:
    options: Sequence[Option] = [_option(text, str(each), more) for each, (text, more) in words.items()]
    return InputBlock(
        block_id=field,
        label=PlainTextObject(text=label),
        element=RadioButtonsElement(
            action_id=ids.VALUE,
            options=list(options),
            initial_option=next(each for each in options if each.value == str(chosen)),
        ),
    )


def _option(words: str, value: str, more: str = "") -> Option:
    described = PlainTextObject(text=cut(more, 75)) if more else None
    return Option(text=PlainTextObject(text=cut(words, 75)), value=value, description=described)
