"""A client's id and secret: what Airflow's Keycloak auth manager gives to services."""

from __future__ import annotations

from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates
from bot.gateways.airflow.sign_in.renewing import Given
from bot.gateways.airflow.sign_in.request import SigningIn

REFUSED = (
    "it refuses the bot's client id and secret",
    (
        "Correct RUNBELL_AIRFLOW_CLIENT_ID and RUNBELL_AIRFLOW_CLIENT_SECRET: in Keycloak the client needs "
        "service accounts turned on."
    ),
)


class ClientCredentials:
    def __init__(
        self, url: str, client_id: str, client_secret: str, *, certificates: Certificates = SYSTEMS_OWN
    ) -> None:
        address = f"{url.rstrip('/')}/auth/token"
        self._signing_in = SigningIn(address, refused=REFUSED, certificates=certificates)
        self._credentials = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }

    def __call__(self) -> Given:
        """Return a token for the client. Raises SignInRefused or Unavailable."""
        return Given(self._signing_in.token(self._credentials))
