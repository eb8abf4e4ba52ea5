"""When in the form: run now or schedule, a time in words with how it is read, and pickers that write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import (
    ActionsBlock,
    DatePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    MarkdownTextObject,
    NumberInputElement,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    SectionBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
    TimePickerElement,
)

from bot.blocks import ids, when_ids
from bot.blocks.parts import LONGEST_SECTION, bold, button, cut, escape, option
from bot.domain.days import DayOfMonth, NthOfMonth
from bot.domain.form_field import FormField
from bot.domain.picked_when import EVERY_DAY, OFFERED_DAYS, Repeat
from bot.language.say import WEEKDAYS, say, say_date, say_day_of_month, say_exclusions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from slack_sdk.models.blocks import Block, InputInteractiveElement

    from bot.domain.errors import NotUnderstood
    from bot.domain.picked_when import Picked
    from bot.domain.when import When

NOW, LATER = "now", "later"
NOTHING_YET = "Write it in your own words, such as `every weekday at 9am`, or pick it."
ON_EACH_KEY = {"trigger_actions_on": ["on_character_entered"]}
HOURS = (1, 2, 3, 4, 6, 8, 12)
_REPEATS = {
    Repeat.ONCE: "Once",
    Repeat.DAILY: "Every day",
    Repeat.WEEKDAYS: "Every weekday, Monday to Friday",
    Repeat.WEEKLY: "Every week, on…",
    Repeat.MONTHLY: "Every month, on…",
    Repeat.HOURLY: "Every few hours, within…",
    Repeat.CRON: "By a cron line",
}


def doing(chosen: str) -> InputBlock:
    """Return the radio buttons of what to do. `chosen` is NOW or LATER."""
    options = [option("Schedule it", LATER), option("Run it once, now", NOW)]
    return InputBlock(
        block_id=FormField.DOING,
        label=PlainTextObject(text="What to do"),
        dispatch_action=True,
        element=RadioButtonsElement(
            action_id=ids.VALUE,
            options=options,
            initial_option=next(each for each in options if each.value == chosen),
        ),
    )


def field(text: str) -> InputBlock:
    """Return the field for a time in words. Slack tells of each key, so that its reading can be shown."""
    return InputBlock(
        block_id=when_ids.when_block(text),
        label=PlainTextObject(text="When"),
        dispatch_action=True,
        element=PlainTextInputElement(
            action_id=ids.VALUE,
            placeholder=PlainTextObject(text="every weekday at 9am"),
            initial_value=text or None,
            dispatch_action_config=ON_EACH_KEY,
        ),
    )


def reading(said: str) -> SectionBlock:
    """Return the block that says how the time is read, or why it cannot be read."""
    return SectionBlock(block_id=when_ids.READING, text=MarkdownTextObject(text=cut(said, LONGEST_SECTION)))


def picking(*, is_open: bool) -> ActionsBlock:
    """Return the button that shows the pickers, or hides them."""
    show, hide = (ids.Button.PICK_WHEN, "Pick a time"), (ids.Button.WRITE_WHEN, "Hide the pickers")
    action, words = hide if is_open else show
    return ActionsBlock(block_id=when_ids.PICKING, elements=[button(action, words, "when")])


def understood(when: When, times: Sequence[datetime], notes: Sequence[str] = ()) -> str:
    """Return how a time is read, with the next of its `times` in its own zone, and what to mind."""
    said = say(when)
    coming = " · ".join(f"{say_date(each)}, {each:%H:%M}" for each in times)
    lines = [f":white_check_mark: {bold(said[:1].upper() + said[1:])}"]
    lines += [f"Next: {coming}"] if coming else []
    return "\n".join([*lines, *(f":information_source: {escape(each)}" for each in notes)])


def refused(error: NotUnderstood) -> str:
    """Return why a time cannot be read, with one that can."""
    example = f" Try: `{escape(error.example)}`" if error.example else ""
    return f":warning: {escape(error.message)}{example}"


def pickers(picked: Picked, mark: str, *, bounds: bool) -> list[Block]:
    """Return the pickers of one kind of repetition.

    `mark`: in their ids. `bounds`: with its start, its end and the days off.
    """
    return list(_pickers(picked, mark, bounds=bounds))


def _pickers(picked: Picked, mark: str, *, bounds: bool) -> Iterator[Block]:
    def of(
        which: FormField,
        label: str,
        element: InputInteractiveElement,
        *,
        hint: str = "",
        optional: bool = False,
    ) -> InputBlock:
        return InputBlock(
            block_id=when_ids.picker_block(which, mark),
            label=PlainTextObject(text=label),
            hint=PlainTextObject(text=hint) if hint else None,
            dispatch_action=True,
            optional=optional,
            element=element,
        )

    yield of(FormField.REPEAT, "Repeats", _repeat(picked.repeat))
    match picked.repeat:
        case Repeat.ONCE:
            day = None if picked.on is None else picked.on.isoformat()
            yield of(FormField.ON, "On", DatePickerElement(action_id=ids.VALUE, initial_date=day))
        case Repeat.WEEKLY:
            yield of(FormField.WEEKDAYS, "On", _weekdays(picked.weekdays))
        case Repeat.MONTHLY:
            yield of(FormField.DAY, "On", _day_of_month(picked.day))
        case Repeat.HOURLY:
            yield of(FormField.HOURS, "Every", _hours(picked.hours))
            first, last = (f"{each:%H:%M}" for each in (picked.first, picked.last))
            yield of(FormField.FIRST, "From", TimePickerElement(action_id=ids.VALUE, initial_time=first))
            yield of(FormField.LAST, "To", TimePickerElement(action_id=ids.VALUE, initial_time=last))
            yield of(FormField.WEEKDAYS, "On", _weekdays(picked.weekdays))
        case Repeat.CRON:
            line = PlainTextInputElement(
                action_id=ids.VALUE, initial_value=picked.line, dispatch_action_config=ON_EACH_KEY
            )
            hint = "Minute, hour, day of the month, month, day of the week: 0 9 * * 1-5"
            yield of(FormField.LINE, "Cron line", line, hint=hint)
    if picked.repeat not in {Repeat.HOURLY, Repeat.CRON}:
        at = TimePickerElement(action_id=ids.VALUE, initial_time=f"{picked.at:%H:%M}")
        yield of(FormField.AT, "At", at)
    yield of(FormField.TIME_ZONE, "Time zone", _zone(picked.tz.key))
    if picked.repeat is Repeat.ONCE:
        return
    if not bounds:
        more = button(ids.Button.MORE_OF_WHEN, "Start, end and days off…", "when")
        yield ActionsBlock(block_id=when_ids.picker_block("more", mark), elements=[more])
        return
    yield from _bounds(picked, of)


def _bounds(picked: Picked, of: Callable[..., InputBlock]) -> Iterator[Block]:
    """Return the pickers of start, end and days off. `of`: makes the block of a picker."""
    start, end = (None if each is None else each.isoformat() for each in (picked.start, picked.end))
    starts = DatePickerElement(action_id=ids.VALUE, initial_date=start)
    yield of(FormField.STARTS, "Starts on", starts, optional=True)
    ends = DatePickerElement(action_id=ids.VALUE, initial_date=end)
    yield of(FormField.ENDS, "Ends on", ends, optional=True)
    times = NumberInputElement(
        action_id=ids.VALUE,
        is_decimal_allowed=False,
        min_value="1",
        max_value="1000",
        initial_value=None if picked.times is None else str(picked.times),
        dispatch_action_config=ON_EACH_KEY,
    )
    yield of(FormField.TIMES, "Or ends after so many runs", times, optional=True)
    off = PlainTextInputElement(
        action_id=ids.VALUE,
        placeholder=PlainTextObject(text="25 Dec 2026, 26 Dec 2026"),
        initial_value=say_exclusions(picked.excluded) or None,
        dispatch_action_config=ON_EACH_KEY,
    )
    yield of(FormField.EXCLUDED, "Not on these days", off, optional=True)


def _repeat(chosen: Repeat) -> StaticSelectElement:
    options = {each: option(words, each) for each, words in _REPEATS.items()}
    return StaticSelectElement(
        action_id=ids.VALUE, options=list(options.values()), initial_option=options[chosen]
    )


def _weekdays(chosen: Sequence[int]) -> StaticMultiSelectElement:
    options = [option(name, str(number)) for number, name in enumerate(WEEKDAYS)]
    wanted = chosen or EVERY_DAY
    return StaticMultiSelectElement(
        action_id=ids.VALUE, options=options, initial_options=[options[each] for each in wanted]
    )


def _day_of_month(chosen: DayOfMonth | NthOfMonth | None) -> StaticSelectElement:
    options = {each: option(say_day_of_month(each), day_value(each)) for each in OFFERED_DAYS}
    return StaticSelectElement(
        action_id=ids.VALUE,
        options=list(options.values()),
        initial_option=options[chosen or OFFERED_DAYS[0]],
    )


def day_value(day: DayOfMonth | NthOfMonth) -> str:
    """Return the value of a day of the month in its menu: "15", "-1", "2.0" for the second Monday."""
    if isinstance(day, DayOfMonth):
        return str(day.number)
    return f"{day.number}.{''.join(str(each) for each in day.weekdays)}"


def _hours(chosen: int) -> StaticSelectElement:
    options = {
        each: option("hour" if each == 1 else f"{each} hours", str(each)) for each in sorted({*HOURS, chosen})
    }
    return StaticSelectElement(
        action_id=ids.VALUE, options=list(options.values()), initial_option=options[chosen]
    )


def _zone(key: str) -> ExternalDataSelectElement:
    return ExternalDataSelectElement(
        action_id=when_ids.ZONE,
        placeholder=PlainTextObject(text="Type a city"),
        min_query_length=0,
        initial_option=option(key, key),
    )
