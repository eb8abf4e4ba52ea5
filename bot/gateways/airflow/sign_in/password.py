"""A name and a password: FAB, SimpleAuth and Keycloak take them in the same form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates
from bot.gateways.airflow.sign_in.renewing import Given, RenewedTokens
from bot.gateways.airflow.sign_in.request import TIMEOUT, SigningIn

if TYPE_CHECKING:
    from bot.domain.clock import Clock

REFUSED = (
    "it refuses the bot's name and password",
    (
        "Correct RUNBELL_AIRFLOW_USERNAME and RUNBELL_AIRFLOW_PASSWORD: the account must be able to sign "
        "in to Airflow itself."
    ),
)


class Password:
    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        certificates: Certificates = SYSTEMS_OWN,
        timeout: float = TIMEOUT,
    ) -> None:
        address = f"{url.rstrip('/')}/auth/token"
        self._signing_in = SigningIn(address, refused=REFUSED, certificates=certificates, timeout=timeout)
        self._credentials = {"username": username, "password": password}

    def __call__(self) -> Given:
        """Return a token for the name and password. Raises SignInRefused or Unavailable."""
        return Given(self._signing_in.token(self._credentials))


class PasswordTokens(RenewedTokens):
    """Tokens for a name and a password, in one step."""

    def __init__(
        self, url: str, username: str, password: str, *, clock: Clock | None = None, timeout: float = TIMEOUT
    ) -> None:
        super().__init__(Password(url, username, password, timeout=timeout), clock=clock)
