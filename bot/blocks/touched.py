"""What an owner, or the channel that gets the reports, is told of what somebody did to a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, bold, button, context, message, section
from bot.blocks.policies import differences
from bot.domain.announcement import Touch
from bot.domain.project import Place
from bot.domain.when import zone_of
from bot.language.say import say, say_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.announcement import ScheduleTouched
    from bot.domain.notice import Message

MOST_TITLES = 5
_BACK: Mapping[Touch, tuple[Button, str]] = {
    Touch.PAUSED: (Button.RESUME, "Resume"),
    Touch.RESUMED: (Button.PAUSE, "Pause again"),
    Touch.SKIPPED: (Button.UNDO_SKIP, "Undo"),
    Touch.UNDID_SKIP: (Button.SKIP, "Skip next"),
    Touch.CHANGED: (Button.EDIT, "Edit"),
    Touch.SET_POLICIES: (Button.POLICIES, "When something goes wrong…"),
    Touch.RENAMED: (Button.POLICIES, "When something goes wrong…"),
    Touch.DELETED: (Button.UNDO_DELETE, "Undo"),
    Touch.RESTORED: (Button.DELETE, "Delete"),
}


def touched(told: ScheduleTouched, *, reader_id: str) -> Message:
    """Draw it for its owner or a stand-in, with a way back; in a channel as one quiet line.

    `reader_id`: of the person or the channel.
    """
    kept = told.schedule
    is_channel = reader_id == kept.reports_to
    whose = "your " if reader_id == kept.owner_id else "" if is_channel else f"<@{kept.owner_id}>'s "
    name = f"{whose}{bold(kept.title)} (#{kept.number})"
    words = f"<@{told.by}> {_did(told, name)}"
    plain = words.replace("*", "")
    if is_channel:
        here = " It reports here." if told.touch is Touch.SCHEDULED else ""
        return message(plain, context(f"{words}{here}"), names_people=True)
    altered = context(*_altered(told))
    return message(plain, section(words), altered, actions(_way_back(told)), names_people=True)


def _did(told: ScheduleTouched, name: str) -> str:
    when, zone = say(told.schedule.when), zone_of(told.schedule.when)
    at = "" if told.at is None else say_moment(told.at, zone)
    match told.touch:
        case Touch.PAUSED:
            return f"paused {name}, {when}{f', until {at}' if at else ''}."
        case Touch.SKIPPED:
            return f"skipped the run of {name} on {at}."
        case Touch.UNDID_SKIP:
            return f"let the skipped run of {name} on {at} happen after all."
        case Touch.CHANGED if told.before is not None and told.before != told.schedule.when:
            return f"changed {name}: it runs {when}, no longer {say(told.before)}."
        case Touch.CHANGED:
            return f"changed {name}, {when}."
        case Touch.SET_POLICIES:
            return f"changed what happens when something goes wrong with {name}, {when}."
        case Touch.RENAMED:
            return f"gave {name}, {when}, another nickname."
        case Touch.GIVEN:
            theirs = f"<@{told.schedule.owner_id}>"
            return f"gave {name.removeprefix('your ')}, {when}, to {theirs}: it runs as theirs from now on."
        case Touch.RESTORED:
            return f"brought back {name}, {when}."
        case _:
            return f"{told.touch.name.lower()} {name}, {when}."


def _altered(told: ScheduleTouched) -> list[str]:
    """Return what was altered beside the times: each as it is from now on, and as it was."""
    if told.altered is None:
        return []
    titles = [bold(each) for each in told.altered.inputs]
    left = [f"{len(titles) - MOST_TITLES} more"] if len(titles) > MOST_TITLES else []
    said = [f"Other values for {', '.join(titles[:MOST_TITLES] + left)}"] if titles else []
    was, is_now = (_place(each) for each in told.altered.reports_to)
    if was != is_now:
        said.append(f"Reports to {is_now}, before: {was}")
    return [*said, *differences(*told.altered.policies)]


def _place(channel_id: str) -> str:
    return "direct messages" if Place("", channel_id).is_direct else f"<#{channel_id}>"


def _way_back(told: ScheduleTouched) -> ButtonElement | None:
    if told.touch not in _BACK:
        return None
    which, words = _BACK[told.touch]
    kept = told.schedule
    value = told.firing_id if which is Button.UNDO_SKIP else kept.schedule_id
    return button(which, words, value, label=f"{words}: schedule {kept.number}, {kept.title}")
