"""What each of Slack's answers means: the message's fault, the app's, or Slack's own."""

from __future__ import annotations

from socketserver import BaseRequestHandler, TCPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from bot.domain.errors import LONGEST_RETRY_AFTER, AppRefused, RateLimited, Rejected, Unavailable
from bot.domain.notice import Message
from bot.gateways.slack import SlackGateway
from tests.fakes.http_server import Answer, HttpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.http_server import Request


class Answering:
    """A Slack that answers each call alike."""

    def __init__(self) -> None:
        self.answer = Answer(200, {"ok": True})

    def __call__(self, _request: Request) -> Answer:
        return self.answer


@pytest.fixture
def slack_says() -> Answering:
    return Answering()


@pytest.fixture
def server(slack_says: Answering) -> Iterator[HttpServer]:
    with HttpServer(slack_says) as server:
        yield server


@pytest.fixture
def gateway(server: HttpServer) -> SlackGateway:
    client = WebClient(token="xoxb-1", base_url=f"{server.url}/")
    client.retry_handlers.clear()
    return SlackGateway(client)


@pytest.mark.parametrize(
    "code",
    [
        "token_revoked", "invalid_auth", "account_inactive", "token_expired", "not_authed",
        "not_allowed_token_type", "org_login_required", "team_access_not_granted", "accesslimited",
        "two_factor_setup_required", "enterprise_is_restricted", "missing_scope",
    ],
)  # fmt: skip
def test_a_refusal_of_the_app_is_told_from_one_of_a_message(
    gateway: SlackGateway, slack_says: Answering, code: str
):
    slack_says.answer = Answer(200, {"ok": False, "error": code})

    for say in (
        lambda: gateway.post("C1", Message("hello")),
        lambda: gateway.update("C1", "1.1", Message("x")),
    ):
        with pytest.raises(AppRefused) as refusal:
            say()
        assert refusal.value.code == code
        assert "python -m bot check" in str(refusal.value)


@pytest.mark.parametrize("code", ["channel_not_found", "ekm_access_denied", "no_permission"])
def test_what_may_be_about_one_channel_is_a_refusal_of_the_message(
    gateway: SlackGateway, slack_says: Answering, code: str
):
    slack_says.answer = Answer(200, {"ok": False, "error": code})

    with pytest.raises(Rejected):
        gateway.post("C1", Message("hello"))


def test_a_list_that_lacks_a_scope_is_not_a_refusal_of_the_app(gateway: SlackGateway, slack_says: Answering):
    slack_says.answer = Answer(200, {"ok": False, "error": "missing_scope"})

    assert gateway.user_groups() == []


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("17", 17),
        ("0", 0),
        ("1000000000", LONGEST_RETRY_AFTER),
        ("1e999", 1),
        ("nan", 1),
        ("-5", 1),
        ("²", 1),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1),
        ("", 1),
    ],
)
def test_however_long_slack_wants_to_be_left_alone_it_is_bounded(
    gateway: SlackGateway, slack_says: Answering, said: str, seconds: float
):
    headers = {"Retry-After": said} if said else {}
    slack_says.answer = Answer(429, {"ok": False, "error": "ratelimited"}, headers)

    with pytest.raises(RateLimited) as refusal:
        gateway.post("C1", Message("hello"))

    assert refusal.value.retry_after == seconds


def test_whole_lists_do_not_wait_for_as_long_as_slack_likes(
    gateway: SlackGateway, slack_says: Answering, monkeypatch: pytest.MonkeyPatch
):
    waited: list[float] = []
    monkeypatch.setattr("bot.gateways.slack.sleep", waited.append)
    slack_says.answer = Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1000000000"})

    with pytest.raises(RateLimited):
        gateway.people()

    assert sum(waited) <= 5 * LONGEST_RETRY_AFTER


@pytest.mark.parametrize("status", [200, 403])
def test_a_page_of_a_proxy_is_no_refusal_of_the_message(
    gateway: SlackGateway, slack_says: Answering, status: int
):
    """It would be given up, though Slack never saw it."""
    slack_says.answer = Answer(status, b"<html>Please sign in</html>", {"Content-Type": "text/html"})

    with pytest.raises(Unavailable) as trouble:
        gateway.post("C1", Message("hello"))

    assert "html" not in str(trouble.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
    ids=["half an answer", "an endless head", "nonsense"],
)
def test_what_is_no_answer_in_http_is_a_slack_that_is_away(answer: bytes):
    class Once(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            self.request.sendall(answer)

    with TCPServer(("127.0.0.1", 0), Once) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        client = WebClient(token="xoxb-1", base_url=f"{url}/")
        client.retry_handlers.clear()
        gateway = SlackGateway(client)
        with pytest.raises(Unavailable):
            gateway.post("C1", Message("hello"))
        with pytest.raises(Unavailable):
            gateway.answer(f"{url}/response", {"text": "hello"})
        server.shutdown()


@pytest.mark.parametrize("code", ["internal_error", "fatal_error"])
def test_what_slack_answers_of_its_own_trouble_is_kept(
    gateway: SlackGateway, slack_says: Answering, code: str
):
    slack_says.answer = Answer(200, {"ok": False, "error": code})

    with pytest.raises(Unavailable) as trouble:
        gateway.post("C1", Message("hello"))

    assert trouble.value.code == code


@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_answer_that_slack_refuses_for_its_blocks_is_known_by_its_words(
    gateway: SlackGateway, server: HttpServer, slack_says: Answering, status: int
):
    slack_says.answer = Answer(status, {"ok": False, "error": "invalid_blocks"})

    with pytest.raises(Rejected) as refusal:
        gateway.answer(f"{server.url}/answer", {"text": "hello"})

    assert refusal.value.code == "invalid_blocks"
