"""Forms drawn anew while people fill them in: in the order of their keys, never over a newer form."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from handlers.payloads import Press, Submission
    from handlers.talk import Talk

log = structlog.get_logger()
Change = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
MOST_FORMS = 300
"""The most forms that one process follows at once."""
LAST_DRAWING = 0.5
"""Seconds that errors wait for the drawing that was under way when the form was sent."""


@dataclass(slots=True)
class _Form:
    """A form as this process knows it. `drawing` is held while it is drawn."""

    drawing: Lock = field(default_factory=Lock)
    content: Mapping[str, Any] = field(default_factory=dict)
    newest: str = ""
    """The form's newest hash, which Slack expects with the next update."""
    at: str = ""
    """When somebody pressed the button or key that led to that hash."""
    key_at: str = ""
    """When the last key was pressed."""
    waiting: list[Change] = field(default_factory=list)
    """Changes that were not drawn, since a key or errors came first. The next change brings them along."""
    errors_for: int = 0
    """The sending of the form that was answered with errors, by its place among all that was heard."""


class LiveForms:
    """The forms that are being filled in.

    Slack draws a form anew only while its hash is the newest one, and each key gives it another. People are
    faster than answers: so the newest hash that any key brought is used, and what Slack refuses all the same
    is drawn together with what the next key changes.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._forms: OrderedDict[str, _Form] = OrderedDict()

    def draw(self, talk: Talk, press: Press, change: Change, *, is_key: bool = False) -> None:
        """Change the form that was pressed in. `change`: returns its new content, or None to leave it.

        What Slack does not draw now, since it is slow or somebody typed on, is drawn with the next change.

        `is_key`: nothing happens where a later key has come already.
        """
        view = press.view
        assert view is not None
        form = self._form(view.view_id, press, is_key=is_key)
        with form.drawing:
            if is_key and press.pressed_at < form.key_at:
                return
            if press.heard < form.errors_for:
                form.waiting.append(change)
                return
            changes, form.waiting = [*form.waiting, change], []
            with self._lock:
                before, newest = form.content, form.newest
            content = before
            for each in changes:
                content = each(content) or content
            if content is before:
                return
            try:
                drawn = talk.update(view.view_id, newest, content)
            except Unavailable as error:  # told in the form's place, it would cost all that was filled in
                log.warning("form.not_drawn", why=error.detail)
                drawn = ""
            with self._lock:
                if not drawn:
                    form.waiting = changes
                elif form.newest == newest:
                    # Another hash came with a press in what was just drawn, before Slack's answer to us did.
                    form.content, form.newest = content, drawn

    def show_errors(self, submission: Submission) -> None:
        """Draw nothing that was pressed before this form was sent: Slack drops the errors when it draws anew.

        What was pressed is drawn with the next change.
        """
        with self._lock:
            form = self._known(submission.view.view_id)
            form.errors_for = submission.heard
        if form.drawing.acquire(timeout=LAST_DRAWING):
            form.drawing.release()

    def _form(self, view_id: str, press: Press, *, is_key: bool) -> _Form:
        """Return the form, as the newest press tells of it."""
        assert press.view is not None
        with self._lock:
            form = self._known(view_id)
            if press.pressed_at >= form.at:
                form.newest, form.at, form.content = (
                    press.view.view_hash,
                    press.pressed_at,
                    press.view.content,
                )
            if is_key:
                form.key_at = max(form.key_at, press.pressed_at)
            return form

    def _known(self, view_id: str) -> _Form:
        """Return the form, and forget the one that nobody has touched for longest if there are too many."""
        form = self._forms.setdefault(view_id, _Form())
        self._forms.move_to_end(view_id)
        if len(self._forms) > MOST_FORMS:
            self._forms.popitem(last=False)
        return form
