"""A bug is planted for as long as its block lasts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

Bug = Callable[[], ExitStack]


def planted(*patches: Any) -> Bug:
    def plant() -> ExitStack:
        stack = ExitStack()
        for each in patches:
            stack.enter_context(each)
        return stack

    return plant
