"""When signing in does not work: what is said, without a secret, and that it is not tried a hundred times."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Unavailable
from bot.gateways.airflow import RestAirflow, sign_in
from bot.gateways.airflow.sign_in.mwaa import AmazonLogin
from tests.fakes.clock import FakeClock
from tests.fakes.http_server import Answer, HttpServer
from tests.unit.gateways.airflow.test_token import token_of

if TYPE_CHECKING:
    from pathlib import Path

    from bot.gateways.airflow.sign_in import Source


def trouble(source: Source) -> Unavailable:
    with pytest.raises(Unavailable) as told:
        sign_in.RenewedTokens(source, clock=FakeClock()).current()
    assert told.value.not_done
    return told.value


def command(code: str, *, ends_within: float = 20.0) -> sign_in.TokenCommand:
    return sign_in.TokenCommand(f"{sys.executable} -c '{code}'", ends_within=ends_within)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (sign_in.TokenCommand("/nowhere/get-token"), "cannot be run"),
        (sign_in.TokenCommand(""), "cannot be run"),
        (command("raise SystemExit(3)"), "failed with exit code 3$"),
        (command('import sys; sys.exit("vault is sealed")'), "exit code 1: vault is sealed"),
        (command('import sys; sys.exit("password=hunter2")'), r"exit code 1: password=\*\*\*"),
        (command("pass"), "printed nothing"),
        (command('print("Logging in"); print("token")'), "something other than one token"),
        (command("import time; time.sleep(30)", ends_within=0.3), "did not end within"),
    ],
)  # fmt: skip
def test_a_token_command_that_fails_says_how(source: sign_in.TokenCommand, words: str):
    told = trouble(source)

    assert re.search(words, told.detail)
    assert "RUNBELL_AIRFLOW_TOKEN_COMMAND" in told.advice


def test_a_token_command_runs_again_before_its_tokens_end_and_when_it_is_refused(tmp_path: Path):
    count = tmp_path / "count"
    count.write_text("")
    script = tmp_path / "command.py"
    script.write_text(
        f"from pathlib import Path\ncount = Path({str(count)!r})\n"
        "count.write_text(count.read_text() + 'x')\n"
        f"print({token_of(0, iat=0, exp=1000)!r} + count.read_text())\n"
    )
    clock = FakeClock()
    tokens = sign_in.RenewedTokens(sign_in.TokenCommand(f"{sys.executable} {script}"), clock=clock)

    first = tokens.current()
    assert tokens.current() == first
    clock.advance(timedelta(seconds=850))
    second = tokens.current()
    third = tokens.renewed(second)

    assert len({first, second, third}) == 3
    assert count.read_text() == "xxx"


def test_a_command_that_fails_is_not_run_for_each_of_a_hundred_runs(tmp_path: Path):
    count = tmp_path / "count"
    script = tmp_path / "command.py"
    script.write_text(f"open({str(count)!r}, 'a').write('x'); raise SystemExit(1)")
    tokens = sign_in.RenewedTokens(sign_in.TokenCommand(f"{sys.executable} {script}"))

    for _ in range(20):
        with pytest.raises(Unavailable):
            tokens.current()

    assert len(count.read_text()) < 5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"two words", "other than one"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_token_file_without_a_token_is_named(tmp_path: Path, content: bytes | None, words: str):
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(Unavailable, match=words) as told:
        sign_in.TokenFile(path).current()

    assert str(path) in told.value.detail
    assert told.value.advice


def test_a_token_file_that_still_holds_the_refused_token_has_no_other(tmp_path: Path):
    path = tmp_path / "token"
    path.write_text("old\n")
    tokens = sign_in.TokenFile(path)
    assert tokens.renewed(tokens.current()) is None

    path.write_text("new\n")

    assert tokens.renewed("old") == "new"


@pytest.mark.parametrize("halfway", [b"", b"\xc3", None], ids=["emptied", "half a letter", "replaced"])
def test_while_a_token_file_is_being_written_the_token_read_last_is_used(
    tmp_path: Path, halfway: bytes | None
):
    path = tmp_path / "token"
    path.write_text("old\n")
    tokens = sign_in.TokenFile(path)
    tokens.current()
    if halfway is None:
        path.unlink()
    else:
        path.write_bytes(halfway)

    assert tokens.current() == "old"
    with pytest.raises(Unavailable, match="token file"):
        tokens.renewed("old")

    path.write_text("new\n")
    assert tokens.current() == "new"


def test_a_package_that_is_missing_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    for name in ("boto3", "google.auth"):
        monkeypatch.setitem(sys.modules, name, None)

    assert "runbell[mwaa]" in trouble(AmazonLogin("finance", "https://airflow.example.com")).advice
    assert "runbell[google]" in trouble(sign_in.GoogleAccount()).advice


def test_amazon_refusing_a_login_token_says_which_right_is_missing(monkeypatch: pytest.MonkeyPatch):
    denied = Answer(403, {"message": "no"}, {"x-amzn-ErrorType": "AccessDeniedException"})
    with HttpServer(lambda _: denied) as server:
        for name, value in {
            "AWS_ENDPOINT_URL_MWAA": server.url,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "example",
        }.items():
            monkeypatch.setenv(name, value)
        told = trouble(AmazonLogin("finance", server.url))

    assert "AccessDeniedException" in told.detail
    assert "airflow:CreateWebLoginToken" in told.advice


def test_hopsworks_own_token_that_has_ended_is_told_as_such(tmp_path: Path):
    (tmp_path / "jwt").write_text("old")
    with HttpServer(lambda _: Answer(401, {"errorMsg": "ended"})) as server:
        told = trouble(sign_in.HopsworksAccount(server.url, tmp_path / "jwt"))

    assert "Hopsworks refuses" in told.detail
    assert "RUNBELL_AIRFLOW_HOPSWORKS_TOKEN_FILE" in told.advice


def test_client_credentials_that_are_refused_are_told_as_such():
    with HttpServer(lambda _: Answer(401, {"detail": "Invalid client"})) as server:
        told = trouble(sign_in.ClientCredentials(server.url, "runbell", "correct-horse"))

    assert "client id and secret" in told.detail
    assert "correct-horse" not in f"{told} {told.advice}"


def test_a_token_that_ends_says_when():
    assert sign_in.StaticToken(token_of(0, exp=1_000_000)).ends_at().year == 1970
    assert sign_in.StaticToken("opaque").ends_at() is None


def test_a_refused_sign_in_starts_no_request(tmp_path: Path):
    with HttpServer(lambda _: Answer(200, {"dags": []})) as server:
        airflow = RestAirflow(server.url, sign_in.TokenFile(tmp_path / "missing"))
        with pytest.raises(Unavailable, match="token file"):
            airflow.jobs()

    assert server.requests == []
