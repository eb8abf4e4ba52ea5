"""What an owner, or the channel that gets the reports, is told of what somebody did to a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, escape, message, section
from bot.domain.announcement import Touch
from bot.domain.when import zone_of
from bot.language.say import say, say_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.announcement import ScheduleTouched
    from bot.domain.notice import Message

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
    name = f"{whose}*{escape(kept.title)}* (#{kept.number})"
    words = f"<@{told.by}> {_did(told, name)}"
    plain = words.replace("*", "")
    if is_channel:
        here = " It reports here." if told.touch is Touch.SCHEDULED else ""
        return message(plain, context(f"{words}{here}"), names_people=True)
    return message(plain, section(words), actions(_way_back(told)), names_people=True)


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
            return f"changed {name}, {when}: its inputs, or where it reports."
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


def _way_back(told: ScheduleTouched) -> ButtonElement | None:
    if told.touch not in _BACK:
        return None
    which, words = _BACK[told.touch]
    kept = told.schedule
    value = told.firing_id if which is Button.UNDO_SKIP else kept.schedule_id
    return button(which, words, value, label=f"{words}: schedule {kept.number}, {kept.title}")
