"""A second try for a use case whose transaction the database undid to end a deadlock."""

from __future__ import annotations

from functools import wraps
from time import sleep
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from bot.domain.errors import Disturbed
from bot.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Callable

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
A_MOMENT = 0.1
"""Seconds in which the other transaction takes the lock. Without them it may lose it to the second try."""


def once_more(use_case: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let a use case run a second time if the database undid its transaction to end a deadlock.

    The use case must do nothing outside of its one transaction, or only after it. If it asks Slack or Airflow
    as well, its transactions are functions of their own. tests/architecture/test_once_more.py finds services
    that write and are not wrapped. Loops need it only where Slack has taken something: every other step
    begins anew by itself.
    """

    @wraps(use_case)
    def tried(*given: Given.args, **named: Given.kwargs) -> Answer:
        try:
            return use_case(*given, **named)
        except Disturbed:
            with waiting():
                sleep(A_MOMENT)
        # Once is enough: the other transaction of the deadlock has gone through by now.
        return use_case(*given, **named)

    return tried
