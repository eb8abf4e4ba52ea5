"""Each way to sign in: what is asked, as documented, and that no hand-over is lost as a token ends."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.domain.clock import SystemClock
from bot.gateways.airflow import Certificates, RestAirflow
from bot.settings.accounts import KnownAccount, tokens_of
from tests.fakes.http_server import Answer, HttpServer, Request

if TYPE_CHECKING:
    from pathlib import Path

HUNDRED = 100
ENDS_AFTER = 37
"""Hand-overs."""
WAYS = (
    "password",
    "client credentials",
    "token file",
    "token command",
    "google",
    "mwaa",
    "hopsworks",
)


class Airflow:
    """Every office that gives out tokens for this Airflow, and the Airflow itself, at one address.

    A token ends after ENDS_AFTER hand-overs: the next one is refused with it.
    """

    def __init__(self, token_file: Path) -> None:
        self.runs: list[str] = []
        self.signed_in: list[Request] = []
        self.token = ""
        self._token_file = token_file
        self._lock = threading.Lock()
        self.give_new()

    def give_new(self) -> str:
        self.token = f"token-{len(self.signed_in)}"
        self._token_file.write_text(self.token + "\n")
        return self.token

    def __call__(self, request: Request) -> Answer:
        with self._lock:
            path = request.path
            if path.endswith("/dagRuns"):
                return self._started(request)
            if path.startswith("/webtoken/"):
                return Answer(200, {"WebToken": "good-for-60-s", "WebServerHostname": "127.0.0.1"})
            self.signed_in.append(request)
            token = self.give_new()
            if path == "/pluginsv2/aws_mwaa/login":
                cookie = f"_token={token}; Path=/; Secure; HttpOnly"
                return Answer(self.login_answers, b"<html>Airflow</html>", {"Set-Cookie": cookie})
            if path == "/google":
                return Answer(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})
            return Answer(201, {"access_token": token})

    def _started(self, request: Request) -> Answer:
        if request.headers["Authorization"] != f"Bearer {self.token}":
            return Answer(401, {"detail": "Token Expired"})
        if len(self.runs) == ENDS_AFTER and len(self.signed_in) < self.renewals_needed:
            self.token = "another"
            if self.renews_file:
                self.signed_in.append(request)
                self.give_new()
            return Answer(401, {"detail": "Token Expired"})
        self.runs.append(request.body["dag_run_id"])
        return Answer(200, {"dag_id": "payroll", "dag_run_id": request.body["dag_run_id"], "state": "queued"})

    login_answers = 200
    renewals_needed = 2
    renews_file = False


def account(way: str, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> KnownAccount:
    given: dict[str, dict[str, Any]] = {
        "password": {"username": "runbell", "password": "pw"},
        "client credentials": {"client_id": "runbell", "client_secret": "cs"},
        "token file": {"token_file": folder / "token"},
        "token command": {"token_command": f"{sys.executable} {folder / 'command.py'} {url}"},
        "google": {"google_credentials_file": folder / "google.json"},
        "mwaa": {"mwaa_environment": "finance"},
        "hopsworks": {"hopsworks_token_file": folder / "hopsworks"},
    }
    (folder / "hopsworks").write_text("its-own-token\n")
    (folder / "command.py").write_text(
        "import json, sys, urllib.request\n"
        "asked = urllib.request.Request(sys.argv[1] + '/command', data=b'{}')\n"
        "print(json.load(urllib.request.urlopen(asked))['access_token'])\n"
    )
    if way == "google":
        (folder / "google.json").write_text(json.dumps(service_account(url)))
    for name, value in {
        "AWS_ENDPOINT_URL_MWAA": url,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
    }.items():
        monkeypatch.setenv(name, value)
    return KnownAccount.model_validate(given[way])


def service_account(url: str) -> dict[str, str]:
    """As Google hands it out, with another address to sign in at."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "client_email": "runbell@example.iam.gserviceaccount.com",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "token_uri": f"{url}/google",
    }


@pytest.fixture
def standing_in(tmp_path: Path) -> Airflow:
    return Airflow(tmp_path / "token")


def signing_in(way: str, tmp_path: Path, server: HttpServer, monkeypatch: pytest.MonkeyPatch) -> RestAirflow:
    tokens = tokens_of(
        account(way, tmp_path, server.url, monkeypatch), server.url, Certificates(), SystemClock()
    )
    return RestAirflow(server.url, tokens)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_token_that_ends_in_the_middle_of_a_hundred_hand_overs_loses_none(
    way: str, standing_in: Airflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if way == "token file":
        standing_in.renews_file, standing_in.renewals_needed = True, 1
    ids = [f"runbell__{number}" for number in range(HUNDRED)]
    with HttpServer(standing_in) as server:
        airflow = signing_in(way, tmp_path, server, monkeypatch)
        with ThreadPoolExecutor(8) as pool:
            started = pool.map(
                lambda run_id: airflow.start("payroll", run_id, run_after=None, conf={}, note=""), ids
            )
            assert [run.run_id for run in started] == ids

    assert sorted(standing_in.runs) == sorted(ids)
    assert len(standing_in.signed_in) == standing_in.renewals_needed


ASKED: dict[str, tuple[str, Any]] = {
    "password": ("/auth/token", {"username": "runbell", "password": "pw"}),
    "client credentials": (
        "/auth/token",
        {"grant_type": "client_credentials", "client_id": "runbell", "client_secret": "cs"},
    ),
    "mwaa": ("/pluginsv2/aws_mwaa/login", {"token": ["good-for-60-s"]}),
    "hopsworks": ("/hopsworks-api/airflow/auth/token", {"hopsworks_jwt": "its-own-token"}),
}


@pytest.mark.parametrize("way", ASKED)
def test_signing_in_asks_as_documented(
    way: str, standing_in: Airflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with HttpServer(standing_in) as server:
        airflow = signing_in(way, tmp_path, server, monkeypatch)
        airflow.start("payroll", "runbell__1", run_after=None, conf={}, note="")

    (asked,) = standing_in.signed_in
    body = asked.body if isinstance(asked.body, dict) else parse_qs(asked.body)
    assert (asked.path, body) == ASKED[way]
    assert server.requests[-1].headers["Authorization"] == "Bearer token-1"


@pytest.mark.slow
def test_google_is_asked_with_a_signed_assertion_of_the_service_account(
    standing_in: Airflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with HttpServer(standing_in) as server:
        airflow = signing_in("google", tmp_path, server, monkeypatch)
        airflow.start("payroll", "runbell__1", run_after=None, conf={}, note="")

    form = parse_qs(standing_in.signed_in[0].body)
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert form["assertion"][0].count(".") == 2


@pytest.mark.parametrize("login_answers", [200, 302])
def test_amazon_is_asked_for_a_login_token_of_the_environment(
    standing_in: Airflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login_answers: int
):
    standing_in.login_answers = login_answers
    with HttpServer(standing_in) as server:
        airflow = signing_in("mwaa", tmp_path, server, monkeypatch)
        airflow.start("payroll", "runbell__1", run_after=None, conf={}, note="")

    asked = server.requests[0]
    assert (asked.method, asked.path) == ("POST", "/webtoken/finance")
    assert asked.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
