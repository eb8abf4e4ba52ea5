"""Google's managed Airflow: the OAuth2 access token of a service account. Needs the extra `google`."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.clock import Clock, SystemClock
from bot.domain.errors import Unavailable
from bot.gateways.airflow.answers import ENDS_WITHIN
from bot.gateways.airflow.sign_in.renewing import Given, SignInRefused
from bot.gateways.deadline import ends_within

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
ADVICE = (
    "Give Runbell a service account: a key file in GOOGLE_APPLICATION_CREDENTIALS (or "
    "google_credentials_file of a "
    "project's account), or the machine's own; it needs the role Composer User."
)
MISSING = "Install what signing in to Google needs: pip install 'runbell[google]'."


class GoogleAccount:
    """A service account. `key_file` None means the credentials that Google's libraries find by themselves."""

    def __init__(self, key_file: Path | None = None, *, clock: Clock | None = None) -> None:
        self._key_file = key_file
        self._clock = clock or SystemClock()
        self._credentials: Any = None

    def __call__(self) -> Given:
        """Return an access token of Google. Raises SignInRefused or Unavailable."""
        try:
            import google.auth  # noqa: PLC0415  an extra
            from google.auth import exceptions  # noqa: PLC0415
            from google.auth.transport.requests import Request  # noqa: PLC0415
            from google.oauth2 import service_account  # noqa: PLC0415
        except ImportError as error:
            raise SignInRefused(f"signing in to Google needs a package ({error.name})", MISSING) from error
        try:
            if self._credentials is None:
                self._credentials = self._found(google.auth, service_account)
            with ends_within(ENDS_WITHIN):
                self._credentials.refresh(Request())
        except exceptions.TransportError as error:
            raise Unavailable("Airflow", "signing in: Google does not answer", not_done=True) from error
        except (exceptions.GoogleAuthError, OSError, ValueError) as error:
            detail = f"Google gives the bot no token ({type(error).__name__})"
            raise SignInRefused(detail, ADVICE) from error
        return Given(str(self._credentials.token), self._lasts())

    def _found(self, auth: Any, service_account: Any) -> Any:
        if self._key_file is None:
            credentials, _project = auth.default(scopes=[SCOPE])
            return credentials
        return service_account.Credentials.from_service_account_file(str(self._key_file), scopes=[SCOPE])

    def _lasts(self) -> timedelta | None:
        """Return how long the token lasts. google-auth gives its end as UTC without a zone."""
        ends_at = self._credentials.expiry
        if ends_at is None:
            return None
        lasts: timedelta = ends_at.replace(tzinfo=UTC) - self._clock.now()
        return max(lasts, timedelta(seconds=1))
