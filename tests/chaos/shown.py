"""How often each run's card was posted: by the run that it links to, whatever else was said beside it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.blocks.ids import Button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playground.slack.records import Message


def posted_again(messages: Iterable[Message]) -> int:
    """Return how many cards were posted although their place had a card of the same run.

    A card is the app's own message, in no thread, with a button that opens its run in Airflow.
    """
    posted = Counter(
        (each.channel, url) for each in messages if each.bot and not each.thread_ts for url in _runs(each)
    )
    return posted.total() - len(posted)


def _runs(message: Message) -> set[str]:
    elements = (each for block in message.blocks for each in block.get("elements", ()))
    return {each["url"] for each in elements if each.get("action_id") == Button.OPEN_IN_AIRFLOW}
