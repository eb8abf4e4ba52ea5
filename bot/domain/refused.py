"""What admins are told that Slack or PagerDuty does not take, as facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlackRefused:
    """Slack refused a message. `place_id` is a channel's or a person's; `code` is Slack's."""

    place_id: str
    code: str


@dataclass(frozen=True, slots=True)
class PagerRefused:
    """PagerDuty does not take what it is told of a project's failures. `pager` is its routing key's name.

    `code` is the status of its answer, or a word of ours.
    """

    pager: str
    project: str
    code: str
