"""In a storm each error is a fold, where Slack takes folds, and says what the older form says."""

from __future__ import annotations

import html
from typing import Any

import pytest

from bot.domain.notice import Message
from tests.drawn import of_jobs_and_runs  # noqa: F401  registers the samples
from tests.drawn.samples import draw

STORMS = [each for each in draw("bot.blocks.storm.storm", "Sales & <report>") if isinstance(each, Message)]


def words(block: dict[str, Any]) -> str:
    """Everything that a block says, without the marks around it."""
    if block["type"] == "container":
        return " ".join([block["title"]["text"], *map(words, block["child_blocks"])])
    texts = [each for each in (block, *block.get("elements", [])) if "text" in each]
    said = " ".join(each["text"] if isinstance(each["text"], str) else each["text"]["text"] for each in texts)
    return " ".join(html.unescape(said).replace("*", "").replace("`", "").split())


@pytest.mark.parametrize("message", [each for each in STORMS if each.newer])
def test_a_fold_says_what_the_older_form_says(message: Message):
    assert "container" in {each["type"] for each in message.newer}
    assert [words(each) for each in message.newer] == [words(each) for each in message.blocks]


def test_a_storm_that_is_over_has_nothing_to_fold():
    assert any(not each.newer for each in STORMS)
