"""A file that somebody gave is read from Slack's own hosts alone, up to a size, or refused by name."""

from __future__ import annotations

from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

from bot.domain.errors import Rejected, Unavailable
from bot.gateways import slack_files
from bot.gateways.slack import SlackGateway
from bot.gateways.slack_files import NOT_GIVEN, NOT_THEIRS, TOO_LARGE, is_slacks_own
from tests.fakes.http_server import Answer, HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fakes.http_server import Request

SLACK = "https://slack.com/api/"


class FilesOfSlack:
    """Describes a file of Tom's, and answers whoever reads it."""

    def __init__(self) -> None:
        self.address = "{server}/files-pri/T1-F1/download/orders.csv"
        self.file = Answer(200, b"order\n4711\n")
        self.asked: list[Request] = []
        self.url = ""

    def __call__(self, request: Request) -> Answer:
        if request.path.startswith("/files.info"):
            file: dict[str, Any] = {"id": "F1", "name": "orders.csv", "mimetype": "text/csv", "user": "U0TOM"}
            address = self.address.format(server=self.url)
            return Answer(200, {"ok": True, "file": {**file, "url_private_download": address}})
        self.asked.append(request)
        return self.file


@pytest.fixture
def files() -> FilesOfSlack:
    return FilesOfSlack()


@pytest.fixture
def gateway(files: FilesOfSlack) -> Iterator[SlackGateway]:
    with HttpServer(files) as server:
        files.url = server.url
        client = WebClient(token="xoxb-1", base_url=f"{server.url}/")
        client.retry_handlers.clear()
        yield SlackGateway(client)


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(Rejected) as refusal:
        ask()
    return refusal.value.code


def test_it_is_read_with_the_bots_token(gateway: SlackGateway, files: FilesOfSlack):
    found = gateway.fetch_file("F1", owner="U0TOM", most=100)

    assert (found.name, found.media_type, found.content) == ("orders.csv", "text/csv", b"order\n4711\n")
    assert files.asked[0].headers["Authorization"] == "Bearer xoxb-1"


def test_anothers_file_is_not_even_asked_for(gateway: SlackGateway, files: FilesOfSlack):
    assert refused(lambda: gateway.fetch_file("F1", owner="U0MAYA", most=100)) == NOT_THEIRS
    assert files.asked == []


def test_no_more_is_read_than_may_be(gateway: SlackGateway):
    assert gateway.fetch_file("F1", owner="U0TOM", most=11).content
    assert refused(lambda: gateway.fetch_file("F1", owner="U0TOM", most=10)) == TOO_LARGE


def test_a_redirect_is_not_followed_because_the_token_would_go_along(
    gateway: SlackGateway, files: FilesOfSlack
):
    files.file = Answer(302, b"", {"Location": f"{files.url}/elsewhere"})

    assert refused(lambda: gateway.fetch_file("F1", owner="U0TOM", most=100)) == NOT_GIVEN
    assert len(files.asked) == 1


def test_a_file_that_lies_elsewhere_is_not_asked_for(gateway: SlackGateway, files: FilesOfSlack):
    files.address = "http://127.0.0.2:9/orders.csv"

    assert refused(lambda: gateway.fetch_file("F1", owner="U0TOM", most=100)) == NOT_GIVEN
    assert files.asked == []


def test_a_slack_in_trouble_may_be_asked_again(gateway: SlackGateway, files: FilesOfSlack):
    files.file = Answer(503, b"")

    with pytest.raises(Unavailable):
        gateway.fetch_file("F1", owner="U0TOM", most=100)


ALL_LETTERS = 90


class Drops(BaseRequestHandler):
    """Sends a file a letter at a time, for as long as somebody reads it."""

    letters = 0

    def handle(self) -> None:
        self.request.recv(65536)
        self.request.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {ALL_LETTERS}\r\n\r\n".encode())
        with suppress(ConnectionError):
            while Drops.letters < ALL_LETTERS:
                self.request.sendall(b"x")
                Drops.letters += 1
                sleep(0.05)


def test_a_file_that_comes_drop_by_drop_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(slack_files, "ARRIVES_WITHIN", 0.2)
    with ThreadingTCPServer(("127.0.0.1", 0), Drops) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        described = {"user": "U0TOM", "url_private": f"{url}orders.csv"}
        with pytest.raises(Unavailable, match="too slowly"):
            slack_files.fetch(WebClient(token="xoxb-1", base_url=url), described, owner="U0TOM", most=100)
        server.shutdown()
    assert Drops.letters < ALL_LETTERS


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("https://files.slack.com/files-pri/T1-F1/orders.csv", True),
        ("https://slack.com/files/orders.csv", True),
        ("http://files.slack.com/files-pri/T1-F1/orders.csv", False),
        ("https://files.slack.com:8443/orders.csv", False),
        ("https://files.slack.com@evil.example/orders.csv", False),
        ("https://evilslack.com/orders.csv", False),
        ("https://files.slack.com.evil.example/orders.csv", False),
        ("https://evil.example/files.slack.com", False),
        ("https://[/orders.csv", False),
        ("https://slack.com:port/orders.csv", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_slacks_own_hosts_get_the_token(address: str, *, is_own: bool):
    assert is_slacks_own(address, SLACK) is is_own
