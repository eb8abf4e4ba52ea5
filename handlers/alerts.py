"""Alert rules: listed, added, edited, muted, removed, tested; and why somebody gets an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

from bot.blocks import alert_rule as blocks
from bot.blocks import alert_rule_form as form_blocks
from bot.blocks.form import told
from bot.blocks.ids import ABOUT, Button, OfRule, View
from bot.domain.alert_rule import CHANNEL, HERE_NOW, AlertEvent, How, is_group
from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.wall import start_of
from bot.domain.whole_number import whole_number
from bot.rules.access import NO_SUCH_THING
from bot.rules.alert_wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slack_bolt import App

    from bot.domain.alerts_shown import Heard
    from bot.domain.project import Person
    from bot.language.command import ShowAlerts
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission, Typing, ViewState
    from handlers.talk import Talk

ADD, TEST = "add", "test"
NEW = "+"
"""Begins the metadata of a form for a new rule; the place's id follows."""


def register(app: App, answering: Answering) -> None:
    """Connect the buttons, the menu and the form of alert rules."""
    app.action(Button.ALERT_ADD)(answering.press(lambda talk, press: add(talk, press.value)))
    app.action(Button.ALERT_EDIT)(answering.press(lambda talk, press: edit(talk, press.value)))
    app.action(Button.ALERT_TEST)(answering.press(lambda talk, press: test(talk, press.value)))
    app.action(Button.ALERT_MENU)(answering.press(menu))
    app.action(Button.WHY)(answering.press(why))
    app.action(Button.ALERT_UNDO)(answering.press(undo))
    app.view(View.ALERT)(answering.submission(save))
    app.options(ABOUT)(answering.typing(offered))


def show(talk: Talk, request: ShowAlerts) -> None:
    """Answer `alerts`, `alerts add` and `alerts test`."""
    if request.doing == ADD:
        add(talk, "")
    elif request.doing == TEST:
        test(talk, "")
    else:
        talk.say(blocks.rules(talk.services.alerting.heard(talk.asker), talk.services.clock.now()))


def add(talk: Talk, place_id: str) -> None:
    """Open the form of a new rule."""
    heard = talk.services.alerting.place_to_add(talk.asker, place_id)
    talk.open(form_blocks.form(heard), (Button.ALERT_ADD, heard.place.channel_id))


def edit(talk: Talk, reference: str) -> None:
    """Open the form of the rule."""
    rule, heard = talk.services.alerting.rule(talk.asker, reference)
    talk.open(form_blocks.form(heard, rule), (Button.ALERT_EDIT, reference))


def test(talk: Talk, place_id: str) -> None:
    """Send a sample alert to the place."""
    place = talk.services.alerting.test(talk.asker, place_id)
    talk.say(blocks.tested("your direct messages" if place.is_direct else place.mention))


def why(talk: Talk, press: Press) -> None:
    """Say by which rule the message came, to this person only."""
    talk.say(
        blocks.why(talk.services.explaining.why_rule(talk.asker, press.value), talk.services.clock.now())
    )


def menu(talk: Talk, press: Press) -> None:
    """Do what was chosen in a rule's menu, and show the list as it is then."""
    chosen, _, reference = press.value.partition(".")
    alerting = talk.services.alerting
    match chosen:
        case OfRule.EDIT:
            edit(talk, reference)
        case OfRule.MUTE:
            _replace(talk, alerting.mute(talk.asker, reference))
        case OfRule.UNMUTE:
            _replace(talk, alerting.unmute(talk.asker, reference))
        case OfRule.REMOVE:
            _replace(talk, alerting.remove(talk.asker, reference))
        case _:
            raise NotFound(NO_SUCH_THING)


def undo(talk: Talk, press: Press) -> None:
    """Bring back the rule that was removed, and show the list with it."""
    heard = talk.services.alerting.bring_back(talk.asker, press.value)
    notice = ":white_check_mark: The rule is there again."
    talk.replace(blocks.rules(heard, talk.services.clock.now(), notice=notice))


def _replace(talk: Talk, heard: Heard) -> None:
    talk.replace(blocks.rules(heard, talk.services.clock.now()))


def offered(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    """Return what a rule may be about, for the form's menu."""
    alerting, kept = talk.services.alerting, typing.metadata
    if kept.startswith(NEW):
        place_id = kept.removeprefix(NEW)
    else:
        place_id = alerting.rule(talk.asker, kept)[0].place.channel_id
    found = alerting.scopes(talk.asker, place_id, typing.text)
    return form_blocks.offered([(each.words, each.value) for each in found])


def save(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Save the form, and show what the place hears from now on."""
    wanted = _wanted(submission.view, talk.asker.person)
    alerting, kept = talk.services.alerting, submission.view.metadata
    if kept.startswith(NEW):
        heard = alerting.add(talk.asker, kept.removeprefix(NEW), wanted)
    else:
        heard = alerting.change(talk.asker, kept, wanted)
    heard = replace(heard, may_change=False)  # in this form, there is nothing more to press
    message = blocks.rules(heard, talk.services.clock.now(), notice=":white_check_mark: Saved.")
    return {"response_action": "update", "view": told("Alerts", message)}


def _wanted(view: ViewState, person: Person) -> Wanted:
    """Return what the form asks. Raises NotUnderstood at a field that cannot be read."""
    whole = [each for each in view.many(FormField.WHOLE_CHANNEL) if each in {CHANNEL, HERE_NOW}]
    people = [each for each in view.many(FormField.PEOPLE) if each.startswith(("U", "W"))]
    groups = [each for each in view.many(FormField.GROUPS) if is_group(each)]
    events = view.many(FormField.EVENTS)
    return Wanted(
        about=view.text(FormField.ABOUT) if FormField.ABOUT in view.values else None,
        events=frozenset(each for each in AlertEvent if each in events),
        how=_how(view.text(FormField.HOW)),
        after=_after(view.text(FormField.AFTER)),
        at=_time(view, FormField.AT),
        weekday=(whole_number(view.text(FormField.DAY)) or 0) % 7,
        mentions=(*people, *groups, *whole),
        quiet=(_time(view, FormField.QUIET_BEGINS), _time(view, FormField.QUIET_ENDS)),
        says_nothing_happened=bool(view.many(FormField.NOTHING)),
        until=_day(view.text(FormField.UNTIL), person),
    )


def _after(text: str) -> int:
    """Return after how many failures one hears; 1 if nothing is written. Raises NotUnderstood."""
    number = whole_number(text) if text else 1
    if number is None:
        raise NotUnderstood("Write a whole number, like 3.", field=FormField.AFTER)
    return number


def _how(text: str) -> How:
    if text not in set(How):
        raise NotUnderstood("Choose one of these.", field=FormField.HOW)
    return How(text)


def _day(text: str, person: Person) -> datetime | None:
    """Return the beginning of the day in the person's zone. None for no day."""
    try:
        return start_of(date.fromisoformat(text), person.tz) if text else None
    except (ValueError, OverflowError):  # nothing that Slack's picker gives
        raise NotUnderstood("Choose a day.", field=FormField.UNTIL) from None


def _time(view: ViewState, field: FormField) -> time | None:
    text = view.text(field)
    try:
        return time.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        raise NotUnderstood("Choose a time.", field=field) from None
