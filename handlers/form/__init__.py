"""The form: choose a job, what to do and when; its inputs appear; preview on top; Schedule it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from bot.blocks.ids import CHOICE, VALUE, Button, Shortcut, View
from bot.blocks.when_ids import PICKER, WHEN_IN_WORDS, ZONE
from bot.domain.form_field import FormField
from handlers import zones
from handlers.form import more, picking, presets
from handlers.form.filling import choose, choose_leading, choose_preset, show_more, suggest, suggest_choices
from handlers.form.live import LiveForms
from handlers.form.opening import open_empty, open_pressed, open_to_run
from handlers.form.sending import confirm, submit

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering


def register(app: App, answering: Answering) -> None:
    """Connect the form and its preview."""
    app.action(Button.OPEN_FORM)(answering.press(open_pressed))
    app.action(re.compile(rf"{re.escape(Button.OPEN_TO_RUN)}\.\d"))(answering.press(open_to_run))
    live = LiveForms()
    app.options(VALUE)(answering.typing(suggest))
    app.options(CHOICE)(answering.typing(suggest_choices))
    app.action({"action_id": VALUE, "block_id": FormField.JOB})(answering.press(partial(choose, live)))
    app.action({"action_id": VALUE, "block_id": re.compile(rf"of\.\w+\.{FormField.PRESET}")})(
        answering.press(partial(choose_preset, live))
    )
    leading = re.compile(r"of\.[\w~]+\.input\..+")
    for action_id in (VALUE, CHOICE):
        app.action({"action_id": action_id, "block_id": leading})(
            answering.press(partial(choose_leading, live))
        )
    app.action(Button.READ_INPUTS)(answering.press(partial(choose, live)))
    app.action(Button.MORE_INPUTS)(answering.press(partial(show_more, live)))
    app.action(Button.MORE_OF_SCHEDULE)(answering.press(partial(more.unfold, live)))
    app.action({"action_id": VALUE, "block_id": FormField.DOING})(
        answering.press(partial(picking.choose_doing, live))
    )
    app.action({"action_id": VALUE, "block_id": re.compile(WHEN_IN_WORDS)})(
        answering.press(partial(picking.type_when, live))
    )
    app.action(Button.PICK_WHEN)(answering.press(partial(picking.open_pickers, live)))
    app.action(Button.WRITE_WHEN)(answering.press(partial(picking.close_pickers, live)))
    app.action({"action_id": VALUE, "block_id": re.compile(PICKER)})(
        answering.press(partial(picking.pick, live))
    )
    app.action(Button.MORE_OF_WHEN)(answering.press(partial(picking.pick, live)))
    app.action(ZONE)(answering.press(partial(picking.pick, live)))
    app.options(ZONE)(answering.typing(zones.suggest))
    app.shortcut(Shortcut.OPEN_FORM)(answering.shortcut(open_empty))
    app.view(View.FORM)(answering.submission(partial(submit, live)))
    app.action(Button.SAVE_PRESET)(answering.press(presets.ask))
    app.action(Button.PRESETS)(answering.press(presets.show))
    app.action(Button.DELETE_PRESET)(answering.press(presets.delete))
    app.action(Button.UNDO_PRESET)(answering.press(presets.undo_delete))
    app.view(View.PRESETS)(answering.submission(lambda _talk, _submission: {}))
    app.view(View.SAVE_PRESET)(answering.submission(presets.save))
    app.view(View.PREVIEW)(answering.submission(confirm))
    app.view(View.PREVIEW_OF_ANOTHER)(answering.submission(partial(confirm, another=True)))
    app.view(View.TOLD)(answering.submission(lambda _talk, _submission: {}))
