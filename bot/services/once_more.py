"""A use case is done once more when the database undid it for another's sake."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from bot.domain.errors import Disturbed

if TYPE_CHECKING:
    from collections.abc import Callable

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def once_more(use_case: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Wrap a use case that does nothing outside of its one transaction, or only after that.

    tests/architecture/test_once_more.py finds services that write and are not wrapped. What asks Slack or
    Airflow as well has its transactions in functions of their own. The loops need it only where Slack has
    taken something: every other step is begun anew.
    """

    @wraps(use_case)
    def tried(*given: Given.args, **named: Given.kwargs) -> Answer:
        try:
            return use_case(*given, **named)
        except Disturbed:
            return use_case(*given, **named)

    return tried
