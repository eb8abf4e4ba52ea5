"""What Airflow answers, or does not, becomes one of our own errors; an old token is renewed once."""

from __future__ import annotations

import threading
import time

import pytest

from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.gateways.airflow import PasswordTokens, RestAirflow, StaticToken
from tests.fakes.http_server import Answer, HttpServer

VERSION = {"version": "3.3.2"}
EXPIRED = Answer(401, {"detail": "Token Expired"})
FORGED = Answer(403, {"detail": "Invalid JWT token"})
FORBIDDEN = Answer(403, {"detail": "Forbidden"})


def asking(server: HttpServer, *, token: str = "a-token", timeout: float = 2.0) -> RestAirflow:
    return RestAirflow(server.url, StaticToken(token), timeout=timeout)


def answering(answer: Answer | None) -> HttpServer:
    return HttpServer(lambda _request: answer)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (
            Answer(400, {"detail": "Invalid input for param rows: 0 is too small\n\nFailed validating …"}),
            Rejected,
            "0 is too small$",
        ),
        (Answer(404, {"detail": "The Dag was not found"}), Rejected, "404: The Dag was not found"),
        (Answer(409, {"detail": {"reason": "Unique constraint violation"}}), Rejected, "Unique constraint"),
        (
            Answer(422, {"detail": [{"loc": ["body", "note"], "msg": "String too long", "type": "x"}]}),
            Rejected,
            "note: String too long",
        ),
        (Answer(401, {"detail": "Not authenticated"}), Unavailable, "Not authenticated"),
        (FORBIDDEN, Unavailable, "403: Forbidden"),
        (Answer(500, b"<html>Internal Server Error</html>"), Unavailable, "500"),
        (Answer(502, b""), Unavailable, "502"),
        (Answer(302, b"", {"Location": "/login"}), Unavailable, "302"),
        (Answer(200, b"<html>Please sign in</html>"), Unavailable, "a web page came"),
        (None, Unavailable, "cannot be reached"),
    ],
)
def test_every_answer_that_is_none_has_its_error(answer, error, words):
    with answering(answer) as server, pytest.raises(error, match=words):
        asking(server).set_paused("sales_report", paused=True)


@pytest.mark.parametrize(
    ("answer", "may"),
    [
        (Answer(422, {"detail": [{"loc": ["body", "logical_date"], "msg": "Field required"}]}), True),
        (FORBIDDEN, False),
        (Answer(404, {"detail": "The Dag was not found"}), False),
    ],
)
def test_who_may_start_a_job_is_refused_for_the_missing_body_only(answer, may):
    with answering(answer) as server:
        assert asking(server).may_start("sales report") is may

    assert server.requests[-1].path == "/api/v2/dags/sales%20report/dagRuns"


def test_a_rejection_carries_its_status():
    with answering(Answer(422, {"detail": "no"})) as server, pytest.raises(Rejected) as rejected:
        asking(server).retry("sales_report", "r1")

    assert rejected.value.code == "422"


def test_too_many_requests_says_how_long_to_wait():
    slow_down = Answer(429, {"detail": "slow down"}, {"Retry-After": "17"})
    with answering(slow_down) as server, pytest.raises(RateLimited) as limited:
        asking(server).jobs()

    assert limited.value.retry_after == 17


def test_an_answer_that_never_comes_is_given_up_once_and_not_asked_for_again():
    held = threading.Event()

    def hang(_request) -> Answer:
        held.wait(10)
        return Answer(200, VERSION)

    with HttpServer(hang) as server:
        with pytest.raises(Unavailable, match="in time"):
            asking(server, timeout=0.2).jobs()
        held.set()

    assert len(server.requests) == 1


def test_nobody_listening_is_unavailable():
    with answering(None) as server:
        url = server.url

    with pytest.raises(Unavailable, match="cannot be reached"):
        RestAirflow(url, StaticToken("x"), timeout=1.0).jobs()


def test_a_failing_read_is_not_repeated_in_silence():
    with answering(Answer(503, {"detail": "starting"})) as server, pytest.raises(Unavailable):
        asking(server).jobs()

    assert len(server.requests) == 1


def test_the_connection_is_kept_for_the_next_request():
    with answering(Answer(200, {"dags": []})) as server:
        airflow = asking(server)
        for _ in range(5):
            airflow.jobs()

        pool = airflow._airflow._client.DAGApi.api_client.rest_client.pool_manager.connection_from_url(
            server.url
        )

    jobs_and_import_errors = 2
    assert (pool.num_connections, pool.num_requests) == (1, 5 * jobs_and_import_errors)


class SigningIn:
    """Gives out token-1, token-2, …; what it knows of is let in."""

    def __init__(self, refusal: Answer = EXPIRED) -> None:
        self.refusal = refusal
        self.given = 0
        self.valid: set[str] = set()
        self.accepts_password = True
        self._lock = threading.Lock()

    def __call__(self, request) -> Answer:
        if request.path == "/auth/token":
            return self._sign_in(request)
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return Answer(200, {"dags": []}) if token in self.valid else self.refusal

    def _sign_in(self, request) -> Answer:
        if not self.accepts_password or request.body != {"username": "bot", "password": "pw"}:
            return Answer(401, {"detail": "Invalid credentials"})
        time.sleep(0.05)
        with self._lock:
            self.given += 1
            self.valid = self._let_in()
            return Answer(201, {"access_token": f"token-{self.given}"})

    def _let_in(self) -> set[str]:
        return {f"token-{self.given}"}


@pytest.mark.parametrize("refusal", [EXPIRED, FORGED, Answer(401, b"<html>Unauthorized</html>")])
def test_a_token_that_airflow_no_longer_takes_is_renewed_and_the_request_repeated(refusal):
    signing_in = SigningIn(refusal)
    with HttpServer(signing_in) as server:
        airflow = RestAirflow(server.url, PasswordTokens(server.url, "bot", "pw"))
        airflow.jobs()
        signing_in.valid.clear()

        assert airflow.jobs() == []

    assert signing_in.given == 2


def test_a_missing_permission_does_not_sign_in_again():
    signing_in = SigningIn(FORBIDDEN)
    with HttpServer(signing_in) as server:
        airflow = RestAirflow(server.url, PasswordTokens(server.url, "bot", "pw"))
        airflow.jobs()
        signing_in.valid.clear()

        with pytest.raises(Unavailable, match="Forbidden"):
            airflow.jobs()

    assert signing_in.given == 1


def test_it_signs_in_again_once_and_not_for_ever():
    def never_satisfied(request) -> Answer:
        return Answer(201, {"access_token": "t"}) if request.path == "/auth/token" else EXPIRED

    with HttpServer(never_satisfied) as server, pytest.raises(Unavailable, match="Token Expired"):
        RestAirflow(server.url, PasswordTokens(server.url, "bot", "pw")).jobs()

    assert [request.path for request in server.requests].count("/auth/token") == 2


def test_where_a_new_token_does_not_help_it_is_not_asked_for_again_at_once(monkeypatch: pytest.MonkeyPatch):
    signing_in = SigningIn(Answer(401, {"detail": "Not authenticated"}))
    with HttpServer(signing_in) as server:
        airflow = RestAirflow(server.url, PasswordTokens(server.url, "bot", "pw"))
        monkeypatch.setattr(signing_in, "_let_in", set)
        for _ in range(5):
            with pytest.raises(Unavailable, match="Not authenticated"):
                airflow.jobs()
        assert signing_in.given == 2

        monkeypatch.undo()
        airflow._airflow._renews_from = 0.0
        assert airflow.jobs() == []


def test_a_token_from_the_settings_cannot_be_renewed():
    with answering(EXPIRED) as server, pytest.raises(Unavailable, match="401: Token Expired"):
        asking(server).jobs()


def test_many_threads_that_find_their_token_old_sign_in_once():
    signing_in = SigningIn()
    with HttpServer(signing_in) as server:
        airflow = RestAirflow(server.url, PasswordTokens(server.url, "bot", "pw"))
        airflow.jobs()
        signing_in.valid.clear()
        barrier, answers = threading.Barrier(8), []

        def ask() -> None:
            barrier.wait()
            answers.append(airflow.jobs())

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert answers == [[]] * 8
    assert signing_in.given == 2


def test_a_log_that_cannot_be_read_does_not_hide_that_the_task_failed():
    failed = {"task_id": "check", "state": "failed", "try_number": 2, "end_date": "2026-05-01T09:00:00Z"}

    def without_logs(request) -> Answer:
        gone = Answer(404, {"detail": "The log is gone"})
        return gone if "/logs/" in request.path else Answer(200, {"task_instances": [failed]})

    with HttpServer(without_logs) as server:
        failure = asking(server).failure("sales_report", "r1")

    assert (failure.task_id, failure.try_number, failure.log_tail) == ("check", 2, "")
    assert failure.error == "It failed; its log could not be read."


def test_a_log_is_asked_for_in_one_way_whatever_stands_between():
    failed = {"task_id": "check", "state": "failed", "try_number": 1}
    line = b'{"event": "Out of memory", "level": "error"}'

    def logs(request) -> Answer:
        return Answer(200, line) if "/logs/" in request.path else Answer(200, {"task_instances": [failed]})

    with HttpServer(logs) as server:
        failure = asking(server).failure("sales_report", "r1")
        (asked,) = [each for each in server.requests if "/logs/" in each.path]

    assert failure.error == "Out of memory"
    accepted = [value for name, value in asked.headers.items() if name.lower() == "accept"]
    assert accepted == ["application/x-ndjson"]


def test_an_outage_in_the_middle_of_a_log_is_not_taken_for_a_missing_one():
    failed = {"task_id": "check", "state": "failed", "try_number": 1}

    def silent_on_logs(request) -> Answer | None:
        return None if "/logs/" in request.path else Answer(200, {"task_instances": [failed]})

    with HttpServer(silent_on_logs) as server, pytest.raises(Unavailable):
        asking(server).failure("sales_report", "r1")


def test_long_lists_are_read_page_by_page():
    def hundred_and_some(request) -> Answer:
        offset = int(request.path.partition("offset=")[2].partition("&")[0])
        return Answer(
            200, {"dags": [{"dag_id": f"dag_{number}"} for number in range(250)][offset : offset + 100]}
        )

    with HttpServer(hundred_and_some) as server:
        jobs = asking(server).jobs()

    assert [job.key.dag_id for job in jobs] == [f"dag_{number}" for number in range(250)]
    assert len(server.requests) == 3
