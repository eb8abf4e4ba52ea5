"""Everything that can go wrong, sorted by who can correct it.

RunbellError
├── UserError        the person can: shown to them as it is, with what to do next
│   ├── NotUnderstood
│   ├── NotAllowed
│   ├── NotFound
│   └── Conflict
│       └── ScheduledMeanwhile
└── Fault            we or the operator can: "our side", logged with a reference
    ├── Unavailable  Airflow, Slack or the database did not answer: ask again later
    │   ├── Disturbed    the database undid it to let another transaction end: done once more
    │   ├── RateLimited
    │   ├── AppRefused   Slack refuses the app itself, whatever is asked
    │   └── Forbidden    Airflow's account lacks a right
    └── Rejected     it answered, and will answer the same again
        └── Expired  Slack waited for a form, and has given up
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONG_QUOTE = re.compile(r"“([^”]{100})[^”]+”")
"""What somebody typed, where it is longer than anybody reads twice."""
LONGEST_RETRY_AFTER = 300.0
"""Seconds. Even if a system asks for a longer rest, it is tried again after this."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was refused, for the audit: an action on a job in a project.

    `reference` names the job, for a button that asks for more.
    """

    action: str
    subject: str
    project_id: int
    reference: str = ""


class RunbellError(Exception):
    """The root of every error raised on purpose."""


class UserError(RunbellError):
    """An error whose text is a sentence for the person, and says what to do next.

    What the sentence quotes of their words is cut to what one sees at a glance.

    `field` is the form's field that it belongs to. `example` is close to what was asked, and would work.
    `attempt` is the right that was missing, if that is the reason.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        example: str = "",
        attempt: Attempt | None = None,
    ) -> None:
        self.message = _LONG_QUOTE.sub(r"“\1…”", message)
        super().__init__(self.message)
        self.field = field
        self.example = example
        self.attempt = attempt


class NotUnderstood(UserError):
    """What was typed makes no sense here. `words` are those that were not understood."""

    def __init__(self, reason: str, *, words: str = "", example: str = "", field: str | None = None) -> None:
        super().__init__(reason, field=field, example=example)
        self.words = words


class SeveralWrong(NotUnderstood):
    """Several fields of one form are wrong. `errors` has one for each.

    Without a form, the first one speaks for all.
    """

    def __init__(self, errors: Sequence[NotUnderstood]) -> None:
        first = errors[0]
        super().__init__(first.message, words=first.words, example=first.example, field=first.field)
        self.errors = tuple(errors)


class NotAllowed(UserError):
    """The person may see the thing but not do this; the text says who can allow it."""


class NotFound(UserError):
    """The thing does not exist, or the person may not know that it does."""


class Conflict(UserError):
    """The thing has changed: it is done already, expired, or in another state."""


class ScheduledMeanwhile(Conflict):
    """A schedule like this one was made since the preview was drawn, which the person cannot know."""


class FileMissing(Conflict):
    """A file among the inputs has not come from Slack, or is no longer kept: it is to be chosen again.

    `awaited` has the ids of those that may still come.
    """

    def __init__(self, message: str, *, field: str | None = None, awaited: tuple[str, ...] = ()) -> None:
        super().__init__(message, field=field)
        self.awaited = awaited


class Fault(RunbellError):
    """An error that is not the person's doing. `system` is "Airflow", "Slack" or "database"."""

    def __init__(self, system: str, detail: str) -> None:
        super().__init__(f"{system}: {detail}")
        self.system = system
        self.detail = detail


class Unavailable(Fault):
    """No answer, or a passing refusal: worth another try later.

    `not_done` means that what was asked has certainly not happened and will not; otherwise it may have.
    `code` is the error word of the answer, "" without an answer. `advice` says what the operator can do about
    it, "" if unknown.
    """

    def __init__(
        self, system: str, detail: str, *, not_done: bool = False, code: str = "", advice: str = ""
    ) -> None:
        super().__init__(system, detail)
        self.not_done = not_done
        self.code = code
        self.advice = advice


class Disturbed(Unavailable):
    """The database undid a transaction to let another one end; nothing of it happened. Do it again."""

    def __init__(self) -> None:
        super().__init__("database", "others were changing the same; try again", not_done=True)


class RateLimited(Unavailable):
    """The system refuses requests for `retry_after` seconds, which are at most LONGEST_RETRY_AFTER."""

    def __init__(self, system: str, detail: str, retry_after: float) -> None:
        super().__init__(system, detail, not_done=True)
        self.retry_after = min(retry_after, LONGEST_RETRY_AFTER)


class AppRefused(Unavailable):
    """Slack refuses the app, not the request: its token was revoked or expired, or lacks a scope.

    Every call is refused until an operator mends that, so whatever waits keeps waiting.
    """

    def __init__(self, system: str, code: str) -> None:
        detail = f"it refuses the app ({code}); `python -m bot check` says what to do"
        super().__init__(system, detail, not_done=True, code=code)


class Forbidden(Unavailable):
    """Airflow knows the account and does not let it do this, until somebody there gives it the right.

    `needs` names the rights in Airflow's words, "" if they are unknown.
    """

    def __init__(self, system: str, detail: str, *, needs: str = "", advice: str = "") -> None:
        needed = f": its account there needs {needs}" if needs else ""
        super().__init__(system, f"{detail}{needed}", not_done=True, code="403", advice=advice)
        self.needs = needs


class Rejected(Fault):
    """An answer that would be the same at the next try. `code` is the HTTP status or Slack's error word."""

    def __init__(self, system: str, detail: str, code: str) -> None:
        super().__init__(system, detail)
        self.code = code


class Expired(Rejected):
    """The three seconds are over in which Slack opens a form for a press or a command, or one was opened."""
