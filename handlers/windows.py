"""Where an answer is shown: where it was typed or pressed, or in a window over somebody's Home."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bot.blocks.form import told
from bot.blocks.parts import in_parts
from bot.domain.errors import Expired
from bot.domain.notice import Message
from handlers.patience import patiently
from handlers.payloads import is_home, is_window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.domain.ports import Slack
    from handlers.payloads import Written

TITLE = "Runbell"


def answer_to(slack: Slack, body: Mapping[str, Any]) -> Callable[..., object] | None:
    """Return what answers where it was pressed or typed. None inside forms, where nothing can.

    Slack gives no way to answer in a Home: the answer opens as a window over it, and what is pressed in that
    window is answered in its place.
    """
    url = body.get("response_url")
    if url:
        return lambda **said: slack.answer(str(url), said)
    if is_home(body):
        return _over_home(slack, str(body.get("trigger_id", "")), str(body["user"]["id"]))
    if is_window(body):
        return _in_window(slack, str(body["view"]["id"]))
    return None


def answer_in_words(slack: Slack, written: Written) -> Callable[..., None]:
    """Return what answers a direct message, or a mention in its thread, as soon as Slack lets it."""

    def say(message: Message) -> None:
        who = written.origin
        if written.thread_ts:
            slack.whisper(who.channel_id, who.person_id, message, thread_ts=written.thread_ts)
        else:
            slack.post(who.channel_id, message)

    def answer(*, text: str, blocks: list[Any], newer: Sequence[Any] = (), **_: Any) -> None:
        parts = in_parts(blocks)
        for part in parts:
            message = Message(text, tuple(part), tuple(newer) if len(parts) == 1 else ())
            patiently(partial(say, message))

    return answer


def _over_home(slack: Slack, trigger_id: str, person_id: str) -> Callable[..., object]:
    def answer(*, text: str, blocks: list[Any], **_: Any) -> None:
        message = Message(text, tuple(blocks))
        try:
            slack.open_view(trigger_id, told(TITLE, message))
        except Expired:  # Slack did not wait for it; the direct messages are beside the Home
            slack.post(person_id, message)

    return answer


def _in_window(slack: Slack, view_id: str) -> Callable[..., object]:
    def answer(*, text: str, blocks: list[Any], **_: Any) -> None:
        slack.update_view(view_id, told(TITLE, Message(text, tuple(blocks))))

    return answer
