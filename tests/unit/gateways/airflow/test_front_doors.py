"""Ways to Airflow that work: a path, certificates of our own, and proxies, for signing in as for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.gateways.airflow import Certificates, RestAirflow
from bot.gateways.airflow.sign_in import Password, RenewedTokens
from tests.fakes.certificates import Authority, over_https
from tests.fakes.http_server import Answer, HttpServer, Request

if TYPE_CHECKING:
    from pathlib import Path


def airflow(request: Request) -> Answer:
    if request.path.endswith("/auth/token"):
        return Answer(201, {"access_token": "a-token"})
    return Answer(200, {"dags": [], "total_entries": 0})


def asked_through(url: str, certificates: Certificates) -> None:
    tokens = RenewedTokens(Password(url, "bot", "pw", certificates=certificates))
    assert RestAirflow(url, tokens, certificates=certificates).jobs() == []


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("path", ["", "/", "/airflow", "/team/a%20b/"])
def test_a_path_in_the_address_stands_before_every_request(path: str):
    with HttpServer(airflow) as server:
        asked_through(server.url + path, Certificates())

    before = path.rstrip("/")
    assert server.requests[0].path == f"{before}/auth/token"
    assert server.requests[1].path.startswith(f"{before}/api/v2/dags?")


def test_an_authority_and_a_client_certificate_of_our_own_hold_for_signing_in_too(tmp_path: Path):
    ours = Authority(tmp_path)
    bots = ours.pair("runbell")
    certificates = Certificates(str(ours.file), str(bots.certificate), str(bots.key))
    server = HttpServer(airflow)
    with over_https(server, ours.pair(), clients=ours) as url:
        asked_through(url, certificates)

    assert len(server.requests) == 2


def test_a_proxy_of_the_environment_holds_for_signing_in_too(monkeypatch: pytest.MonkeyPatch):
    with HttpServer(airflow) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        asked_through("http://airflow.example.com", Certificates())

    assert [each.path.partition("?")[0] for each in proxy.requests] == [
        "http://airflow.example.com/auth/token",
        "http://airflow.example.com/api/v2/dags",
    ]


def test_what_no_proxy_names_is_asked_directly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with HttpServer(airflow) as server:
        asked_through(server.url, Certificates())

    assert len(server.requests) == 2
