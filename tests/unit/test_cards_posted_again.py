"""The storm's count of cards that were posted twice tells them from whatever else is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from playground.slack.records import Message
from tests.chaos.shown import posted_again
from tests.world import FINANCE

if TYPE_CHECKING:
    from tests.world import World


def posted(world: World) -> list[Message]:
    """What Slack has in #finance, each message as it was edited last."""
    found = []
    for number, each in enumerate(each for each in world.slack.posted if each.channel_id == FINANCE):
        now = (each.edits or [each.message])[-1]
        blocks = [dict(block) for block in now.blocks]
        found.append(Message(str(number), FINANCE, "U0BOT", now.text, blocks, True, each.thread_ts))
    return found


def test_a_card_is_told_from_another_runs_and_from_words(world: World):
    for _ in range(2):
        world.run_now()
        world.go_on(timedelta(seconds=10))
    messages = posted(world)
    cards = [each for each in messages if not each.thread_ts]
    words = Message("w", FINANCE, "U0BOT", "Sales report (#1) did not run.", bot=True)
    beside = Message("x", "C0OTHER", "U0BOT", cards[0].text, cards[0].blocks, bot=True)
    assert len(cards) == 2

    assert posted_again([*messages, words, words, beside]) == 0
    assert posted_again([*messages, cards[0], cards[1], cards[1]]) == 3
