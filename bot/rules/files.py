"""Files among a job's inputs: for one run each, kept until then, and fetched at an address of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from bot.domain.errors import FileMissing, NotUnderstood, Rejected
from bot.domain.form_field import FormField
from bot.domain.kept_file import KEPT, is_file, names_of
from bot.domain.when import is_once, next_after

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from bot.domain.draft import Draft
    from bot.domain.limits import FileLimits
    from bot.domain.when import When
    from storage.secrets import Secrets
    from storage.transaction import Transaction

PATH = "/files/"
MOST_DIGITS = 12
"""Of the second until which an address holds. Python reads no number of thousands of digits."""
NO_URL = "no_files_url"
"""The code of what is raised if there is a file, and no address at which it could be fetched."""


def check_files(
    tx: Transaction, workspace_id: str, when: When | None, inputs: Mapping[str, Any], now: datetime
) -> None:
    """Raise NotUnderstood if a file would be for several runs, FileMissing if it is no longer kept."""
    names = names_of(inputs)
    if not names:
        return
    if when is not None and not is_once(when):
        raise NotUnderstood(
            "A file is for one run, so what repeats cannot have one. Choose a single time, or run it now.",
            field=FormField.WHEN,
        )
    known = tx.files.known(workspace_id, names, now)
    for input_name, value in inputs.items():
        if is_file(value) and value[KEPT] not in known:
            sentence = f"“{value['name']}” is no longer kept, because a file is kept for one run."
            raise FileMissing(f"{sentence} Choose it again in the form.", field=input_name)


def check_arrived(tx: Transaction, draft: Draft, now: datetime) -> None:
    """Raise like `check_files`, and FileMissing if a file has not come from Slack yet, or never will."""
    check_files(tx, draft.place.workspace_id, draft.when, draft.inputs, now)
    found = tx.files.known(draft.place.workspace_id, names_of(draft.inputs), now)
    for each in found.values():
        if each.trouble:
            raise FileMissing(each.trouble)
    awaited = {file_id: each.name for file_id, each in found.items() if not each.has_arrived}
    for name in awaited.values():
        raise FileMissing(
            f"“{name}” is still on its way from Slack. Press Preview again in a few seconds.",
            awaited=tuple(awaited),
        )


def keep_files(tx: Transaction, draft: Draft, now: datetime, life: timedelta) -> None:
    """Keep the draft's files until the run that it asks for can no longer fetch them."""
    file_ids = names_of(draft.inputs)
    due_at = now if draft.when is None else next_after(draft.when, now)
    if file_ids and due_at is not None:
        tx.files.keep_until(file_ids, due_at + life)


def with_addresses(
    secrets: Secrets, limits: FileLimits, inputs: Mapping[str, Any], due_at: datetime
) -> dict[str, Any]:
    """Return the inputs with an address in place of each file, at which the job may fetch it for a while.

    Raises Rejected if no address is set at which Airflow reaches us.
    """
    return {
        name: _address(secrets, limits, value, due_at) if is_file(value) else value
        for name, value in inputs.items()
    }


def _address(secrets: Secrets, limits: FileLimits, value: Mapping[str, Any], due_at: datetime) -> str:
    if limits.why_not or not limits.url:
        raise Rejected("Runbell", f"{limits.why_not} is not set any more", NO_URL)
    file_id, until = str(value[KEPT]), int((due_at + limits.life).timestamp())
    signature = secrets.sign(_signed(file_id, until))
    # `sig` is among the words after which whatever Airflow tells is hidden.
    where = f"{limits.url.rstrip('/')}{PATH}{file_id}/{quote(str(value['name']), safe='')}"
    return f"{where}?until={until}&sig={signature}"


def _signed(file_id: str, until: int) -> str:
    return f"{file_id} until {until}"


def asked_for(secrets: Secrets, path: str) -> tuple[str, int] | None:
    """Return the file's id, and the second until which it may be fetched. None for a false address."""
    parts = urlsplit(path)
    query = parse_qs(parts.query)
    file_id, _, _ = parts.path.removeprefix(PATH).partition("/")
    until, signature = (query.get(name, [""])[0] for name in ("until", "sig"))
    if not (until.isascii() and until.isdecimal() and len(until) <= MOST_DIGITS and signature.isascii()):
        return None
    is_ours = secrets.is_signed(_signed(file_id, int(until)), signature)
    return (file_id, int(until)) if is_ours else None
