"""Secret inputs, sealed before a draft is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood, Rejected
from bot.domain.sealed import is_sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.domain.job import Job
    from storage.transaction import Transaction


def sealed(tx: Transaction, job: Job, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs with secrets sealed. Raises NotUnderstood for a secret if there is no key."""
    secret = [each for each in job.inputs if each.is_secret and each.name in inputs]
    try:
        return tx.secrets.seal(inputs, [each.name for each in secret])
    except Rejected:
        raise NotUnderstood(
            f"“{secret[0].title}” looks like a secret, and Runbell has no key to encrypt it with. "
            "Whoever runs Runbell can set RUNBELL_SECRETS_KEY (docs/operating.md says how).",
            field=secret[0].name,
        ) from None


def secrets_among(job: Job, given: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the secret inputs among these, the later ones before the earlier."""
    names = {each.name for each in job.inputs if each.is_secret}
    return {
        name: value for inputs in given for name, value in inputs.items() if name in names or is_sealed(value)
    }
