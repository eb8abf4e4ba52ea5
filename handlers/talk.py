"""One conversation with one person: what is said to them, and the forms that open for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.blocks import help as help_blocks
from bot.blocks.ids import Button
from bot.domain.errors import Conflict, Expired
from bot.language.command_name import under_its_name
from bot.language.inputs import Viewpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.notice import Message
    from bot.domain.ports import Slack
    from bot.rules.access import Asker
    from bot.services import Services

THE_EMPTY_FORM = (Button.OPEN_FORM, "form")
TOO_LATE = "Slack did not wait for the next window. Nothing was changed: press the button once more."


@dataclass(frozen=True, slots=True)
class Talk:
    """One interaction with one person."""

    services: Services
    asker: Asker
    slack: Slack
    trigger_id: str
    respond: Callable[..., object] | None
    """None if Slack gives no way to answer, as inside modals."""
    pressed: tuple[str, str] | None = None
    """The button's id and value, if a button was pressed: pressing it again does the same."""
    in_window: bool = False
    """Whether it was pressed in a window that shows an answer: a form goes on top of that."""

    @property
    def viewpoint(self) -> Viewpoint:
        """When and where the person types, which "tomorrow" and "9am" depend on."""
        return Viewpoint(self.asker.person.tz, self.services.clock.now())

    def say(self, message: Message) -> None:
        """Answer so that only this person sees it. Not inside modals."""
        assert self.respond is not None
        self.respond(**self._words(message), response_type="ephemeral", replace_original=False)

    def replace(self, message: Message) -> None:
        """Replace the message that was pressed in, which only this person sees. Not inside modals."""
        assert self.respond is not None
        self.respond(**self._words(message), replace_original=True)

    def open(
        self,
        view: Mapping[str, Any],
        again: tuple[str, str] = THE_EMPTY_FORM,
        *,
        why: str = "",
        press: str = "",
    ) -> None:
        """Open a form.

        If Slack no longer waits for it, offer a button that opens it: `again`, or what was pressed.

        A written message cannot open a form; a command or a press can for three seconds. `why` is what a
        written message is answered, and `press` the text of the button.
        """
        if not self.trigger_id:
            self.say(help_blocks.offer_form(*again, why=why, press=press))
            return
        try:
            show = self.slack.push_view if self.in_window else self.slack.open_view
            show(self.trigger_id, self._named(view))
        except Expired as error:
            if self.respond is None:
                raise Conflict(TOO_LATE) from error
            self.say(help_blocks.open_again(*(self.pressed or again)))

    def push(self, view: Mapping[str, Any]) -> None:
        """Put a form on top of the modal that was pressed in.

        Raises Conflict if Slack no longer waits for it.
        """
        try:
            self.slack.push_view(self.trigger_id, self._named(view))
        except Expired as error:
            raise Conflict(TOO_LATE) from error

    def update(self, view_id: str, view_hash: str | None, view: Mapping[str, Any]) -> str:
        """Draw an open form anew, and return its new hash.

        With `view_hash`, does so only while the form has not changed since, and else returns "".
        """
        return self.slack.update_view(view_id, self._named(view), view_hash=view_hash)

    def _words(self, message: Message) -> dict[str, Any]:
        newer = {"newer": list(message.newer)} if message.newer else {}
        return self._named({"text": message.text, "blocks": list(message.blocks), **newer})

    def _named(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return under_its_name(said, self.services.command)
