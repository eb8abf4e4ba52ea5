"""Secret inputs, sealed before they are written and opened when Airflow is given them."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import String, cast, or_, select, update

from bot.domain.errors import Rejected
from bot.domain.sealed import SEALED, is_sealed
from storage.jobs import Jobs
from storage.tables import drafts, firings, schedules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

NO_KEY = "no key for secret inputs is set"


class Secrets:
    """Sealing and opening of secret inputs.

    The first of `keys` seals, each of them opens. Without keys secrets cannot be kept.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._key = MultiFernet([Fernet(each) for each in keys]) if keys else None
        self._signing = list(keys)

    @property
    def can_seal(self) -> bool:
        """Whether there is a key."""
        return self._key is not None

    def seal(self, inputs: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
        """Return the inputs with these sealed, unless they are already. Raises Rejected without a key."""
        found = dict(inputs)
        for name in names:
            if name in found and found[name] is not None and not is_sealed(found[name]):
                if self._key is None:
                    raise Rejected("database", NO_KEY, "no key")
                found[name] = {SEALED: self._key.encrypt(json.dumps(found[name]).encode()).decode()}
        return found

    def open(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs as Airflow is given them, without those that no key opens."""
        opened = {name: self._opened(value) for name, value in inputs.items() if is_sealed(value)}
        return {
            name: opened[name][0] if name in opened else value
            for name, value in inputs.items()
            if opened.get(name) != []
        }

    def seal_bytes(self, content: bytes) -> bytes:
        """Return the content sealed. Raises Rejected without a key."""
        if self._key is None:
            raise Rejected("database", NO_KEY, "no key")
        return self._key.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes | None:
        """Return the content. None if no key opens it."""
        try:
            return None if self._key is None else self._key.decrypt(sealed)
        except InvalidToken:
            return None

    def sign(self, text: str) -> str:
        """Return a signature of the text, made with the newest key. Raises Rejected without a key."""
        if not self._signing:
            raise Rejected("database", NO_KEY, "no key")
        return _signature(self._signing[0], text)

    def is_signed(self, text: str, signature: str) -> bool:
        """Return whether the signature is the text's, by any key. How long that takes tells nothing."""
        made = [_signature(each, text).encode() for each in self._signing]
        return any([hmac.compare_digest(each, signature.encode()) for each in made])  # noqa: C419  all of them

    def unreadable(self, inputs: Mapping[str, Any]) -> list[str]:
        """Return the names of sealed inputs that no key opens."""
        return [name for name, value in inputs.items() if is_sealed(value) and not self._opened(value)]

    def _opened(self, value: Mapping[str, Any]) -> list[Any]:
        """Return a list of the opened value; an empty list if no key opens it. The value may be None."""
        try:
            return [] if self._key is None else [json.loads(self._key.decrypt(str(value[SEALED])))]
        except (InvalidToken, ValueError):
            return []


def _signature(key: str, text: str) -> str:
    """Return the HMAC of the text. What it begins with keeps it apart from whatever else a key signs."""
    return hmac.new(key.encode(), f"Runbell's address: {text}".encode(), hashlib.sha256).hexdigest()


def key_beside(path: Path) -> str:
    """Return the key from the file beside a SQLite database; create it, for its owner only, if missing."""
    file = path.with_name(f"{path.name}.key")
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(made, "w") as opened:
        key = Fernet.generate_key().decode()
        opened.write(f"{key}\n")
    return key


def seal_kept(connection: Connection, secrets: Secrets, deployment: str) -> int:
    """Seal secrets that were written before there was a key. Return the number of rows changed."""
    count = 0
    for job in Jobs(connection).everything(deployment):
        names = [each.name for each in job.inputs if each.is_secret]
        for table in (drafts, schedules, firings) if names else ():
            key = next(iter(table.primary_key))
            text = cast(table.c.inputs, String)
            rows = connection.execute(
                select(key, table.c.inputs).where(
                    table.c.deployment == deployment,
                    table.c.dag_id == job.key.dag_id,
                    or_(*(text.contains(json.dumps(each), autoescape=True) for each in names)),
                    text.not_like(f"%{SEALED}%"),
                )
            ).all()
            for row in rows:
                sealed = secrets.seal(row.inputs, names)
                if sealed != row.inputs:
                    connection.execute(update(table).where(key == row[0]).values(inputs=sealed))
                    count += 1
    return count
