"""The form: open -> choose a job -> its inputs appear -> preview in the same modal -> Schedule it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from bot.blocks.ids import CHOICE, VALUE, Button, View
from bot.domain.form_field import FormField
from handlers.form.filling import choose, choose_preset, suggest, suggest_choices
from handlers.form.opening import open_pressed
from handlers.form.sending import confirm, submit

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering


def register(app: App, answering: Answering) -> None:
    """Connect the form and its preview."""
    app.action(Button.OPEN_FORM)(answering.press(open_pressed))
    app.options(VALUE)(answering.typing(suggest))
    app.options(CHOICE)(answering.typing(suggest_choices))
    app.action({"action_id": VALUE, "block_id": FormField.JOB})(answering.press(choose))
    app.action({"action_id": VALUE, "block_id": re.compile(rf"of\.\w+\.{FormField.PRESET}")})(
        answering.press(choose_preset)
    )
    app.view(View.FORM)(answering.submission(submit))
    app.view(View.PREVIEW)(answering.submission(confirm))
    app.view(View.PREVIEW_OF_ANOTHER)(answering.submission(partial(confirm, another=True)))
    app.view(View.TOLD)(answering.submission(lambda _talk, _submission: {}))
