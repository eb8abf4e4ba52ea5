"""The form of an alert rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    DatePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    NumberInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
    TimePickerElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View as ModalView

from bot.blocks.admin.people import groups_field
from bot.blocks.alert_rule import DAYS, EVENTS, HOWS, about
from bot.blocks.ids import ABOUT, VALUE, View
from bot.blocks.parts import bold, option, section
from bot.domain.alert_rule import (
    CHANNEL,
    EVERY_PROJECT,
    HERE_NOW,
    MOST_MENTIONED,
    AlertEvent,
    How,
    is_group,
)
from bot.domain.form_field import FormField
from bot.domain.job import job_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slack_sdk.models.blocks import Block

    from bot.domain.alert_rule import AlertRule
    from bot.domain.alerts_shown import Heard
    from bot.domain.job import JobKey

NOTHING_TOO = "nothing"
EIGHT = "08:00"
USUAL_AFTER = 3


def form(heard: Heard, rule: AlertRule | None = None) -> dict[str, Any]:
    """Return the form of a rule. None is a new one for the place."""
    project = "" if heard.project is None else heard.project.name
    where = "your direct messages" if heard.place.is_direct else f"<#{heard.place.channel_id}>"
    kept = rule.reference if rule is not None else f"+{heard.place.channel_id}"
    blocks: list[Block] = [section(f"What {where} {'hear' if heard.place.is_direct else 'hears'}")]
    if rule is not None and rule.standing is not None:
        blocks.append(section(bold(about(rule, heard.titles))))
    else:
        blocks.append(_about_field(rule, heard.titles, project))
    events = frozenset({AlertEvent.FAILURE, AlertEvent.RECOVERY}) if rule is None else rule.events
    blocks += [
        _checks(
            FormField.EVENTS,
            "Hear of",
            _options(EVENTS),
            [each for each in EVENTS if each in events],
            is_optional=rule is not None and rule.standing is not None,
        ),
        InputBlock(
            block_id=FormField.HOW,
            label=PlainTextObject(text="How"),
            element=_radio(rule),
        ),
        *_numbers_and_times(rule),
        *_people(heard, rule),
    ]
    return ModalView(
        type="modal",
        callback_id=View.ALERT,
        title=PlainTextObject(text="Alert rule"),
        submit=PlainTextObject(text="Save"),
        close=PlainTextObject(text="Cancel"),
        private_metadata=kept,
        blocks=blocks,
    ).to_dict()


def _about_field(
    rule: AlertRule | None, titles: Mapping[tuple[int, JobKey], str], project: str
) -> InputBlock:
    initial = None
    if rule is not None:
        initial = option(about(rule, titles, project), _value(rule))
    return InputBlock(
        block_id=FormField.ABOUT,
        label=PlainTextObject(text="About"),
        hint=PlainTextObject(text="A job, the jobs with a tag, or all jobs of a project."),
        element=ExternalDataSelectElement(action_id=ABOUT, min_query_length=0, initial_option=initial),
    )


def _value(rule: AlertRule) -> str:
    """Return what the rule is about as the form's menu names it."""
    if rule.key is not None:
        return job_reference(rule.project_id, rule.key)
    if rule.tag:
        return f"tag.{rule.project_id}.{rule.tag}"
    return "everything" if rule.project_id == EVERY_PROJECT else f"project.{rule.project_id}"


def _options(words: Mapping[Any, tuple[str, str]]) -> dict[Any, Any]:
    return {each: option(text, str(each), description=more) for each, (text, more) in words.items()}


def _radio(rule: AlertRule | None) -> RadioButtonsElement:
    options = _options(HOWS)
    chosen = How.FIRST if rule is None else rule.how
    return RadioButtonsElement(
        action_id=VALUE, options=list(options.values()), initial_option=options[chosen]
    )


def _checks(
    field: FormField, label: str, options: Mapping[Any, Any], chosen: list[Any], *, is_optional: bool = True
) -> InputBlock:
    return InputBlock(
        block_id=field,
        label=PlainTextObject(text=label),
        optional=is_optional,
        element=CheckboxesElement(
            action_id=VALUE,
            options=list(options.values()),
            initial_options=[options[each] for each in chosen] or None,
        ),
    )


def _numbers_and_times(rule: AlertRule | None) -> Iterator[InputBlock]:
    days = [option(day, str(number)) for number, day in enumerate(DAYS)]
    after = USUAL_AFTER if rule is None or rule.how is not How.AFTER else rule.after
    quiet = None if rule is None else rule.quiet
    at = EIGHT if rule is None or rule.at is None else f"{rule.at:%H:%M}"
    yield InputBlock(
        block_id=FormField.AFTER,
        label=PlainTextObject(text="Failures in a row"),
        hint=PlainTextObject(text="Counts for “After some failures in a row”."),
        optional=True,
        element=NumberInputElement(
            action_id=VALUE,
            is_decimal_allowed=False,
            min_value="1",
            max_value="100",
            initial_value=str(after),
        ),
    )
    yield _time(FormField.AT, "Digest or report at", at)
    yield InputBlock(
        block_id=FormField.DAY,
        label=PlainTextObject(text="Report on"),
        optional=True,
        element=StaticSelectElement(
            action_id=VALUE, options=days, initial_option=days[0 if rule is None else rule.weekday]
        ),
    )
    too = {NOTHING_TOO: option("Send it also when nothing happened", NOTHING_TOO)}
    chosen = [NOTHING_TOO] if rule is not None and rule.says_nothing_happened else []
    yield _checks(FormField.NOTHING, "Digest or report", too, chosen)
    hint = (
        "Alerts wait until these hours end, and are summed up then; a digest or report comes at its time. "
        "Make a rule without them for what is urgent."
    )
    begins = None if quiet is None else f"{quiet.begins:%H:%M}"
    ends = None if quiet is None else f"{quiet.ends:%H:%M}"
    yield _time(FormField.QUIET_BEGINS, "Quiet from", begins, hint)
    yield _time(FormField.QUIET_ENDS, "Quiet to", ends)


def _time(field: FormField, label: str, initial: str | None, hint: str = "") -> InputBlock:
    return InputBlock(
        block_id=field,
        label=PlainTextObject(text=label),
        hint=PlainTextObject(text=hint) if hint else None,
        optional=True,
        element=TimePickerElement(action_id=VALUE, initial_time=initial),
    )


def _people(heard: Heard, rule: AlertRule | None) -> Iterator[InputBlock]:
    mentions = () if rule is None else rule.mentions
    people = [each for each in mentions if each.startswith(("U", "W"))]
    if not heard.place.is_direct:
        yield InputBlock(
            block_id=FormField.PEOPLE,
            label=PlainTextObject(text="Mention"),
            optional=True,
            element=UserMultiSelectElement(
                action_id=VALUE, initial_users=people or None, max_selected_items=MOST_MENTIONED
            ),
        )
        groups = [(each, heard.groups.get(each, each)) for each in mentions if is_group(each)]
        if heard.groups or groups:
            yield groups_field(groups, label="Mention user groups")
        words = {
            HERE_NOW: ("@here", "everybody in the channel who is active"),
            CHANNEL: ("@channel", "everybody in the channel"),
        }
        chosen = [each for each in words if each in mentions]
        yield _checks(FormField.WHOLE_CHANNEL, "Mention the whole channel", _options(words), chosen)
    until = None if rule is None or rule.until is None else f"{rule.until.astimezone(rule.tz):%Y-%m-%d}"
    yield InputBlock(
        block_id=FormField.UNTIL,
        label=PlainTextObject(text="Until"),
        hint=PlainTextObject(
            text="The rule ends at the beginning of that day. Leave it empty to keep the rule."
        ),
        optional=True,
        element=DatePickerElement(action_id=VALUE, initial_date=until),
    )


def offered(found: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the options of the menu of what a rule may be about. `found` has words and values."""
    return [option(words, value).to_dict() for words, value in found]
