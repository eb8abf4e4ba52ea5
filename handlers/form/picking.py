"""When, as the form is filled in: written and read at each key, or picked, which writes the words."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.blocks import form_when as blocks
from bot.blocks import ids, when_ids
from bot.domain.days import MONDAY, WORKDAYS
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.picked_when import OFFERED_DAYS, Picked, Repeat, picked_of, when_of
from bot.domain.when import Repeating, upcoming, zone_of
from bot.language.say import say
from bot.language.when import read
from handlers import kept
from handlers.form import more

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.when import Exclusion, When
    from handlers.form.live import LiveForms
    from handlers.payloads import Press, ViewState
    from handlers.talk import Talk

    Blocks = list[dict[str, Any]]

SHOWN_TIMES = 3
CANNOT_BE_PICKED = ":information_source: The pickers cannot show this time. Picking one replaces it."
NINE, FIVE = time(9), time(17)
USUAL_LINE = "0 9 * * 1-5"


def written(view: ViewState) -> str:
    """Return the time that stands in the form, in words; "" where it has none."""
    texts = (value for block_id, value in view.values.items() if when_ids.is_when_block(block_id))
    return str(next(texts, None) or "").strip()


def reading_of(talk: Talk, text: str, tz: ZoneInfo) -> tuple[When | None, str]:
    """Return what a time means, or None, and in mrkdwn how it is read or why it cannot be."""
    if not text:
        return None, blocks.NOTHING_YET
    now = talk.services.clock.now()
    try:
        found = read(text, now=now, tz=tz)
    except NotUnderstood as error:
        return None, blocks.refused(error)
    notes = [*found.warnings, *([found.note] if found.note else [])]
    return found.when, blocks.understood(found.when, upcoming(found.when, now, SHOWN_TIMES), notes)


def choose_doing(live: LiveForms, talk: Talk, press: Press) -> None:
    """Run now or schedule: take the time's fields away, or show them again with what was written."""
    view = press.view
    if view is None:
        return
    if press.value == blocks.NOW:
        metadata = kept.with_fields(view.metadata, {"when": written(view), **more.texts(view)})

        def now(content: Mapping[str, Any]) -> Mapping[str, Any]:
            return {**_with(more.without_policies(content), []), "private_metadata": metadata}

        live.draw(talk, press, now)
    else:
        text = written(view) or kept.value(view.metadata, "when") or ""
        said = reading_of(talk, text, kept.zone(talk, view.metadata))[1]
        policies = more.given_policies(view) or more.kept_policies(view.metadata)
        live.draw(
            talk,
            press,
            lambda content: more.with_policies(_with(content, _part(text, said)), policies, talk),
        )


def type_when(live: LiveForms, talk: Talk, press: Press) -> None:
    """Show after each key how the time is read. Open pickers follow, if they can show the time."""
    view = press.view
    if view is None:
        return
    when, said = reading_of(talk, written(view), kept.zone(talk, view.metadata))
    picked = None if when is None else picked_of(when)
    has_moved = picked is not None and picked != _picked_or_none(talk, view)

    def changed(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
        before = parts_of_when(content)
        field = [each for each in before if when_ids.is_when_block(each.get("block_id", ""))]
        pickers = [each for each in before if when_ids.is_picker(each.get("block_id", ""))]
        if pickers and picked is not None and has_moved:
            pickers = _pickers(picked, ids.mark_of(repr(picked)), bounds=_has_bounds(picked))
        shown = (blocks.reading(said), blocks.picking(is_open=bool(pickers)))
        was_so = any(each.get("text", {}).get("text") == said for each in before)
        return None if was_so else _with(content, [*field, *(each.to_dict() for each in shown), *pickers])

    live.draw(talk, press, changed, is_key=True)


def open_pickers(live: LiveForms, talk: Talk, press: Press) -> None:
    """Show the time in pickers. If none is written, every weekday at nine is picked and written."""
    view = press.view
    if view is None:
        return
    text, tz = written(view), kept.zone(talk, view.metadata)
    when, said = reading_of(talk, text, tz)
    picked = None if when is None else picked_of(when)
    if picked is None and text:
        picked = Picked(Repeat.WEEKDAYS, tz if when is None else zone_of(when))
        said = f"{said}\n{CANNOT_BE_PICKED}"
    elif picked is None:
        picked = Picked(Repeat.WEEKDAYS, tz)
        text, said = _written(talk, picked)
    parts = _part(text, said, picked, ids.mark_of(repr(picked)), bounds=_has_bounds(picked))
    live.draw(talk, press, lambda content: _with(content, parts))


def close_pickers(live: LiveForms, talk: Talk, press: Press) -> None:
    """Remove the pickers and keep the time in words."""
    view = press.view
    if view is not None:
        parts = _part(written(view), _said(talk, view))
        live.draw(talk, press, lambda content: _with(content, parts))


def pick(live: LiveForms, talk: Talk, press: Press) -> None:
    """Write in words what was picked, and read it as if somebody had typed it.

    `press`: a picker, or the button that shows the start, the end and the days off.
    """
    view = press.view
    if view is None:
        return
    try:
        picked = _picked(talk, view)
    except NotUnderstood as error:
        why = blocks.reading(blocks.refused(error)).to_dict()
        live.draw(talk, press, lambda content: _with_reading(content, why))
        return
    text, said = _written(talk, picked)
    bounds = press.door == ids.Button.MORE_OF_WHEN or FormField.ENDS in _picker_values(view)
    opened = next((each for each in view.blocks if when_ids.is_picker(each)), "")
    mark = opened.partition("~")[2].partition(".")[0]
    parts = _part(text, said, picked, mark, bounds=bounds)
    live.draw(talk, press, lambda content: _with(content, parts))


def parts_of_when(content: Mapping[str, Any]) -> Blocks:
    """Return the blocks of a form that belong to its time."""
    return [each for each in content.get("blocks", ()) if when_ids.is_part_of_when(each.get("block_id", ""))]


def with_when_of(form: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form with the time's fields as they stand in another one, which was shown."""
    return _with(form, parts_of_when(shown))


def _with_reading(content: Mapping[str, Any], reading: dict[str, Any]) -> dict[str, Any]:
    parts = parts_of_when(content)
    return _with(
        content, [reading if each.get("block_id", "") == when_ids.READING else each for each in parts]
    )


def _with(content: Mapping[str, Any], parts: Blocks) -> dict[str, Any]:
    """Return a form with these blocks for its time: where they stood, or below the choice what to do."""
    shown = content.get("blocks", ())
    found = [
        number for number, each in enumerate(shown) if when_ids.is_part_of_when(each.get("block_id", ""))
    ]
    others = [each for each in shown if not when_ids.is_part_of_when(each.get("block_id", ""))]
    choices = [number for number, each in enumerate(others) if each.get("block_id", "") == FormField.DOING]
    at = found[0] if found else 1 + max(choices, default=0)
    return {**content, "blocks": [*others[:at], *parts, *others[at:]]}


def _part(
    text: str, said: str, picked: Picked | None = None, mark: str = "", *, bounds: bool = False
) -> Blocks:
    shown = [blocks.field(text), blocks.reading(said), blocks.picking(is_open=picked is not None)]
    pickers = [] if picked is None else _pickers(picked, mark, bounds=bounds)
    return [*(each.to_dict() for each in shown), *pickers]


def _pickers(picked: Picked, mark: str, *, bounds: bool) -> Blocks:
    return [each.to_dict() for each in blocks.pickers(picked, mark, bounds=bounds)]


def _said(talk: Talk, view: ViewState) -> str:
    return reading_of(talk, written(view), kept.zone(talk, view.metadata))[1]


def _written(talk: Talk, picked: Picked) -> tuple[str, str]:
    """Return what was picked in words, and how those are read."""
    text = say(when_of(picked, talk.services.clock.now()))
    return text, reading_of(talk, text, picked.tz)[1]


def _has_bounds(picked: Picked) -> bool:
    return bool(picked.start or picked.end or picked.times or picked.excluded)


def _picker_values(view: ViewState) -> dict[FormField, Any]:
    named = ((when_ids.picker_of(block_id), value) for block_id, value in view.values.items())
    return {field: value for field, value in named if field is not None}


def _picked_or_none(talk: Talk, view: ViewState) -> Picked | None:
    """Return what the pickers hold; None where none are open, or something is still to be picked."""
    try:
        return _picked(talk, view) if _picker_values(view) else None
    except NotUnderstood:
        return None


def _picked(talk: Talk, view: ViewState) -> Picked:
    """Return what the pickers hold. Raises NotUnderstood, which says what is still to be picked."""
    try:
        return _as_picked(talk, _picker_values(view))
    except (ValueError, KeyError, TypeError, OverflowError) as error:  # nothing that Slack's pickers give
        raise NotUnderstood("Pick the time once more.") from error


def _as_picked(talk: Talk, values: Mapping[FormField, Any]) -> Picked:
    now = talk.services.clock.now()
    repeat, tz = Repeat(values[FormField.REPEAT]), ZoneInfo(values[FormField.TIME_ZONE])
    at, first, last = (
        time.fromisoformat(values.get(each) or usual.isoformat())
        for each, usual in ((FormField.AT, NINE), (FormField.FIRST, NINE), (FormField.LAST, FIVE))
    )
    if repeat is Repeat.HOURLY and first >= last:
        raise NotUnderstood("“To” must be later than “From”.")
    start, end, on = (_date(values.get(each)) for each in (FormField.STARTS, FormField.ENDS, FormField.ON))
    times = int(values.get(FormField.TIMES) or 0) or None
    if end is not None and times is not None:
        raise NotUnderstood("Choose the day on which it ends or a number of runs, not both.")
    return Picked(
        repeat,
        tz,
        on=on or (now.astimezone(tz) + timedelta(days=1)).date(),
        at=at,
        weekdays=_weekdays(values, repeat),
        day=_day_of_month(values.get(FormField.DAY)),
        hours=int(values.get(FormField.HOURS) or 1),
        first=first,
        last=last,
        line=str(values.get(FormField.LINE, USUAL_LINE) or ""),
        start=start,
        end=end,
        times=times,
        excluded=_excluded(values.get(FormField.EXCLUDED) or "", now, tz),
    )


def _date(value: Any) -> date | None:
    """Return a picked day. Raises ValueError at the ends of the calendar, beyond which no zone has days."""
    if not value:
        return None
    found = date.fromisoformat(value)
    if not date.min.year < found.year < date.max.year:
        raise ValueError(value)
    return found


def _weekdays(values: Mapping[FormField, Any], repeat: Repeat) -> tuple[int, ...]:
    if FormField.WEEKDAYS not in values:
        return (MONDAY,) if repeat is Repeat.WEEKLY else WORKDAYS
    found = tuple(sorted(int(each) for each in values[FormField.WEEKDAYS]))
    if not found:
        raise NotUnderstood("Choose at least one day of the week.")
    return found


def _day_of_month(value: Any) -> Any:
    return next((each for each in OFFERED_DAYS if blocks.day_value(each) == value), OFFERED_DAYS[0])


def _excluded(text: str, now: datetime, tz: ZoneInfo) -> tuple[Exclusion, ...]:
    """Return the days off, in the words that a time takes after "except"."""
    if not text.strip():
        return ()
    try:
        found = read(f"every day at 9:00 except {text}", now=now, tz=tz).when
    except NotUnderstood as error:
        message = "I do not understand the days on which it does not run."
        raise NotUnderstood(message, words=text, example="25 Dec 2026, Fridays") from error
    return found.excluded if isinstance(found, Repeating) else ()
