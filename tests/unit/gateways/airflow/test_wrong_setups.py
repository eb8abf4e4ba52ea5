"""What `check` says of Airflow's set-ups that are wrong: of each one what is wrong, and what to do."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.cli.check import Found, _airflow
from bot.settings import WrongSettings, read_settings
from tests.fakes.airflow_over_http import AirflowOverHttp
from tests.fakes.certificates import Authority, over_https
from tests.fakes.http_server import Answer, HttpServer, Request
from tests.unit.gateways.airflow.test_token import token_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PASSWORD = {"airflow_username": "runbell", "airflow_password": "correct-horse"}
TOKEN = {"airflow_token": token_of(1, exp=1_000_000_000)}
HTML = {"Content-Type": "text/html"}
SIGN_IN_PAGE = b"<!doctype html><html><head><title>Sign in to Example</title></head></html>"
NGINX_404 = b"<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>nginx</body></html>"
NGINX_502 = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def said(url: str, **settings: Any) -> Found:
    """The first that is not as it should be."""
    settings = settings or PASSWORD
    read = read_settings(slack_bot_token="xoxb-1", slack_app_token="xapp-1", airflow_url=url, **settings)
    found = [each for each in _airflow(read) if each.advice]
    assert found, "check found nothing wrong"
    assert "correct-horse" not in f"{found[0].detail} {found[0].advice}"
    return found[0]


def answers(answer: Answer | None) -> Callable[[Request], Answer | None]:
    return lambda _request: answer


def signed_in_then(answer: Answer) -> Callable[[Request], Answer]:
    given = Answer(201, {"access_token": "a-token"})
    return lambda request: given if request.path == "/auth/token" else answer


def airflow_2(request: Request) -> Answer:
    """As 2.11 answers: its own API says its version, everything else is a page."""
    if request.path == "/api/v1/version":
        return Answer(200, {"git_version": None, "version": "2.11.2"})
    return Answer(404, b"<!DOCTYPE html><title>Airflow 404</title>", HTML)


AT_THE_ADDRESS: dict[str, tuple[Any, dict[str, str], str, str]] = {
    "wrong password": (
        answers(Answer(401, {"detail": "Invalid credentials"})),
        PASSWORD, "refuses the bot's name and password", "RUNBELL_AIRFLOW_PASSWORD",
    ),
    "redirect to https": (
        answers(Answer(301, b"", {"Location": "https://127.0.0.1/auth/token"})),
        PASSWORD, "sends us on to https://127.0.0.1/auth/token", "Write https://127.0.0.1 in RUNBELL",
    ),
    "redirect to a sign-on page": (
        answers(Answer(302, b"", {"Location": "https://sso.example.com/login?next=x"})),
        PASSWORD, "sends us on to https://sso.example.com/login", "sign-on page",
    ),
    "sign-on page that answers 200": (
        answers(Answer(200, SIGN_IN_PAGE, HTML)),
        PASSWORD, "a web page came instead of Airflow's answer (Sign in to Example)", "sign-on page",
    ),
    "basic auth of a proxy": (
        answers(Answer(401, b"<html><head><title>401 Authorization Required</title></head></html>", HTML)),
        TOKEN, "401: 401 Authorization Required", "sign-on page",
    ),
    "path too long": (
        answers(Answer(405, {"detail": "Method Not Allowed"})),
        PASSWORD, "(405)", "address of Airflow's own start page",
    ),
    "prefix forgotten": (
        answers(Answer(404, NGINX_404, HTML)),
        PASSWORD, "nothing of Airflow answers at that address (404)", "path that a proxy puts before it",
    ),
    "something else": (
        answers(Answer(404, {"detail": "Not Found"})),
        TOKEN, "nothing answers at that address (404)", "address of Airflow's own start page",
    ),
    "Airflow 2 with a password": (airflow_2, PASSWORD, "it is Airflow 2.11.2", "Runbell needs Airflow 3"),
    "Airflow 2 with a token": (airflow_2, TOKEN, "it is Airflow 2.11.2", "Runbell needs Airflow 3"),
    "proxy without Airflow": (
        answers(Answer(502, NGINX_502, HTML)),
        PASSWORD, "502: 502 Bad Gateway", "Airflow's API server is down",
    ),
    "expired token": (
        answers(Answer(401, {"detail": "Token Expired"})),
        TOKEN, "401: Token Expired", "One in RUNBELL_AIRFLOW_TOKEN is renewed by nobody",
    ),
    "foreign token": (
        answers(Answer(403, {"detail": "Invalid JWT token"})),
        TOKEN, "403: Invalid JWT token", "give a new one",
    ),
    "no right at all": (
        signed_in_then(Answer(403, {"detail": "Forbidden"})),
        PASSWORD, "403: Forbidden", "The account lacks a right",
    ),
    "broken off": (
        signed_in_then(Answer(200, b'{"metadatabase": {"sta')),
        PASSWORD, "its answer broke off", "Airflow's API server is down, or the proxy",
    ),
    "cut by the proxy": (
        signed_in_then(Answer(200, b'{"meta', {"Content-Length": "500", "Connection": "close"})),
        PASSWORD, "broke off in the middle", "the proxy",
    ),
    "empty": (signed_in_then(Answer(200, b"")), PASSWORD, "its answer was empty", "the proxy"),
    "another API": (signed_in_then(Answer(200, {})), PASSWORD, "does not say its version", "start page"),
    "its own fault": (
        signed_in_then(Answer(500, {"detail": "Internal Server Error"})),
        PASSWORD, "500: Internal Server Error", "log of Airflow's API server",
    ),
    "another server": (answers(None), PASSWORD, "it cannot be reached", "does that port speak https"),
    "https asked for by a proxy": (
        answers(Answer(400, b"<title>400 The plain HTTP request was sent to HTTPS port</title>", HTML)),
        PASSWORD, "it speaks only https at that port", "Write https://",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AT_THE_ADDRESS)
def test_what_answers_at_the_address_is_told(case: str):
    answer, settings, detail, advice = AT_THE_ADDRESS[case]
    with HttpServer(answer) as server:
        found = said(server.url, **settings)

    assert detail in found.detail
    assert advice in found.advice


@contextmanager
def tls(folder: Path, case: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The address and settings of an Airflow whose https is wrong in one way."""
    ours = Authority(folder)
    (folder / "other").mkdir()
    foreign = Authority(folder / "other")
    known = {"airflow_ca_file": str(ours.file)}
    pair = ours.pair(
        "airflow.example.com" if case == "another name" else "127.0.0.1",
        ends_in=timedelta(days=-1 if case == "expired" else 1),
    )
    settings = {
        "unknown authority": {},
        "a file that is missing": {"airflow_ca_file": str(folder / "missing.pem")},
        "a file that is no PEM": {"airflow_ca_file": str(pair.key)},
        "a foreign client": {
            **known,
            "airflow_client_certificate": str(foreign.pair().certificate),
            "airflow_client_key": str(foreign.pair().key),
        },
    }.get(case, known)
    clients = ours if case in {"no client certificate", "a foreign client"} else None
    with over_https(HttpServer(answers(Answer(201, {}))), pair, clients=clients) as url:
        yield url, settings


@pytest.mark.parametrize(
    ("case", "detail", "advice"),
    [
        ("unknown authority", "signed by nobody whom this machine knows", "RUNBELL_AIRFLOW_CA_FILE"),
        ("another name", "its certificate is for another name", "Use the name"),
        ("expired", "its certificate has expired", "Renew"),
        ("a file that is missing", "missing.pem cannot be read", "Correct its path"),
        ("a file that is no PEM", "a certificate file of the settings cannot be used", "must be PEM files"),
        ("no client certificate", "asks for a certificate of ours", "RUNBELL_AIRFLOW_CLIENT_CERTIFICATE"),
        ("a foreign client", "refuses the one that it got", "RUNBELL_AIRFLOW_CLIENT_CERTIFICATE"),
    ],
)
def test_what_is_wrong_with_https_is_told(tmp_path: Path, case: str, detail: str, advice: str):
    with tls(tmp_path, case) as (url, settings):
        found = said(url, **PASSWORD, **settings)

    assert detail in found.detail
    assert advice in found.advice


def test_https_at_a_port_without_it_and_http_at_a_port_with_it_are_told(tmp_path: Path):
    with HttpServer(answers(Answer(200, {}))) as server:
        found = said(server.url.replace("http://", "https://"))
    assert "it does not speak https at that port" in found.detail
    assert "Write http://" in found.advice

    with over_https(HttpServer(answers(Answer(200, {}))), Authority(tmp_path).pair()) as url:
        found = said(url.replace("https://", "http://"))
    assert "does that port speak https" in found.advice


@pytest.mark.parametrize(
    ("url", "detail", "advice"),
    [
        ("http://127.0.0.1:9", "nobody listens there", "Start Airflow's API server"),
        ("http://no-such-host.invalid", "no machine has that name", "Correct the host"),
    ],
)
def test_where_nobody_answers_is_told(url: str, detail: str, advice: str):
    found = said(url)

    assert detail in found.detail
    assert advice in found.advice


@pytest.mark.parametrize("case", ["closed", "wants a password"])
def test_a_proxy_that_does_not_let_through_is_told(monkeypatch: pytest.MonkeyPatch, case: str):
    with ExitStack() as stack:
        proxy = "http://127.0.0.1:9"
        if case == "wants a password":
            asks = HttpServer(answers(Answer(407, b"<title>Proxy Authentication Required</title>", HTML)))
            proxy = stack.enter_context(asks).url
        monkeypatch.setenv("HTTP_PROXY", proxy)
        found = said("http://airflow.example.com")

    assert "the HTTP proxy" in found.detail
    assert "HTTP_PROXY" in found.advice


def test_ways_to_sign_in_that_cannot_work_are_told(tmp_path: Path):
    missing = said("http://127.0.0.1:9", airflow_token_file=tmp_path / "missing")
    assert "missing cannot be read" in missing.detail
    assert "what writes that file" in missing.advice

    failing = said("http://127.0.0.1:9", airflow_token_command=f"{sys.executable} -c 'raise SystemExit(7)'")
    assert "failed with exit code 7" in failing.detail
    assert "by hand" in failing.advice


def test_two_ways_to_sign_in_are_refused_by_name():
    with pytest.raises(
        WrongSettings, match=r"AIRFLOW_USERNAME and RUNBELL_AIRFLOW_TOKEN .* only one of them"
    ):
        read_settings(
            slack_bot_token="xoxb-1", slack_app_token="xapp-1", airflow_url="http://x", **PASSWORD, **TOKEN
        )


def test_a_token_that_has_ended_is_told_where_airflow_takes_it_still():
    with AirflowOverHttp() as airflow:
        found = said(airflow.url, **TOKEN)

    assert found.what == "Airflow's token"
    assert "2001-09-09" in found.detail
    assert "Nobody renews it" in found.advice
