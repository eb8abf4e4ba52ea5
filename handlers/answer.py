"""Acknowledge, find out who asks, and tell the person whatever goes wrong.

No listener may raise: in Bolt an exception soon after ack() erases the ack, and the person sees a time-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from bot.blocks import help as help_blocks
from bot.blocks.form import told
from bot.blocks.ids import TYPED
from bot.blocks.parts import in_parts
from bot.blocks.when_ids import is_when_block
from bot.domain.errors import Fault, SeveralWrong, Unavailable, UserError
from bot.domain.form_field import FormField
from bot.domain.identity import new_id
from bot.domain.notice import Message
from bot.language.command_name import under_its_name
from bot.rules.access import Asker
from handlers.payloads import read_command, read_press, read_submission, read_typing, read_written
from handlers.talk import Talk
from storage.engines import in_a_hurry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack

    from bot.domain.ports import Slack
    from bot.services import Services
    from handlers.payloads import Command, Origin, Press, Submission, Typing, Written
    from handlers.turns import Turns

    Listener = Callable[..., None]

log = structlog.get_logger()
WRITTEN = "message"
"""The name of the door for direct messages to the bot."""


@dataclass(frozen=True, slots=True)
class Door:
    """What somebody used: a button's or view's id, and the opaque id that it carried."""

    origin: Origin
    name: str
    value: str = ""


def listening(event: str, take: Callable[[dict[str, Any]], None]) -> Listener:
    """Return a listener for an event. Nobody waits for an answer, so errors are only logged."""

    def listener(body: dict[str, Any]) -> None:
        try:
            take(body)
        except Exception:
            log.exception("answer.event", event_type=event)

    return listener


class Told(Exception):
    """An error that the person has been told of already, and that is only to be logged."""

    def __init__(self, error: UserError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(frozen=True, slots=True)
class Later:
    """What follows once a form has closed.

    Slack waits three seconds for the closing, and for nothing else.
    """

    act: Callable[[], None]


class Answering:
    """Makes Bolt listeners of conversations. No listener raises."""

    def __init__(self, services: Services, slack: Slack, turns: Turns) -> None:
        self._services = services
        self._slack = slack
        self._turns = turns

    def command(self, converse: Callable[[Talk, Command], None]) -> Listener:
        """Return the listener of a slash command: acknowledge, then converse on another thread."""

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            if not self._has_room():
                return
            ack()
            command = read_command(body)
            door = Door(command.origin, "command")
            answer = self._answer_to(body)
            self._turns.run(lambda: self._guard(door, answer, lambda talk: converse(talk, command)))

        return listener

    def written(self, converse: Callable[[Talk, Written], None]) -> Listener:
        """Return the listener of direct messages: answer there, once, though Slack may send one again."""

        def listener(body: dict[str, Any]) -> None:
            if body["event"].get("bot_id") or not self._has_room():  # our own messages come here as well
                return
            written = read_written(body)

            def answer(*, text: str, blocks: list[Any], **_: Any) -> None:
                for part in in_parts(blocks):
                    self._slack.post(written.origin.channel_id, Message(text, tuple(part)))

            def once(talk: Talk) -> None:
                if self._services.requests.first_time(written.origin.workspace_id, written.request_id):
                    converse(talk, written)

            self._turns.run(lambda: self._guard(Door(written.origin, WRITTEN), answer, once))

        return listener

    def press(self, converse: Callable[[Talk, Press], None]) -> Listener:
        """Return the listener of a button or a select: acknowledge, then converse on another thread."""

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            if not self._has_room():
                return
            ack()
            press = read_press(body)
            is_of_one = body["actions"][0].get("type") in {"button", "overflow"}
            door = Door(press.origin, press.door, press.value if is_of_one else "")
            answer = self._answer_to(body)
            self._turns.run(lambda: self._guard(door, answer, lambda talk: converse(talk, press), press))

        return listener

    def submission(self, converse: Callable[[Talk, Submission], Mapping[str, Any] | Later]) -> Listener:
        """Return the listener of a form. What `converse` returns is the acknowledgement itself.

        A UserError is shown at its field. What is left for later runs after the acknowledgement: the form's
        work is done then, so an error is only logged and never said as if the work had failed.
        """

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            submission = read_submission(body)
            later: Callable[[], None] | None = None
            try:
                # This is answered inside the acknowledgement: a locked database must say so within three
                # seconds.
                with in_a_hurry():
                    found = converse(self._talk(submission.origin, None), submission)
                answer, later = ({}, found.act) if isinstance(found, Later) else (found, None)
            except UserError as error:
                self._denied(Door(submission.origin, submission.door), error)
                answer = _at_its_field(submission, error)
            except Exception as error:  # noqa: BLE001  whatever it is, the person must not see a time-out
                answer = {
                    "response_action": "update",
                    "view": told("Sorry", _sorry(error)),
                }
            ack(**under_its_name(answer, self._services.command))
            if later is not None and self._has_room():
                self._turns.run(_without_a_word(later))

        return listener

    def typing(self, converse: Callable[[Talk, Typing], list[dict[str, Any]]]) -> Listener:
        """Return the listener of a type-ahead. `converse` returns options or groups of options.

        An error becomes an empty menu, because Slack shows nothing else there.
        """

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            typing = read_typing(body)
            try:
                with in_a_hurry():
                    options = converse(self._talk(typing.origin, None), typing)
            except UserError as error:
                self._denied(Door(typing.origin, "options"), error)
                options = []
            except Exception as error:  # noqa: BLE001  an empty menu, not a time-out
                _reference(error)
                options = []
            if options and "options" in options[0]:
                ack(option_groups=options)
            else:
                ack(options=options)

        return listener

    def _has_room(self) -> bool:
        has_room = self._turns.reserve()
        if not has_room:
            log.warning("answer.crowded", why="too many answers are under way: Slack or Airflow is slow")
        return has_room

    def _answer_to(self, body: Mapping[str, Any]) -> Callable[..., object] | None:
        """Return what answers where it was pressed or typed. None inside modals, where nothing can."""
        url = body.get("response_url")

        def answer(**said: Any) -> None:
            self._slack.answer(str(url), said)

        return answer if url else None

    def _talk(
        self,
        origin: Origin,
        respond: Callable[..., object] | None,
        pressed: tuple[str, str] | None = None,
    ) -> Talk:
        person = self._services.people.find(origin.workspace_id, origin.person_id)
        asker = Asker(person, origin.channel_id)
        return Talk(self._services, asker, self._slack, origin.trigger_id, respond, pressed)

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
                converse(self._talk(door.origin, respond, pressed))
        except Told as told_already:
            self._denied(door, told_already.error)
        except UserError as error:
            self._denied(door, error)
            alone, in_message = door.name == WRITTEN, respond is not None
            told = help_blocks.problem(error, with_ways_on=alone, in_message=in_message)
            self._tell(told, respond, press)
        except Exception as error:  # noqa: BLE001  whatever it is, the person hears of it, with a reference
            self._tell(_sorry(error), respond, press)

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


def _without_a_word(act: Callable[[], None]) -> Callable[[], None]:
    """Return the act with its errors logged, because nobody is told of them."""

    def acting() -> None:
        try:
            act()
        except Exception as error:
            log.warning("answer.not_shown", why=str(error), exc_info=error)

    return acting


def _at_its_field(submission: Submission, error: UserError) -> Mapping[str, Any]:
    """Return the errors at their fields, or the message in the modal's place if a field is not shown."""
    errors = error.errors if isinstance(error, SeveralWrong) else (error,)
    blocks = [(_block_of(submission, each.field), each) for each in errors]
    if found := {block_id: _with_example(each) for block_id, each in blocks if block_id is not None}:
        return {"response_action": "errors", "errors": found}
    message = help_blocks.problem(error)
    return {"response_action": "update", "view": told("That did not work", message)}


def _block_of(submission: Submission, field: str | None) -> str | None:
    """Return the block of the field that an error names. None if the form does not show it."""
    if field is None:
        return None
    endings = (f".input.{field}", f".{TYPED}.{field}")
    blocks = submission.view.blocks
    return next((each for each in blocks if _is_of(field, each) or each.endswith(endings)), None)


def _is_of(field: str, block_id: str) -> bool:
    return block_id == field or (field == FormField.WHEN and is_when_block(block_id))


def _with_example(error: UserError) -> str:
    return f"{error.message} Try: {error.example}" if error.example else error.message


def _sorry(error: Exception) -> Message:
    """Return what the person reads about an error that is not theirs: whose side it is, and a reference."""
    reference = _reference(error)
    if isinstance(error, Fault) and error.system == "Airflow":
        return help_blocks.airflows_side(error, reference)
    if isinstance(error, Unavailable) and error.system == "database":
        return help_blocks.busy(reference)
    return help_blocks.our_side(reference)


def _reference(error: Exception) -> str:
    """Log the error under a new reference; return the reference."""
    reference = new_id()[:8]
    log.error("answer.failed", reference=reference, exc_info=error)
    return reference
