"""Acknowledge, find out who asks, and tell the person whatever goes wrong.

No listener may raise: in Bolt an exception soon after ack() erases the ack, and the person sees a time-out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bot.blocks import help as help_blocks
from bot.blocks.form import told
from bot.blocks.home import only
from bot.domain.errors import Conflict, UserError
from bot.domain.notice import Message
from bot.language.command_name import under_its_name
from bot.rules.access import Asker
from handlers import payloads
from handlers.problems import at_its_field, logged, only_logging, sorry
from handlers.talk import Talk
from handlers.windows import answer_in_words, answer_to
from storage.engines import in_a_hurry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack

    from bot.domain.ports import Slack
    from bot.services import Services
    from handlers.payloads import AtMessage, Command, Origin, Press, Submission, Typing, Written
    from handlers.turns import NoRoom, Turns

    Listener = Callable[..., None]

T = TypeVar("T")
log = structlog.get_logger()
DIRECT = "im"
"""Slack's name for the kind of a direct message's channel. Mentions come without one."""
WRITTEN = "message"
"""The name of the door for direct messages to the bot."""


@dataclass(frozen=True, slots=True)
class Door:
    """What somebody used: a button's or view's id, and the opaque id that it carried."""

    origin: Origin
    name: str
    value: str = ""


class Told(Exception):
    """An error that the person has been told of already, and that is only to be logged."""

    def __init__(self, error: UserError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(frozen=True, slots=True)
class Later:
    """What follows once a form is answered.

    Slack waits three seconds for the answer, and for nothing else. Without one the form closes.
    """

    act: Callable[[], None]
    answer: Mapping[str, Any] = field(default_factory=dict)


class Answering:
    """Makes Bolt listeners of conversations. No listener raises."""

    def __init__(self, services: Services, slack: Slack, turns: Turns) -> None:
        self._services = services
        self._slack = slack
        self._turns = turns

    def event(
        self, name: str, read: Callable[[Mapping[str, Any]], T], learn: Callable[[T], None]
    ) -> Listener:
        """Return the listener of an event that nobody waits for: read it, and learn on another thread."""

        def listener(body: dict[str, Any]) -> None:
            told = read(body)
            self._turns.take_in(only_logging(lambda: learn(told), about=name))

        return listener

    def command(self, converse: Callable[[Talk, Command], None]) -> Listener:
        """Return the listener of a slash command: acknowledge, then converse on another thread."""

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            command = payloads.read_command(body)
            origin, answer = command.origin, answer_to(self._slack, body)
            door = Door(origin, "command")
            no_room = self._no_room(origin)
            if no_room is not None:
                ack(no_room.words)
                return
            ack()
            self._turns.run(
                door.origin, lambda: self._guard(door, answer, lambda talk: converse(talk, command))
            )

        return listener

    def written(self, converse: Callable[[Talk, Written], None]) -> Listener:
        """Return the listener of direct messages and mentions: answer each once, though it may come twice.

        A mention is answered in its thread, so that only whoever wrote it sees the answer.
        """

        def listener(body: dict[str, Any]) -> None:
            # Our own messages come here as well; what is said in channels is for those who read it there.
            if body["event"].get("bot_id") or body["event"].get("channel_type", DIRECT) != DIRECT:
                return
            written = payloads.read_written(body)
            answer = answer_in_words(self._slack, written)

            def once(talk: Talk) -> None:
                if self._services.requests.first_time(written.origin.workspace_id, written.request_id):
                    converse(talk, written)

            door = Door(written.origin, WRITTEN)
            no_room = self._no_room(door.origin)
            if no_room is None:
                self._turns.run(door.origin, lambda: self._guard(door, answer, once))
            elif no_room.is_news:
                self._turns.take_in(only_logging(lambda: answer(text=no_room.words, blocks=[])))

        return listener

    def shortcut(self, converse: Callable[[Talk], None]) -> Listener:
        """Return the listener of a shortcut: acknowledge, then converse on another thread."""

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            door = Door(payloads.read_shortcut(body), str(body.get("callback_id", "")))
            if self._no_room(door.origin) is not None:
                return
            ack()
            self._turns.run(door.origin, lambda: self._guard(door, None, converse))

        return listener

    def at_message(self, converse: Callable[[Talk, AtMessage], None]) -> Listener:
        """Return the listener of a shortcut at a message: acknowledge, then converse on another thread."""

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            at = payloads.read_at_message(body)
            door, answer = Door(at.origin, str(body.get("callback_id", ""))), answer_to(self._slack, body)
            if self._no_room(door.origin) is not None:
                return
            ack()
            self._turns.run(door.origin, lambda: self._guard(door, answer, lambda talk: converse(talk, at)))

        return listener

    def press(self, converse: Callable[[Talk, Press], None]) -> Listener:
        """Return the listener of a button or a select: acknowledge, then converse on another thread."""

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            press = payloads.read_press(body)
            is_of_one = body["actions"][0].get("type") in {"button", "overflow"}
            door = Door(press.origin, press.door, press.value if is_of_one else "")
            answer = answer_to(self._slack, body)
            if self._no_room(door.origin) is not None:
                return
            ack()

            def pressed() -> None:
                self._guard(door, answer, lambda talk: converse(talk, press), press)
                if press.in_home:
                    only_logging(lambda: self._home_anew(press.origin))()

            self._turns.run(door.origin, pressed)

        return listener

    def home(self, converse: Callable[[Talk], None]) -> Listener:
        """Return the listener of openings of Home: show it, on another thread, to whoever opened it."""

        def listener(body: dict[str, Any]) -> None:
            origin = payloads.read_opened(body)
            if origin is None or self._no_room(origin) is not None:
                return

            def answer(*, text: str, blocks: list[Any], **_: Any) -> None:
                self._slack.publish_home(origin.person_id, only(Message(text, tuple(blocks))))

            self._turns.run(origin, lambda: self._guard(Door(origin, "home"), answer, converse))

        return listener

    def submission(self, converse: Callable[[Talk, Submission], Mapping[str, Any] | Later]) -> Listener:
        """Return the listener of a form. What `converse` returns is the acknowledgement itself.

        A UserError is shown at its field. What is left for later runs after the acknowledgement: the form's
        work is done then, so an error is only logged and never said as if the work had failed.
        """

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            submission = payloads.read_submission(body)
            no_room = self._no_room(submission.origin)
            if no_room is not None:
                field = next(iter(submission.view.values), None)  # the form stays, with all that it holds
                ack(**at_its_field(submission, Conflict(no_room.words, field=field)))
                return
            later: Callable[[], None] | None = None
            try:
                answer, later = self._submitted(converse, submission)
                ack(**under_its_name(answer, self._services.command))
            finally:
                if later is None:
                    self._turns.release(submission.origin)
                else:
                    self._turns.run(submission.origin, only_logging(later))

        return listener

    def _submitted(
        self, converse: Callable[[Talk, Submission], Mapping[str, Any] | Later], submission: Submission
    ) -> tuple[Mapping[str, Any], Callable[[], None] | None]:
        """Return the acknowledgement, and what follows it."""
        try:
            # This is answered inside the acknowledgement: a locked database must say so within three
            # seconds.
            with in_a_hurry():
                found = converse(self._talk(submission.origin, None), submission)
        except UserError as error:
            self._denied(Door(submission.origin, submission.door), error)
            return at_its_field(submission, error), None
        except Exception as error:  # noqa: BLE001  whatever it is, the person must not see a time-out
            return {"response_action": "update", "view": told("Sorry", sorry(error))}, None
        return (found.answer, found.act) if isinstance(found, Later) else (found, None)

    def typing(self, converse: Callable[[Talk, Typing], list[dict[str, Any]]]) -> Listener:
        """Return the listener of a type-ahead. `converse` returns options or groups of options.

        An error becomes an empty menu, because Slack shows nothing else there.
        """

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            typing = payloads.read_typing(body)
            if self._no_room(typing.origin) is not None:
                ack(options=[])
                return
            try:
                options = self._suggested(converse, typing)
                if options and "options" in options[0]:
                    ack(option_groups=options)
                else:
                    ack(options=options)
            finally:
                self._turns.release(typing.origin)

        return listener

    def _suggested(
        self, converse: Callable[[Talk, Typing], list[dict[str, Any]]], typing: Typing
    ) -> list[dict[str, Any]]:
        try:
            with in_a_hurry():
                return converse(self._talk(typing.origin, None), typing)
        except UserError as error:
            self._denied(Door(typing.origin, "options"), error)
        except Exception as error:  # noqa: BLE001  an empty menu, not a time-out
            logged(error)
        return []

    def _no_room(self, origin: Origin) -> NoRoom | None:
        """Return why nothing may be begun for this person.

        None if room is reserved: whatever was to be begun gives it back.
        """
        no_room = self._turns.reserve(origin)
        if no_room is not None and no_room.is_news:
            log.warning("answer.crowded", person=origin.person_id, why=no_room.words)
        return no_room

    def _home_anew(self, origin: Origin) -> None:
        """Draw the Home anew in which somebody pressed."""
        person = self._services.people.find(origin.workspace_id, origin.person_id)
        self._services.homes.publish(person, self._slack)

    def _talk(
        self,
        origin: Origin,
        respond: Callable[..., object] | None,
        pressed: tuple[str, str] | None = None,
        *,
        in_window: bool = False,
    ) -> Talk:
        person = self._services.people.find(origin.workspace_id, origin.person_id)
        asker = Asker(person, origin.channel_id)
        return Talk(self._services, asker, self._slack, origin.trigger_id, respond, pressed, in_window)

    def _denied(self, door: Door, error: UserError) -> None:
        """Write a refusal to the audit: the one place for it, whatever was used."""
        who = door.origin
        self._services.denials.note(
            who.workspace_id, who.person_id, who.channel_id, door=door.name, on=door.value, error=error
        )

    def _guard(
        self,
        door: Door,
        respond: Callable[..., object] | None,
        converse: Callable[[Talk], None],
        press: Press | None = None,
    ) -> None:
        pressed = (door.name, door.value) if press is not None and door.value else None
        try:
            with in_a_hurry():
                in_window = press is not None and press.in_window
                converse(self._talk(door.origin, respond, pressed, in_window=in_window))
        except Told as told_already:
            self._denied(door, told_already.error)
        except UserError as error:
            self._denied(door, error)
            alone, in_message = door.name == WRITTEN, respond is not None
            told = help_blocks.problem(error, with_ways_on=alone, in_message=in_message)
            self._tell(told, respond, press)
        except Exception as error:  # noqa: BLE001  whatever it is, the person hears of it, with a reference
            self._tell(sorry(error), respond, press)

    def _tell(self, message: Message, respond: Callable[..., object] | None, press: Press | None) -> None:
        try:
            if respond is not None:
                said = {"text": message.text, "blocks": list(message.blocks)}
                named = under_its_name(said, self._services.command)
                respond(**named, response_type="ephemeral", replace_original=False)
            elif press is not None and press.view is not None:
                self._slack.update_view(press.view.view_id, told("Sorry", message))
        except Exception:
            log.exception("answer.untold")
