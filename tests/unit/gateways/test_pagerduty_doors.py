"""Ways to PagerDuty: through the environment's proxy, past it, and with certificates of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Unavailable
from bot.domain.escalation import PagerEvent, Signal
from bot.gateways.airflow import Certificates
from bot.gateways.pagerduty import PagerDuty
from tests.fakes.certificates import Authority, over_https
from tests.fakes.http_server import Answer, HttpServer, Request

if TYPE_CHECKING:
    from pathlib import Path

EVENT = PagerEvent(Signal.TRIGGER, "runbell-1", summary="Sync failed, and nobody has claimed it")


def accepts(request: Request) -> Answer:
    assert request.body["dedup_key"] == EVENT.dedup_key
    return Answer(202, {"status": "success"})


def send(url: str, certificates: Certificates = Certificates()) -> None:  # noqa: B008  it is frozen
    PagerDuty(f"{url}/v2/enqueue", {"on-call": "R0UTINGKEY123456"}, certificates).send("on-call", EVENT)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_a_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch):
    with HttpServer(accepts) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        send("http://events.example.com")

    assert [each.path for each in proxy.requests] == ["http://events.example.com/v2/enqueue"]


def test_what_no_proxy_names_is_asked_directly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with HttpServer(accepts) as server:
        send(server.url)

    assert len(server.requests) == 1


def test_an_authority_of_our_own_is_trusted_and_a_strangers_is_not(tmp_path: Path):
    ours = Authority(tmp_path)
    server = HttpServer(accepts)
    with over_https(server, ours.pair()) as url:
        with pytest.raises(Unavailable):
            send(url)
        send(url, Certificates(str(ours.file)))

    assert len(server.requests) == 1


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(Unavailable, match=r"nowhere\.pem cannot be read") as refused:
        send("https://127.0.0.1:9", Certificates(str(tmp_path / "nowhere.pem")))
    assert refused.value.system == "PagerDuty"
