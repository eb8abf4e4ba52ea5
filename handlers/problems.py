"""What a person is told of an error: at its field, in the form's place, or with a reference to search for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.blocks import help as help_blocks
from bot.blocks.form import told
from bot.blocks.ids import TYPED
from bot.blocks.when_ids import is_when_block
from bot.domain.errors import Fault, SeveralWrong, Unavailable, UserError
from bot.domain.form_field import FormField
from bot.domain.identity import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from bot.domain.notice import Message
    from handlers.payloads import Submission

log = structlog.get_logger()


def at_its_field(submission: Submission, error: UserError) -> Mapping[str, Any]:
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


def sorry(error: Exception) -> Message:
    """Return what the person reads about an error that is not theirs: whose side it is, and a reference."""
    reference = logged(error)
    if isinstance(error, Fault) and error.system == "Airflow":
        return help_blocks.airflows_side(error, reference)
    if isinstance(error, Unavailable) and error.system == "database":
        return help_blocks.busy(reference)
    return help_blocks.our_side(reference)


def logged(error: Exception) -> str:
    """Log the error under a new reference; return the reference."""
    reference = new_id()[:8]
    log.error("answer.failed", reference=reference, exc_info=error)
    return reference


def only_logging(act: Callable[[], None], **where: str) -> Callable[[], None]:
    """Return the act with its errors logged, because nobody is told of them."""

    def acting() -> None:
        try:
            act()
        except Exception as error:
            log.warning("answer.not_shown", why=str(error), **where, exc_info=error)

    return acting
