"""The form in tests: opened as Slack gets it, filled in as a person does, sent as Slack sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks.filled import Filled
from bot.blocks.form import form
from bot.blocks.ids import option_value, part_of
from bot.domain.project import Place
from handlers.payloads import read_submission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.job import Input, Job
    from playground.slack.driver_form import Modal

REFERENCE = "0123456789abcdef"
STATES = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
}
MANY = ("multi_static_select", "multi_external_select")
ONE = ("static_select", "external_select", "radio_buttons")


def opened(
    job: Job,
    given: Mapping[str, Any] | None = None,
    wrong: Mapping[str, tuple[str, str]] | None = None,
    *,
    is_open: bool = False,
) -> dict[str, Any]:
    """The view that Slack is asked to show. `is_open`: with the inputs that may stay as they are."""
    place = Place("T1", "C1")
    filled = Filled(
        reference=REFERENCE,
        label=job.title,
        job=job,
        places=[place],
        place_names={"C1": "#finance"},
        values=given or {},
        wrong=wrong or {},
        is_open=is_open,
    )
    return form(filled, metadata="{}")


def unfolded(form: Modal) -> Modal:
    """The open form, with the inputs that may stay as they are; they take a moment to come."""
    for label in form.labels:
        if label.startswith("More inputs"):
            form.press(label)
            form.see_no_field(label)
    return form


def element_of(view: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The element of an input's field."""
    element: dict[str, Any] = block_of(view, name)["element"]
    return element


def block_of(view: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The block of an input's field."""
    endings = (f".input.{name}", f".typed.{name}")
    return next(each for each in view["blocks"] if each.get("block_id", "").endswith(endings))


def sent(view: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the form gives, by part. `changes`: by input, what stands in its field then; None: emptied."""
    blocks = [{"block_id": f"b{place}", **each} for place, each in enumerate(view["blocks"])]
    changed = {block_of(view, name)["block_id"]: state for name, state in (changes or {}).items()}
    values = {}
    for each in blocks:
        if each["type"] != "input":
            continue
        element = each["element"]
        kind = element["type"]
        field, initial = STATES[kind]
        state = element.get(initial)
        if each["block_id"] in changed:
            state = changed[each["block_id"]]
        values[each["block_id"]] = {element["action_id"]: {"type": kind, field: state}}
    body = {
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "view": {"id": "V1", "state": {"values": values}, "blocks": blocks},
    }
    found = read_submission(body).view.values
    parts = ((part_of(block_id, REFERENCE), state) for block_id, state in found.items())
    return {name: state for name, state in parts if name is not None}


def chosen(each: Input, view: Mapping[str, Any], value: Any, text: str) -> Any:
    """What stands in the field once a person has put a value there: an option, or what they type."""
    element = element_of(view, each.name)
    options = element.get("options", [])
    if element["type"] in MANY:
        return [one for one in options if one["value"] in map(option_value, value)]
    if element["type"] in ONE:
        wanted = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
        return next(one for one in options if one["value"] in {wanted, option_value(value)})
    return text
