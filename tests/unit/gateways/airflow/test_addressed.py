"""Files of results by their address: from hosts that are allowed alone, and never for long."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Rejected
from bot.domain.run import MOST_FILE_BYTES, ResultFile
from bot.gateways.airflow import addressed
from bot.gateways.airflow.addressed import Addressed
from bot.gateways.airflow.files import file_from
from bot.gateways.airflow.front_door import Certificates
from tests.fakes.certificates import Authority, over_https
from tests.fakes.http_server import Answer, HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CSV = {"Content-Type": "text/csv"}


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def host_of(url: str) -> str:
    return url.removeprefix("https://")


def fetch(ours: Authority, url: str, path: str = "/a/report.csv", *, allowed: bool = True) -> ResultFile:
    hosts = [host_of(url)] if allowed else ["files.example.com"]
    value = {"file": {"address": f"{url}{path}"}}
    return file_from(value, Addressed(hosts, Certificates(str(ours.file))))


def refused(ours: Authority, url: str, path: str = "/a/report.csv", *, allowed: bool = True) -> str:
    with pytest.raises(Rejected) as found:
        fetch(ours, url, path, allowed=allowed)
    assert path not in found.value.detail
    return found.value.detail


@pytest.mark.slow
def test_it_is_fetched_from_a_host_that_is_allowed_without_any_account(ours: Authority):
    server = HttpServer(lambda _request: Answer(200, b"region,total\n", CSV))
    with over_https(server, ours.pair()) as url:
        assert fetch(ours, url, "/a/re%20port.csv?sig=1") == ResultFile("re port.csv", b"region,total\n")

    (asked,) = server.requests
    assert asked.path == "/a/re%20port.csv?sig=1"
    assert "Authorization" not in asked.headers


def test_no_other_host_is_asked(ours: Authority):
    server = HttpServer(lambda _request: Answer(200, b"x", CSV))
    with over_https(server, ours.pair()) as url:
        told = refused(ours, url, allowed=False)

    assert told.startswith(f"Runbell may not fetch files from {host_of(url)}; whoever runs it can allow that")
    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "http://files.example.com/a.csv",
        "ftp://files.example.com/a.csv",
        "file:///etc/passwd",
        "https://user:word@files.example.com/a.csv",
        "https://files.example.com:99999/a.csv",
        "https://[files.example.com/a.csv",
        "//files.example.com/a.csv",
    ],
)
def test_only_plain_addresses_over_https_are_taken(address: str):
    with pytest.raises(Rejected, match="does not begin with https"):
        Addressed(["files.example.com"])(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://files.example.com.evil.com/a.csv",
        "https://evil.com/files.example.com",
        "https://files.example.com:8443/a.csv",
        "https://127.0.0.1/a.csv",
        "https://files.example.com\\@evil.com/a.csv",
    ],
)
def test_a_host_that_only_looks_like_an_allowed_one_is_not_asked(address: str):
    with pytest.raises(Rejected, match=r"may not fetch files from|does not begin with https"):
        Addressed(["files.example.com"])(address)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(302, b"", {"Location": "http://169.254.169.254/latest"}), "leads to another address"),
        (Answer(404, b"no", CSV), "answered 404"),
        (Answer(503, b"no", CSV), "answered 503"),
        (Answer(200, b"", CSV), "it is empty"),
        (Answer(200, b"x" * (MOST_FILE_BYTES + 1), CSV), "it is larger than 1 MB"),
        (Answer(200, b"<html>", {"Content-Type": "text/html; charset=utf-8"}), "a web page"),
        (Answer(200, b"x", {**CSV, "Content-Encoding": "gzip"}), "sent it packed"),
    ],
)
def test_what_is_no_file_is_refused_in_words(ours: Authority, answer: Answer, why: str):
    server = HttpServer(lambda _request: answer)
    with over_https(server, ours.pair()) as url:
        assert why in refused(ours, url)

    assert len(server.requests) == 1


def test_a_web_page_that_is_published_as_one_is_taken(ours: Authority):
    server = HttpServer(lambda _request: Answer(200, b"<html>", {"Content-Type": "text/html"}))
    with over_https(server, ours.pair()) as url:
        assert fetch(ours, url, "/report.html").content == b"<html>"


def test_a_strangers_certificate_is_not_trusted(ours: Authority, tmp_path: Path):
    (tmp_path / "others").mkdir()
    strangers = Authority(tmp_path / "others")
    server = HttpServer(lambda _request: Answer(200, b"x", CSV))
    with over_https(server, strangers.pair()) as url:
        assert "did not answer" in refused(ours, url)


@contextmanager
def speaking(ours: Authority, speak: Callable[[ssl.SSLSocket, threading.Event], object]) -> Iterator[str]:
    """A server that says to one caller whatever it wants, until the block ends."""
    pair = ours.pair()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                plain, _ = listening.accept()
                with plain, context.wrap_socket(plain, server_side=True) as caller:
                    caller.recv(65536)
                    speak(caller, ended)
            except OSError:  # the caller has gone
                return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        ended.set()
        thread.join(10)


def test_a_host_that_hangs_is_given_up(ours: Authority, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(addressed, "ANSWERS_WITHIN", 0.5)
    with speaking(ours, lambda _caller, ended: ended.wait(10)) as url:
        assert "did not answer" in refused(ours, url)


def test_a_host_that_sends_drop_by_drop_is_given_up(ours: Authority, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(addressed, "ARRIVES_WITHIN", 0.5)

    def drip(caller: ssl.SSLSocket, ended: threading.Event) -> None:
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\n")
        while not ended.wait(0.05):
            caller.sendall(b"x")

    with speaking(ours, drip) as url:
        assert "sent it too slowly" in refused(ours, url)


def test_an_answer_without_end_is_cut_off(ours: Authority):
    def pour(caller: ssl.SSLSocket, ended: threading.Event) -> None:
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n")
        while not ended.is_set():
            caller.sendall(b"x" * 65536)

    with speaking(ours, pour) as url:
        assert "it is larger than 1 MB" in refused(ours, url)


def test_an_answer_that_breaks_off_is_no_file(ours: Authority):
    def half(caller: ssl.SSLSocket, _ended: threading.Event) -> None:
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 9\r\n\r\nhalf")

    with speaking(ours, half) as url:
        assert "did not answer" in refused(ours, url)
