"""When something goes wrong…: a schedule's nickname, grace and policies, in a form of their own."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from bot.blocks import form as form_blocks
from bot.blocks import policies as blocks
from bot.blocks import schedule as schedule_blocks
from bot.blocks.ids import Button, View
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Policies
from bot.domain.whole_number import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from slack_bolt import App

    from handlers.answer import Answering
    from handlers.payloads import Press, Submission
    from handlers.talk import Talk

Policy = TypeVar("Policy", bound=StrEnum)


def register(app: App, answering: Answering) -> None:
    """Connect the form of a schedule's policies."""
    app.action(Button.POLICIES)(answering.press(ask))
    app.view(View.POLICIES)(answering.submission(save))


def ask(talk: Talk, press: Press) -> None:
    """Open the form with the schedule's policies as they are."""
    listed = talk.services.adjusting.to_edit(talk.asker, press.value)
    talk.open(blocks.form(listed, talk.services.adjusting.usual_grace))


def save(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Save the form's policies."""
    view = submission.view
    wanted = read_policies(view.text)
    schedule_id, _, version = view.metadata.partition(".")
    listed = talk.services.adjusting.set_policies(
        talk.asker,
        schedule_id,
        missed=wanted.missed,
        overlap=wanted.overlap,
        grace=wanted.grace,
        most_failures=wanted.most_failures,
        nickname=wanted.nickname,
        seen=whole_number(version),
    )
    message = schedule_blocks.with_policies(listed, talk.services.adjusting.usual_grace)
    return {"response_action": "update", "view": form_blocks.told("Saved", message)}


def read_policies(text: Callable[[FormField], str]) -> Policies:
    """Return the policies that a form holds. `text` returns what a field holds. Raises NotUnderstood."""
    return Policies(
        missed=_chosen(MissedPolicy, text(FormField.MISSED), FormField.MISSED),
        overlap=_chosen(OverlapPolicy, text(FormField.OVERLAP), FormField.OVERLAP),
        grace=_grace(text(FormField.GRACE)),
        most_failures=_most_failures(text(FormField.FAILURES)),
        nickname=text(FormField.NICKNAME),
    )


def _chosen(kind: type[Policy], value: str, field: FormField) -> Policy:
    try:
        return kind(value)
    except ValueError:
        raise NotUnderstood("Choose one of these.", field=field) from None


def _grace(seconds: str) -> timedelta | None:
    """Return the grace. None means as usual."""
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None


def _most_failures(chosen: str) -> int | None:
    """Return after how many failures in a row it waits. None means that it goes on."""
    return int(chosen) if chosen.isdecimal() else None
