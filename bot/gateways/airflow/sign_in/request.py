"""One request that signs in. Its answer has a token, or an error says in a sentence why not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.gateways.airflow.answers import LONGEST_SIGN_IN, in_json, read_whole
from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates, pool_of
from bot.gateways.airflow.obstacles import NOTHING_THERE, Troubled, obstacle
from bot.gateways.airflow.sign_in.renewing import SignInRefused
from bot.gateways.airflow.unreached import renaming_errors
from bot.gateways.deadline import ends_within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from urllib3 import BaseHTTPResponse, PoolManager

TIMEOUT = 10.0
REFUSALS = frozenset({400, 401, 403, 422})


class SigningIn:
    """A request that signs in at one address.

    `refused` says what a refusal means, and what to do about it.
    """

    def __init__(
        self,
        address: str,
        *,
        refused: tuple[str, str],
        certificates: Certificates = SYSTEMS_OWN,
        timeout: float = TIMEOUT,
    ) -> None:
        self._address = address
        self._refused = refused
        self._certificates = certificates
        self._timeout = timeout
        self._pool: PoolManager | None = None

    def token(self, body: Mapping[str, Any]) -> str:
        """Post `body` as JSON and return the answer's access_token. Raises SignInRefused or Unavailable."""
        sent = json.dumps(body).encode()
        return self.ask(sent, {"Content-Type": "application/json"}, _access_token)

    def ask(
        self,
        sent: bytes,
        headers: Mapping[str, str],
        read: Callable[[BaseHTTPResponse, bytes], str | None],
    ) -> str:
        """Post `sent` and return what `read` finds in the answer. Raises SignInRefused or Unavailable."""
        with renaming_errors("signing in"), ends_within(2 * self._timeout):
            if self._pool is None:
                self._pool = pool_of(self._address, self._certificates)
            answer = self._pool.request(
                "POST",
                self._address,
                body=sent,
                headers={"Accept": "application/json", **headers},
                timeout=self._timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                return self._token_in(answer, read_whole(answer, LONGEST_SIGN_IN), read)
            finally:
                answer.close()

    def _token_in(
        self, answer: BaseHTTPResponse, body: bytes, read: Callable[[BaseHTTPResponse, bytes], str | None]
    ) -> str:
        if answer.status in REFUSALS and _is_airflows(body):
            detail, advice = self._refused
            raise SignInRefused(detail, advice)
        is_success = 200 <= answer.status < 300  # noqa: PLR2004  as HTTP has it
        is_login = 300 <= answer.status < 400  # noqa: PLR2004  a login may send a browser on, with its cookie
        token = read(answer, body) if is_success or is_login else None
        if token:
            return token
        if is_success and body.lstrip()[:1] in {b"{", b"["}:
            detail = f"signing in was answered {answer.status} and no token"
            raise Troubled("Airflow", detail, answer.status, NOTHING_THERE)
        raise obstacle(answer, body, asked=self._address, during="signing in")


def _is_airflows(body: bytes) -> bool:
    """Return whether Airflow refused. A page of HTML comes from a proxy that stands before it."""
    return not body.lstrip().startswith(b"<")


def _access_token(answer: BaseHTTPResponse, body: bytes) -> str | None:  # noqa: ARG001  others read its headers
    try:
        read = in_json(body)
    except ValueError:
        return None
    token = read.get("access_token") if isinstance(read, dict) else None
    return token if isinstance(token, str) and token else None
