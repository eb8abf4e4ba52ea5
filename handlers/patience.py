"""Answers that somebody waits for are said as soon as Slack lets them."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

from bot.domain.errors import RateLimited
from bot.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_WAITS = 3
LONGEST_WAIT = 10.0
"""Seconds. Slack takes a message a second in each channel."""


def patiently(say: Callable[[], object]) -> None:
    """Say something, once more after each wait that Slack asks for.

    Raises RateLimited if Slack asks for a long wait, or again and again.
    """
    for _ in range(MOST_WAITS):
        try:
            say()
        except RateLimited as error:
            if error.retry_after > LONGEST_WAIT:
                raise
            with waiting():
                sleep(error.retry_after)
        else:
            return
    say()
