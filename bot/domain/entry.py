"""One entry of the audit: who did what, or tried to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


COUNTED = "refused.more"
"""The action of an entry that counts refusals, if there are too many to write one by one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    `action` is like "share.add", `person_id` a Slack id or "file"; `allowed` False means denied.
    """

    audit_id: int
    at: datetime
    workspace_id: str
    person_id: str
    channel_id: str
    action: str
    subject: str
    project_id: int | None
    allowed: bool
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
