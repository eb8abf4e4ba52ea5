"""Absences: the form, the answers, and the messages to the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    UserSelectElement,
)
from slack_sdk.models.views import View as ModalView

from bot.blocks.ids import VALUE, Button, View
from bot.blocks.parts import actions, button, escape, message, section
from bot.domain.form_field import FormField
from bot.language.say import say_moment

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.absence import Absence
    from bot.domain.announcement import IsBack, StandsIn
    from bot.domain.listed import Listed
    from bot.domain.notice import Message


def form() -> dict[str, Any]:
    """Return the form in which somebody says until when they are away, and who stands in."""
    until = PlainTextInputElement(action_id=VALUE, placeholder=_plain("monday, or 15 May 17:00"))
    found: dict[str, Any] = ModalView(
        type="modal",
        callback_id=View.AWAY,
        title=_plain("Away until…"),
        submit=_plain("I am away"),
        close=_plain("Cancel"),
        blocks=[
            section("Your stand-in also gets the alerts about your schedules."),
            InputBlock(block_id=FormField.UNTIL, label=_plain("Until"), element=until),
            InputBlock(
                block_id=FormField.STAND_IN,
                label=_plain("Who stands in"),
                element=UserSelectElement(action_id=VALUE),
            ),
        ],
    ).to_dict()
    return found


def offer() -> Message:
    """Return the button that opens the form, as an answer to a message."""
    return message(
        "Away until…",
        section(
            "Until when, and who stands in for you? Type `/schedule away until monday @colleague`, "
            "or use the form."
        ),
        actions(away_button()),
    )


def away_button(text: str = "Away until…") -> Any:
    """Return the button that opens the form."""
    return button(Button.AWAY, text, "away")


def you_are_away(absence: Absence, tz: ZoneInfo, *, covered: int, owned: int) -> Message:
    """Return the answer. `covered` of the person's `owned` schedules can be seen by the stand-in."""
    all_of_them = f"{covered} of your {owned} schedules"
    if covered == owned:
        all_of_them = "your schedule" if owned == 1 else f"all {owned} of your schedules"
    those = "" if covered == owned else " They cannot see the jobs of the others."
    text = (
        f"Until {say_moment(absence.ends_at, tz)}, <@{absence.stand_in_id}> also gets the alerts "
        f"of {all_of_them}.{those}"
    )
    return message(
        f"You are away until {say_moment(absence.ends_at, tz)}.",
        section(text),
        actions(button(Button.BACK, "I am back", "back")),
    )


def still_away(absence: Absence, tz: ZoneInfo) -> Message:
    """Return until when the person is away, with the ways to end and to change it."""
    until = say_moment(absence.ends_at, tz)
    return message(
        f"You are away until {until}.",
        section(f"You are away until {until}. <@{absence.stand_in_id}> also gets your alerts."),
        actions(button(Button.BACK, "I am back", "back"), away_button("Change…")),
    )


def you_are_back() -> Message:
    """Return the answer to whoever is back."""
    return message("Welcome back: your alerts go only to you again.")


def you_stand_in(told: StandsIn) -> Message:
    """Return the message to the stand-in as it begins."""
    numbers = ", ".join(f"#{each}" for each in told.numbers)
    more = f" and {told.count - len(told.numbers)} more" if told.count > len(told.numbers) else ""
    text = (
        f"<@{told.person_id}> is away until {say_moment(told.until, told.tz)} and asks you to "
        f"stand in: until then you also get the alerts of {numbers}{more}."
    )
    return message("You stand in for a colleague.", section(text))


def is_back(told: IsBack) -> Message:
    """Return the message to the stand-in as it ends."""
    return message(
        "Your colleague is back.", section(f"<@{told.person_id}> is back: you no longer stand in.")
    )


def owner_line(listed: Listed, tz: ZoneInfo) -> str:
    """Return whose schedule it is, and who gets its alerts while they are away."""
    owner = f"<@{listed.schedule.owner_id}>"
    away = listed.absence
    if away is None:
        return owner
    return f"{owner} (away until {escape(say_moment(away.ends_at, tz))}; <@{away.stand_in_id}> stands in)"


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text)
