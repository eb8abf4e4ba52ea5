"""Amazon MWAA: its web login, whose session cookie is Airflow's own token. Needs the extra `mwaa`."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bot.domain.errors import Unavailable
from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates
from bot.gateways.airflow.sign_in.renewing import Given, SignInRefused
from bot.gateways.airflow.sign_in.request import SigningIn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse

COOKIE = "_token"
ADVICE = (
    "Runbell's AWS identity needs airflow:CreateWebLoginToken on that environment and role; "
    "RUNBELL_AIRFLOW_MWAA_ENVIRONMENT "
    "is the environment's name, and AWS_REGION its region."
)
MISSING = "Install what signing in to Amazon MWAA needs: pip install 'runbell[mwaa]'."
REFUSED = ("MWAA refuses the login token that it gave", ADVICE)


class AmazonLogin:
    """An identity of AWS. `url` is the environment's Airflow.

    `profile` "" means the credentials that AWS's own libraries find by themselves.
    """

    def __init__(
        self, environment: str, url: str, *, profile: str = "", certificates: Certificates = SYSTEMS_OWN
    ) -> None:
        self._environment = environment
        scheme_and_host = urlsplit(url)
        address = f"{scheme_and_host.scheme}://{scheme_and_host.netloc}/pluginsv2/aws_mwaa/login"
        self._signing_in = SigningIn(address, refused=REFUSED, certificates=certificates)
        self._profile = profile
        self._mwaa: Any = None

    def __call__(self) -> Given:
        """Sign in with a login token of MWAA. Raises SignInRefused or Unavailable."""
        form = urlencode({"token": self._login_token()}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Given(self._signing_in.ask(form, headers, _cookie))

    def _login_token(self) -> str:
        """Return a token that MWAA's login takes within the next 60 seconds."""
        try:
            import boto3  # noqa: PLC0415  an extra
            from botocore import config, exceptions  # noqa: PLC0415
        except ImportError as error:
            raise SignInRefused(f"signing in to MWAA needs a package ({error.name})", MISSING) from error
        try:
            if self._mwaa is None:
                session = boto3.Session(profile_name=self._profile or None)
                patience = config.Config(connect_timeout=5, read_timeout=10, retries={"max_attempts": 1})
                self._mwaa = session.client("mwaa", config=patience)
            answer: Mapping[str, Any] = self._mwaa.create_web_login_token(Name=self._environment)
        except exceptions.ClientError as error:
            code = error.response.get("Error", {}).get("Code", "no reason told")
            raise SignInRefused(f"MWAA gives the bot no login token ({code})", ADVICE) from error
        except (exceptions.HTTPClientError, exceptions.ConnectionError) as error:
            raise Unavailable("Airflow", "signing in: MWAA does not answer", not_done=True) from error
        except exceptions.BotoCoreError as error:
            detail = f"MWAA gives the bot no login token ({type(error).__name__})"
            raise SignInRefused(detail, ADVICE) from error
        return str(answer["WebToken"])


def _cookie(answer: BaseHTTPResponse, body: bytes) -> str | None:  # noqa: ARG001  others read the body
    for line in answer.headers.getlist("Set-Cookie"):
        try:
            cookie = SimpleCookie(line)
        except CookieError:
            continue
        if COOKIE in cookie and cookie[COOKIE].value:
            return cookie[COOKIE].value
    return None
