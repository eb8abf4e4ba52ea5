"""One reader and one writer of inputs: text + JSON Schema <-> value, whatever the way in.

`read_inputs` takes what stands behind each `name=` of a command, as typed and with its
quotes. `read_field` takes what stands in a field of its own, where quotes are letters.
"""

from __future__ import annotations

from bot.language.inputs.clearing import UNCLEARED, cleared
from bot.language.inputs.days import names_a_day
from bot.language.inputs.files import endings_of, refused_file, wanted_file
from bot.language.inputs.moving import (
    OFFERED,
    all_worked_out,
    fitting,
    moving_instead,
    read_moving,
    worked_out,
)
from bot.language.inputs.of_a_job import (
    NoSuchInput,
    check_inputs,
    check_together,
    input_named,
    missing_inputs,
    read_inputs,
    read_some_inputs,
    require_inputs,
    wrong_together,
)
from bot.language.inputs.offering import (
    OFFERABLE,
    choice_value,
    dependents,
    input_beside,
    narrowed,
    not_together,
    offering,
    parents_first,
    read_codes,
    value_beside,
    with_choices,
)
from bot.language.inputs.presets import PRESET, Fit, fit, split_preset
from bot.language.inputs.reader import problem, read_field, read_typed
from bot.language.inputs.viewpoint import Viewpoint
from bot.language.inputs.words import wanted_by
from bot.language.inputs.writer import field_text, is_same, show_value, typed_text

__all__ = [
    "OFFERABLE",
    "OFFERED",
    "PRESET",
    "UNCLEARED",
    "Fit",
    "NoSuchInput",
    "Viewpoint",
    "all_worked_out",
    "check_inputs",
    "check_together",
    "choice_value",
    "cleared",
    "dependents",
    "endings_of",
    "field_text",
    "fit",
    "fitting",
    "input_beside",
    "input_named",
    "is_same",
    "missing_inputs",
    "moving_instead",
    "names_a_day",
    "narrowed",
    "not_together",
    "offering",
    "parents_first",
    "problem",
    "read_codes",
    "read_field",
    "read_inputs",
    "read_moving",
    "read_some_inputs",
    "read_typed",
    "refused_file",
    "require_inputs",
    "show_value",
    "split_preset",
    "typed_text",
    "value_beside",
    "wanted_by",
    "wanted_file",
    "with_choices",
    "worked_out",
    "wrong_together",
]
