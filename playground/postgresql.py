"""A real PostgreSQL from PyPI in a folder of its own, on a Unix socket only."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

from playground.errors import CannotStart
from playground.leash import Leashed

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_SOCKET_PATH = 90
"""Bytes; the operating system's own limit is 104 to 108, with the socket's name."""

SETTINGS = {
    "listen_addresses": "",  # no network at all
    "unix_socket_permissions": "0700",  # so `trust` means: only who may read the folder anyway
    "fsync": "off",  # survives kill -9 of every process, not a power cut: it is a playground
    "max_connections": "200",
    "log_min_messages": "warning",
}
START_WITHIN = 30.0
USER_INSTEAD_OF_ROOT = "runbell-postgres"


@dataclass(slots=True)
class RunningPostgreSQL:
    folder: Path
    socket: Path
    server: Leashed

    def url_for(self, database: str, driver: str) -> str:
        """An SQLAlchemy URL such as `postgresql+psycopg://…`; the database is made when it is not there."""
        with self._connect("postgres") as connection, contextlib.suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(database)))
        return f"postgresql+{driver}://postgres@/{quote(database)}?host={quote(str(self.socket))}"

    def drop(self, database: str) -> None:
        drop = psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self._connect("postgres") as connection:
            connection.execute(drop.format(psycopg.sql.Identifier(database)))

    def stop(self) -> None:
        self.server.stop()

    def kill(self) -> None:
        """As a crash would, without any warning."""
        self.server.kill()

    def start_again(self) -> None:
        """After `kill` or `stop`, at the same address."""
        self.server = _serve(self.folder, self.socket)
        _wait_until_ready(self)

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.socket), user="postgres", dbname=database, autocommit=True)


def start_postgresql(folder: Path) -> RunningPostgreSQL:
    """On the cluster in this folder, which is made the first time."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    _open_the_way(folder, _program("postgres"))
    cluster = folder / "cluster"
    if not (cluster / "PG_VERSION").exists():
        _initialise(cluster)
    socket = _socket_folder(folder)
    running = RunningPostgreSQL(folder, socket, _serve(folder, socket))
    try:
        _wait_until_ready(running)
    except BaseException:
        running.stop()
        raise
    return running


def _initialise(cluster: Path) -> None:
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir()
    _give_to_user(cluster)
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres", "--no-sync"]
    _run([str(_program("initdb")), "-D", str(cluster), *options])


def _serve(folder: Path, socket: Path) -> Leashed:
    settings = SETTINGS | {"unix_socket_directories": str(socket)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Leashed(
        [str(_program("postgres")), "-D", str(folder / "cluster"), *options],
        log=folder / "postgresql.log",
        environment=os.environ | {"LC_ALL": "C"},
        folder=folder,
        stop_signal=signal.SIGINT,  # PostgreSQL's "fast": does not wait for its clients
        user=_user(),
    )


def _wait_until_ready(running: RunningPostgreSQL) -> None:
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            running._connect("postgres").close()  # noqa: SLF001  our own
        except psycopg.OperationalError as not_yet:
            if not running.server.is_running or time.monotonic() > deadline:
                raise CannotStart(
                    f"PostgreSQL did not start; the reason is in {running.server.log}"
                ) from not_yet
            time.sleep(0.05)
        else:
            return


def _socket_folder(folder: Path) -> Path:
    socket = folder / "socket"
    if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
        socket = Path(tempfile.mkdtemp(prefix="runbell-"))
    socket.mkdir(exist_ok=True)
    _give_to_user(socket)
    return socket


def _program(name: str) -> Path:
    package = find_spec("pgserver")  # found, not imported: its import sets up what we do not need
    if package is None or package.origin is None:
        raise CannotStart("The playground needs the package pgserver: pip install 'runbell[playground]'")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _run(command: Sequence[str]) -> None:
    user = _user()
    try:
        done = subprocess.run(  # noqa: S603  PostgreSQL's own program
            command, capture_output=True, text=True, check=False, user=user, group=user, cwd="/"
        )
    except OSError as error:
        raise CannotStart(f"PostgreSQL cannot be set up: {error}") from error
    if done.returncode:
        raise CannotStart(
            f"PostgreSQL cannot be set up: {(done.stderr or done.stdout).strip().splitlines()[-1]}"
        )


def _user() -> str | None:
    """PostgreSQL refuses to run as root: then as a user made for it."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(USER_INSTEAD_OF_ROOT).pw_name
    except KeyError:
        _make_user(USER_INSTEAD_OF_ROOT)
        return USER_INSTEAD_OF_ROOT


def _make_user(name: str) -> None:
    command = ["useradd", "--system", "--no-create-home", name]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  nothing in it comes from outside
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(
            "PostgreSQL refuses to run as root, and a user for it could not be made "
            f"({' '.join(command)}): start as an ordinary user instead"
        ) from error


def _give_to_user(folder: Path) -> None:
    folder.chmod(0o700)
    if user := _user():
        shutil.chown(folder, user, user)


def _open_the_way(*places: Path) -> None:
    """As root only: that other user must be able to pass through (not to list) every folder above."""
    if os.geteuid() != 0:
        return
    for folder in {above for place in places for above in (place, *place.parents)}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
