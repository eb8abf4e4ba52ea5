"""Acknowledge, find out who asks; whatever goes wrong is told to the person.

No listener may raise: in Bolt an exception soon after ack() erases the ack, and the person sees a time-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from bot.blocks import help as help_blocks
from bot.blocks.form import told
from bot.blocks.parts import in_parts
from bot.domain.errors import UserError
from bot.domain.identity import new_id
from bot.language.command_name import under_its_name
from bot.language.inputs import Viewpoint
from bot.services.access import Asker
from handlers.payloads import read_command, read_press, read_submission, read_typing, read_written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack, Respond
    from slack_sdk import WebClient

    from bot.domain.notice import Message
    from bot.services import Services
    from handlers.payloads import Command, Origin, Press, Submission, Typing, Written

    Listener = Callable[..., None]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Talk:
    """One interaction with one person."""

    services: Services
    asker: Asker
    trigger_id: str
    client: WebClient
    respond: Callable[..., object] | None
    """None where Slack gave no way to answer: inside modals."""

    @property
    def viewpoint(self) -> Viewpoint:
        """When and where they type, for "tomorrow" and "9am"."""
        return Viewpoint(self.asker.person.tz, self.services.clock.now())

    def say(self, message: Message) -> None:
        """Only to this person."""
        assert self.respond is not None
        self.respond(**self._words(message), response_type="ephemeral", replace_original=False)

    def replace(self, message: Message) -> None:
        """In the place of what was pressed, which only this person sees."""
        assert self.respond is not None
        self.respond(**self._words(message), replace_original=True)

    def open(self, view: Mapping[str, Any]) -> None:
        """A message cannot open a form; then a button is offered that can."""
        if not self.trigger_id:
            self.say(help_blocks.offer_form())
            return
        self.client.views_open(trigger_id=self.trigger_id, view=self._named(view))

    def push(self, view: Mapping[str, Any]) -> None:
        """On top of the modal that was pressed in."""
        self.client.views_push(trigger_id=self.trigger_id, view=self._named(view))

    def update(self, view_id: str, view_hash: str | None, view: Mapping[str, Any]) -> None:
        """`view_hash`: only while it is still the view that was answered; None: in any case."""
        self.client.views_update(view_id=view_id, hash=view_hash, view=self._named(view))

    def _words(self, message: Message) -> dict[str, Any]:
        return self._named({"text": message.text, "blocks": list(message.blocks)})

    def _named(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return under_its_name(said, self.services.command)


@dataclass(frozen=True, slots=True)
class Door:
    """Through which somebody came: a button's or view's id, and the opaque id it carried."""

    origin: Origin
    name: str
    value: str = ""


def listening(event: str, take: Callable[[dict[str, Any]], None]) -> Listener:
    """To what Slack tells of itself: nobody waits for an answer, so what goes wrong is only logged."""

    def listener(body: dict[str, Any]) -> None:
        try:
            take(body)
        except Exception:
            log.exception("answer.event", event_type=event)

    return listener


class Told(Exception):
    """The person has been told of this error where they are; it is only to be written down."""

    def __init__(self, error: UserError) -> None:
        super().__init__(error.message)
        self.error = error


class Answering:
    """Turns conversations into Bolt listeners."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def command(self, converse: Callable[[Talk, Command], None]) -> Listener:
        def listener(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
            ack()
            command = read_command(body)
            door = Door(command.origin, "command")
            self._guard(door, client, respond, lambda talk: converse(talk, command))

        return listener

    def written(self, converse: Callable[[Talk, Written], None]) -> Listener:
        """A direct message: answered there, once, though Slack may send it again."""

        def listener(body: dict[str, Any], client: WebClient) -> None:
            written = read_written(body)

            def answer(*, text: str, blocks: list[Any], **_: Any) -> None:
                for part in in_parts(blocks):
                    client.chat_postMessage(channel=written.origin.channel_id, text=text, blocks=part)

            def once(talk: Talk) -> None:
                if self._services.requests.first_time(written.origin.workspace_id, written.request_id):
                    converse(talk, written)

            self._guard(Door(written.origin, "message"), client, answer, once)

        return listener

    def press(self, converse: Callable[[Talk, Press], None]) -> Listener:
        def listener(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
            ack()
            press = read_press(body)
            answer = respond if body.get("response_url") else None
            is_button = body["actions"][0].get("type") == "button"
            door = Door(press.origin, press.door, press.value if is_button else "")
            self._guard(door, client, answer, lambda talk: converse(talk, press), press)

        return listener

    def submission(self, converse: Callable[[Talk, Submission], Mapping[str, Any]]) -> Listener:
        """What `converse` returns answers the submission; a UserError is shown at its field."""

        def listener(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
            submission = read_submission(body)
            try:
                answer = converse(self._talk(submission.origin, client, None), submission)
            except UserError as error:
                self._denied(Door(submission.origin, submission.door), error)
                answer = _at_its_field(submission, error)
            except Exception as error:  # noqa: BLE001  whatever it is, the person must not see a time-out
                answer = {
                    "response_action": "update",
                    "view": told("Sorry", help_blocks.our_side(_reference(error))),
                }
            ack(**under_its_name(answer, self._services.command))

        return listener

    def typing(self, converse: Callable[[Talk, Typing], list[dict[str, Any]]]) -> Listener:
        """A type-ahead: what cannot be found is no option. `converse` gives options, or groups of them."""

        def listener(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
            typing = read_typing(body)
            try:
                options = converse(self._talk(typing.origin, client, None), typing)
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

    def _talk(self, origin: Origin, client: WebClient, respond: Callable[..., object] | None) -> Talk:
        person = self._services.people.find(origin.workspace_id, origin.person_id)
        return Talk(self._services, Asker(person, origin.channel_id), origin.trigger_id, client, respond)

    def _denied(self, door: Door, error: UserError) -> None:
        """The one place where a refusal is written down, whatever the door."""
        who = door.origin
        self._services.denials.note(
            who.workspace_id, who.person_id, who.channel_id, door=door.name, on=door.value, error=error
        )

    def _guard(
        self,
        door: Door,
        client: WebClient,
        respond: Callable[..., object] | None,
        converse: Callable[[Talk], None],
        press: Press | None = None,
    ) -> None:
        try:
            converse(self._talk(door.origin, client, respond))
        except Told as told_already:
            self._denied(door, told_already.error)
        except UserError as error:
            self._denied(door, error)
            self._tell(help_blocks.problem(error), client, respond, press)
        except Exception as error:  # noqa: BLE001  whatever it is, the person hears of it, with a reference
            self._tell(help_blocks.our_side(_reference(error)), client, respond, press)

    def _tell(
        self, message: Message, client: WebClient, respond: Callable[..., object] | None, press: Press | None
    ) -> None:
        try:
            if respond is not None:
                said = {"text": message.text, "blocks": list(message.blocks)}
                named = under_its_name(said, self._services.command)
                respond(**named, response_type="ephemeral", replace_original=False)
            elif press is not None and press.view is not None:
                client.views_update(view_id=press.view.view_id, view=told("Sorry", message))
        except Exception:
            log.exception("answer.untold")


def _at_its_field(submission: Submission, error: UserError) -> Mapping[str, Any]:
    """At the field it names where the form has it, else in the modal's place."""
    for block_id in submission.view.blocks:
        if error.field is not None and (
            block_id == error.field or block_id.endswith(f".input.{error.field}")
        ):
            return {"response_action": "errors", "errors": {block_id: _with_example(error)}}
    message = help_blocks.problem(error)
    return {"response_action": "update", "view": told("That did not work", message)}


def _with_example(error: UserError) -> str:
    return f"{error.message} Try: {error.example}" if error.example else error.message


def _reference(error: Exception) -> str:
    """What the person is told and the log can be searched for."""
    reference = new_id()[:8]
    log.error("answer.failed", reference=reference, exc_info=error)
    return reference
