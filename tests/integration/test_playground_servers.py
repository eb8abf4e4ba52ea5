"""The playground's Airflow and PostgreSQL: found again, kept to themselves, and gone when we are."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from bot.gateways.airflow import PasswordTokens, RestAirflow
from playground.airflow import start_airflow
from playground.errors import CannotStart
from playground.leash import Leashed
from playground.postgresql import start_postgresql

PATIENT = 120.0
"""Seconds: an Airflow that has just started, beside another, may be busy for longer than people wait."""
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which only Linux has")


def wait_until(is_so, within: float = 20) -> None:
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """A zombie is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def leashed(tmp_path: Path, program: str) -> Leashed:
    command = [sys.executable, "-c", textwrap.dedent(program)]
    return Leashed(command, log=tmp_path / "log", environment=os.environ, folder=tmp_path)


def children_written_to(file: Path) -> list[int]:
    wait_until(lambda: file.exists() and file.read_text().endswith("\n"))
    return [int(each) for each in file.read_text().split()]


FAMILY = """
    import os, signal, subprocess, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
    same_group = subprocess.Popen(sleeping)
    own_group = subprocess.Popen(sleeping, start_new_session=True)
    open("family", "w").write(f"{os.getpid()} {same_group.pid} {own_group.pid}\\n")
    time.sleep(600)
"""


@on_linux
def test_killing_a_server_takes_its_whole_family(tmp_path):
    server = leashed(tmp_path, FAMILY)
    family = children_written_to(tmp_path / "family")

    server.kill()

    assert server.pid == family[0]
    assert not any(is_alive(pid) for pid in family)


@on_linux
def test_a_server_ends_when_its_parent_is_killed(tmp_path):
    program = """
        import os, sys, time
        from pathlib import Path
        from playground.leash import Leashed
        here = Path(sys.argv[1])
        sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
        server = Leashed(sleeping, log=here / "log", environment=os.environ, folder=here)
        (here / "family").write_text(f"{server.pid}\\n")
        time.sleep(600)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program), str(tmp_path)]) as parent:
        (pid,) = children_written_to(tmp_path / "family")
        assert is_alive(pid)
        parent.send_signal(signal.SIGKILL)

    wait_until(lambda: not is_alive(pid))


def test_a_server_that_ends_by_itself_is_seen_to_have_ended(tmp_path):
    server = leashed(tmp_path, "print('no such luck'); raise SystemExit(3)")

    assert server.wait() == 3
    assert not server.is_running
    assert "no such luck" in server.log.read_text()


@pytest.mark.postgresql
def test_a_crashed_postgresql_keeps_what_was_committed(servers_folder):
    postgresql = start_postgresql(servers_folder / "crashing")
    try:
        url = postgresql.url_for("kept", "psycopg").replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE what (it text)")
            connection.execute("INSERT INTO what VALUES ('is here')")

        postgresql.kill()
        postgresql.start_again()

        with psycopg.connect(postgresql.url_for("kept", "psycopg").replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT it FROM what").fetchall() == [("is here",)]
    finally:
        postgresql.stop()


@pytest.mark.postgresql
def test_only_who_may_read_the_folder_reaches_the_database(running_postgresql):
    socket_file = next(running_postgresql.socket.glob(".s.PGSQL.*[0-9]"))

    assert socket_file.is_socket()
    assert socket_file.stat().st_mode & 0o077 == 0


@pytest.mark.airflow
def test_a_taken_port_is_one_clear_sentence(servers_folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(
            CannotStart, match=rf"^Port {port}, meant for Airflow, is taken: stop what uses it"
        ):
            start_airflow(servers_folder / "no-port", progress=print, port=port)


@pytest.mark.airflow
@on_linux
def test_an_airflow_that_cannot_start_says_why_and_leaves_nothing_behind(servers_folder, running_postgresql):
    wrong = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": running_postgresql.url_for("wrong", "psycopg2"),
        "AIRFLOW__CORE__EXECUTOR": "NoSuchExecutor",
    }
    folder = servers_folder / "wrong"

    with pytest.raises(CannotStart, match=r"Airflow.*\.log"):
        start_airflow(folder, progress=print, environment=wrong, postgresql=running_postgresql)

    assert processes_of(folder) == set()


@pytest.mark.airflow
def test_a_second_start_finds_everything_again(servers_folder):
    folder = servers_folder / "twice"
    first = start_airflow(folder, progress=print)
    tokens = PasswordTokens(first.url, first.username, first.password)
    try:
        RestAirflow(first.url, tokens, timeout=PATIENT).start(
            "payroll", "runbell__kept", run_after=None, conf={}, note=""
        )
    finally:
        first.stop()

    second = start_airflow(folder, progress=print)
    try:
        assert (second.url, second.password) == (first.url, first.password)
        assert RestAirflow(second.url, tokens, timeout=PATIENT).run("payroll", "runbell__kept") is not None
    finally:
        second.stop()


@pytest.mark.airflow
@on_linux
def test_airflow_listens_on_loopback_only(running_airflow):
    ours = processes_of(running_airflow.folder)
    assert ours

    for table, loopback in (("/proc/net/tcp", "0100007F"), ("/proc/net/tcp6", "0" * 24 + "01000000")):
        rows = [row.split() for row in Path(table).read_text().splitlines()[1:]]
        open_to_others = {row[9] for row in rows if row[3] == "0A" and not row[1].startswith(loopback)}
        assert not open_to_others & set().union(*(sockets_of(each) for each in ours))


def processes_of(folder: Path) -> set[Path]:
    """In /proc, by their environment, which names the folder."""
    found = set()
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(folder).encode() in (each / "environ").read_bytes():
                found.add(each)
    return found


def sockets_of(process: Path) -> set[str]:
    found = set()
    for each in (process / "fd").iterdir():
        with suppress(OSError):
            found.add(str(each.readlink()).removeprefix("socket:[").rstrip("]"))
    return found
