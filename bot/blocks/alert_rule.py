"""Alert rules: in words, as a list, and as the answer to "Why do I get this?"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import OverflowMenuElement

from bot.blocks.ids import Button, OfRule
from bot.blocks.parts import (
    actions,
    bold,
    button,
    context,
    escape,
    escape_but_people,
    message,
    option,
    past,
    section,
)
from bot.domain.alert_rule import (
    BY_FILE,
    CHANNEL,
    EVERY_PROJECT,
    HERE_NOW,
    AlertEvent,
    How,
    Standing,
    is_group,
)
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from slack_sdk.models.blocks import Block

    from bot.domain.alert_rule import AlertRule
    from bot.domain.alerts_shown import Heard, Why
    from bot.domain.announcement import SampleAlert
    from bot.domain.job import JobKey
    from bot.domain.notice import Message

EVENTS: Mapping[AlertEvent, tuple[str, str]] = {
    AlertEvent.FAILURE: ("Failures", "a run failed"),
    AlertEvent.RECOVERY: ("Recoveries", "it works again"),
    AlertEvent.SUCCESS: ("Every run", "one card per run, with its result"),
    AlertEvent.MISSED: ("Missed runs", "a run did not take place, and why"),
    AlertEvent.LATE: ("Late runs", "one takes long, has not begun, or never came"),
    AlertEvent.SUSPENDED: ("Suspended schedules", "they run no more until somebody acts"),
    AlertEvent.BROKEN: ("Jobs that cannot run", "broken, paused or gone in Airflow, and back again"),
}
HOWS: Mapping[How, tuple[str, str]] = {
    How.FIRST: ("The first failure, then the recovery", "later failures are counted in the message"),
    How.EACH: ("Each failure", "a message every time"),
    How.AFTER: ("After some failures in a row", "the number is asked below"),
    How.DIGEST: ("Only a digest, once a day", "what ran, what failed, what comes"),
    How.WEEKLY: ("Only a report, once a week", "the digest’s longer form"),
}
WHY = "Why do I get this?"
UNKNOWN_JOB = "A job that you may not see"
MOST_BUTTONS = 5
"""The most buttons that stand beside each other on a phone."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_STANDING = {
    Standing.HERE: "What is scheduled or started in Slack and reports here",
    Standing.OWN: "My own schedules, wherever they report",
    Standing.MANAGED: "What needs a manager, in projects that I manage",
    Standing.AIRFLOW: "What Airflow starts by itself in this project",
}


def about(rule: AlertRule, titles: Mapping[tuple[int, JobKey], str], project: str = "") -> str:
    """Return what the rule is about, in words. `titles` has the jobs that the reader may know."""
    if rule.standing is not None:
        return _STANDING[rule.standing]
    if rule.key is not None:
        return titles.get((rule.project_id, rule.key), UNKNOWN_JOB)
    if rule.tag:
        return f"Jobs tagged {rule.tag}"
    if rule.project_id == EVERY_PROJECT:
        return "Everything that I may see"
    return f"All jobs of {project}" if project else "All jobs of the project"


def said(rule: AlertRule) -> str:
    """Return how the place hears of it, in a sentence without what it is about."""
    if not rule.events:
        return "Nothing is said of it."
    events = ", ".join(words.lower() for each, (words, _) in EVENTS.items() if each in rule.events)
    parts = [f"{events[0].upper()}{events[1:]}. {_how(rule)}"]
    if rule.quiet is not None and not rule.how.is_sum:
        quiet = rule.quiet
        zone = rule.tz.key
        parts.append(f"Quiet from {quiet.begins:%H:%M} to {quiet.ends:%H:%M} ({zone}), then summed up.")
    if rule.quiet is not None and rule.how.is_sum:
        parts.append("Its quiet hours do not hold it back: it comes at its own time.")
    if rule.mentions:
        parts.append(f"Mentions {' '.join(_mention(each, pings=False) for each in rule.mentions)}.")
    return " ".join(parts)


def _how(rule: AlertRule) -> str:
    at = "" if rule.at is None else f" at {rule.at:%H:%M} ({rule.tz.key})"
    match rule.how:
        case How.FIRST:
            return "The first failure is told, then the recovery."
        case How.EACH:
            return "Each failure is told."
        case How.AFTER:
            return f"Told after {rule.after} failures in a row."
        case How.DIGEST:
            return f"A digest every day{at}."
        case How.WEEKLY:
            return f"A report every {DAYS[rule.weekday]}{at}."


def _mention(who: str, *, pings: bool = True) -> str:
    if who in {CHANNEL, HERE_NOW}:
        return f"<!{who}>" if pings else f"@{who}"
    return f"<!subteam^{who}>" if is_group(who) else f"<@{who}>"


def mentioned(mentions: tuple[str, ...]) -> str:
    """Return what notifies the people whom a rule names; "" for nobody."""
    return " ".join(_mention(each) for each in mentions)


def _by_whom(rule: AlertRule, now: datetime) -> Iterator[str]:
    if rule.made_by == BY_FILE:
        yield "From the projects file"
    elif rule.made_by:
        yield f"{'Changed' if rule.standing else 'Made'} by <@{rule.made_by}>"
    else:
        yield "The default, as in every place"
    if rule.until is not None:
        yield f"Until {past(rule.until)}"
    if rule.is_muted(now) and rule.muted_until is not None:
        yield f":no_bell: Muted by <@{rule.muted_by}> until {past(rule.muted_until)}"


def rules(heard: Heard, now: datetime, *, notice: str = "") -> Message:
    """Return the list of what a place hears, with what the person may do about it.

    A rule that was removed just now is named above it, with Undo.
    """
    where = "you hear" if heard.place.is_direct else f"<#{heard.place.channel_id}> hears"
    plain = "you hear" if heard.place.is_direct else "this channel hears"
    project = "" if heard.project is None else heard.project.name
    blocks: list[Block | None] = [
        section(notice) if notice else None,
        *_removed(heard, project),
        section(strong(f"What {where}")),
    ]
    for each in heard.rules:
        title = escape(about(each, heard.titles, project))
        menu = _menu(each, now) if heard.may_change else None
        blocks.append(section(f"{strong(title)}\n{said(each)}", accessory=menu))
        blocks.append(context(" · ".join(_by_whom(each, now))))
    place_id = heard.place.channel_id
    if heard.may_change:
        blocks.append(
            actions(
                button(Button.ALERT_ADD, "Add a rule…", place_id, style="primary"),
                button(Button.ALERT_TEST, "Send a test", place_id),
            )
        )
    elif heard.who_can:
        blocks.append(context(escape_but_people(heard.who_can)))
    return message(f"What {plain}.", *blocks)


def _removed(heard: Heard, project: str) -> Iterator[Block | None]:
    if heard.removed is None:
        return
    done = "is as in every place again" if heard.removed.standing else "is no longer a rule here"
    yield section(f":wastebasket: {bold(about(heard.removed, heard.titles, project))}: {done}.")
    yield actions(button(Button.ALERT_UNDO, "Undo", heard.undo))


def _menu(rule: AlertRule, now: datetime) -> OverflowMenuElement:
    offered = [] if rule.made_by == BY_FILE else [(OfRule.EDIT, "Edit…")]
    muted = rule.is_muted(now)
    offered.append((OfRule.UNMUTE, "End the mute") if muted else (OfRule.MUTE, "Mute for 2 hours"))
    if rule.rule_id and rule.made_by != BY_FILE:
        offered.append((OfRule.REMOVE, "Back to the default" if rule.standing else "Remove"))
    options = [option(words, f"{what}.{rule.reference}") for what, words in offered]
    return OverflowMenuElement(action_id=Button.ALERT_MENU, options=options)


def why(found: Why, now: datetime) -> Message:
    """Return the answer to "Why do I get this?", to this person only."""
    if found.is_escalated:
        text = "Nobody had claimed this failure in time. The project’s settings say who hears of it then."
        return message(text, section(text))
    if not found.rules:
        text = "The rule that sent this has been removed since."
        return message(text, section(text))
    plain = "You hear" if found.rules[0].place.is_direct else "This channel hears"
    titles = [about(each, found.titles) for each in found.rules]
    blocks = (block for rule in found.rules for block in _by_rule(rule, found, now))
    return message(f"{plain} of this by the rule {' and '.join(f'“{each}”' for each in titles)}.", *blocks)


def _by_rule(rule: AlertRule, found: Why, now: datetime) -> Iterator[Block | None]:
    where = "You hear" if rule.place.is_direct else f"<#{rule.place.channel_id}> hears"
    title = escape(about(rule, found.titles))
    yield section(f"{where} of this by the rule {strong(title)}: {said(rule)}")
    yield context(" · ".join(_by_whom(rule, now)))
    yield actions(
        button(Button.ALERT_EDIT, "Change this rule…", rule.reference, label=f"Change this rule: {title}")
        if found.may_change
        else None
    )


def with_why(drawn: Message, reference: str) -> Message:
    """Return the message with the button that says by which rule it came, beside its other buttons."""
    asks = button(Button.WHY, WHY, reference).to_dict()
    blocks = drawn.blocks or (section(drawn.text).to_dict(),)
    newer = _with_button(drawn.newer, asks) if drawn.newer else ()
    return replace(drawn, blocks=_with_button(blocks, asks), newer=newer)


def _with_button(blocks: tuple[dict[str, Any], ...], asks: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    last = blocks[-1]
    if last["type"] == "actions" and len(last["elements"]) < MOST_BUTTONS:
        return (*blocks[:-1], {**last, "elements": [*last["elements"], asks]})
    return (*blocks, {"type": "actions", "elements": [asks]})


def sample(told: SampleAlert) -> Message:
    """Return the alert that shows that alerts arrive."""
    text = "Test: an alert of Runbell would arrive here, like this. Nothing has failed."
    return message(
        text,
        section(f":test_tube: {strong(text)}"),
        context(f"Sent by <@{told.by}>"),
        names_people=True,
    )


def tested(heard_in: str) -> Message:
    """Return the answer to whoever sent a test. `heard_in` is the place in words."""
    text = f"A test alert is on its way to {heard_in}."
    return message("A test alert is on its way.", section(text))
