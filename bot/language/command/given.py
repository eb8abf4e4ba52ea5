"""The inputs of a command: its name=value pairs, apart from the rest of its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.language.command.jobs import an_example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import Job

_INPUT = re.compile(
    r"""(?:\b(?:with|and)\s+|,\s*)?"""
    r"""(?P<name>[A-Za-z_][\w.-]*)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s,"']+)\s*,?""",
    re.IGNORECASE,
)


def split_inputs(text: str, jobs: Sequence[Job]) -> tuple[str, dict[str, str]]:
    """The text without its name=value pairs, wherever they stand, and the pairs."""
    inputs = {found["name"]: found["value"].strip("\"'") for found in _INPUT.finditer(text)}
    head = " ".join(_INPUT.sub(" ", text).split()).removesuffix(" with")
    if "=" in head:
        raise NotUnderstood(
            "I can't read the inputs. Write each as name=value, in quotes where a value has spaces.",
            words=head,
            example=f'{an_example(jobs)} every weekday at 9am with name="two words"',
        )
    return head, inputs
