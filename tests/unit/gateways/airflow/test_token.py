"""Signing in: when, how often, and what is said when it does not work."""

from __future__ import annotations

import base64
import json
import threading
from datetime import timedelta

import pytest

from bot.domain.errors import Unavailable
from bot.gateways.airflow import PasswordTokens, StaticToken
from bot.gateways.airflow.sign_in import renewing
from tests.fakes.clock import FakeClock
from tests.fakes.http_server import Answer, HttpServer


def token_of(number: int, **claims: float) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{payload}.signature{number}"


class TokenOffice:
    """`lifetime`: seconds that its tokens last, by its own clock, which need not be ours."""

    def __init__(self, lifetime: int = 86400) -> None:
        self.lifetime = lifetime
        self.given = 0

    def __call__(self, _request) -> Answer:
        self.given += 1
        return Answer(201, {"access_token": token_of(self.given, iat=1000, exp=1000 + self.lifetime)})


def test_a_token_is_used_until_shortly_before_its_end():
    office, clock = TokenOffice(lifetime=1000), FakeClock()
    with HttpServer(office) as server:
        tokens = PasswordTokens(server.url, "bot", "pw", clock=clock)
        first = tokens.current()
        clock.advance(timedelta(seconds=790))
        assert tokens.current() == first

        clock.advance(timedelta(seconds=20))

        assert tokens.current() != first
    assert office.given == 2


def test_a_token_that_does_not_say_when_it_ends_is_kept_for_a_while():
    with HttpServer(lambda _: Answer(201, {"access_token": "opaque"})) as server:
        clock = FakeClock()
        tokens = PasswordTokens(server.url, "bot", "pw", clock=clock)
        tokens.current()
        clock.advance(timedelta(minutes=40))
        tokens.current()
        assert len(server.requests) == 1

        clock.advance(timedelta(minutes=20))
        tokens.current()

        assert len(server.requests) == 2


def test_what_somebody_renewed_meanwhile_is_not_renewed_again():
    office = TokenOffice()
    with HttpServer(office) as server:
        tokens = PasswordTokens(server.url, "bot", "pw", clock=FakeClock())
        first = tokens.current()
        second = tokens.renewed(first)

        assert tokens.renewed(first) == second
    assert office.given == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(401, {"detail": "Invalid credentials"}), "refuses the bot's name and password"),
        (Answer(422, {"detail": []}), "refuses the bot's name and password"),
        (Answer(500, b"oops"), "signing in: 500: oops"),
        (Answer(201, {}), "answered 201 and no token"),
        (Answer(200, ["odd"]), "answered 200 and no token"),
        (Answer(200, b"<html>"), "signing in: a web page came"),
        (None, "signing in: it cannot be reached"),
    ],
)
def test_signing_in_that_does_not_work_says_why_and_never_the_password(answer, words):
    with HttpServer(lambda _: answer) as server:
        tokens = PasswordTokens(server.url, "bot", "correct-horse", clock=FakeClock())
        with pytest.raises(Unavailable, match=words) as unavailable:
            tokens.current()

    assert "correct-horse" not in str(unavailable.value)


class CountedLock:
    """Tells how many have come to it."""

    def __init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.arrived.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_those_who_wait_for_a_failing_sign_in_do_not_try_it_one_after_the_other():
    release, lock, errors = threading.Event(), CountedLock(), []

    def refuse_late(_request) -> Answer:
        release.wait(5)
        return Answer(503, {})

    with HttpServer(refuse_late) as server:
        tokens = PasswordTokens(server.url, "bot", "pw", clock=FakeClock())
        tokens._lock = lock  # type: ignore[assignment]  # counts who waits

        def ask() -> None:
            with pytest.raises(Unavailable) as unavailable:
                tokens.current()
            errors.append(unavailable.value.detail)

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for _ in threads:
            lock.arrived.acquire()
        release.set()
        for thread in threads:
            thread.join()

    assert errors == ["signing in: 503: {}"] * 6
    assert len(server.requests) == 1


def test_a_name_that_was_refused_is_not_tried_by_each_of_a_hundred_runs(monkeypatch: pytest.MonkeyPatch):
    office, passed = TokenOffice(), [1000.0]
    monkeypatch.setattr(renewing, "monotonic", lambda: passed[0])
    answers = [Answer(401, {"detail": "Invalid credentials"})]
    with HttpServer(lambda request: answers.pop() if answers else office(request)) as server:
        tokens = PasswordTokens(server.url, "bot", "pw", clock=FakeClock())
        for _ in range(100):
            with pytest.raises(Unavailable, match="refuses the bot's name"):
                tokens.current()
        assert len(server.requests) == 1

        passed[0] += renewing.REFUSAL_HOLDS_FOR

        assert tokens.current() == tokens.current()
        assert len(server.requests) == 2


def test_a_token_from_the_settings_stays_what_it_is():
    tokens = StaticToken("given")

    assert tokens.current() == "given"
    assert tokens.renewed("given") is None
