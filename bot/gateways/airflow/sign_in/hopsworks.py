"""Hopsworks: its own token is exchanged for one of Airflow that lasts an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates
from bot.gateways.airflow.sign_in.given import TokenFile
from bot.gateways.airflow.sign_in.renewing import Given
from bot.gateways.airflow.sign_in.request import SigningIn

if TYPE_CHECKING:
    from pathlib import Path

PATH = "/hopsworks-api/airflow/auth/token"
LASTS = timedelta(hours=1)
REFUSED = (
    "Hopsworks refuses the bot's own token",
    (
        "Write a valid token of Hopsworks into the file of RUNBELL_AIRFLOW_HOPSWORKS_TOKEN_FILE: it may "
        "have ended."
    ),
)


class HopsworksAccount:
    """An account of Hopsworks. `token_file` is read at each sign-in, because that token ends as well."""

    def __init__(self, url: str, token_file: Path, *, certificates: Certificates = SYSTEMS_OWN) -> None:
        at = urlsplit(url)
        self._signing_in = SigningIn(
            f"{at.scheme}://{at.netloc}{PATH}", refused=REFUSED, certificates=certificates
        )
        self._own_token = TokenFile(token_file)

    def __call__(self) -> Given:
        """Exchange Hopsworks' token for one of Airflow. Raises SignInRefused or Unavailable."""
        return Given(self._signing_in.token({"hopsworks_jwt": self._own_token.current()}), LASTS)
