"""Runs a server for as long as whoever started it lives, whatever ends them.

Between the two stands this file once more, as a small process of its own: it holds the reading end
of a pipe that closes when its parent stops it, leaves, or is killed, and then ends all of the server.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATIENCE = 5.0
"""Seconds that a server has to stop in good order."""


class Leashed:
    """A running server: its output goes to `log`, its end is awaited by `stop`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
    ) -> None:
        self.command = tuple(command)
        self.log = log
        order = {"command": self.command, "log": str(log), "signal": int(stop_signal), "user": user}
        self._leash = subprocess.Popen(  # noqa: S603  our own interpreter and file
            [sys.executable, "-ISu", __file__, json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,  # Ctrl-C in the terminal reaches us, not it: we stop things in order
        )
        assert self._leash.stdout is not None
        with self._leash.stdout as answer:
            self.pid = int(answer.readline() or -1)

    @property
    def is_running(self) -> bool:
        return self._leash.poll() is None

    def wait(self) -> int:
        """Until it has ended; the exit code, negative for a signal."""
        code = self._leash.wait()
        self.ask_to_stop()
        return code

    def kill(self) -> None:
        """SIGKILL for all of it, without any warning."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def ask_to_stop(self) -> None:
        """Lets go of the leash."""
        assert self._leash.stdin is not None
        self._leash.stdin.close()

    def stop(self) -> None:
        self.ask_to_stop()
        self._leash.wait()


def hold(order: Mapping[str, Any]) -> int:
    """The process in between: start, tell the pid, and end it all when standard input closes."""
    _adopt_orphans()
    privileges = {"user": order["user"], "group": order["user"], "extra_groups": []} if order["user"] else {}
    with Path(order["log"]).open("ab") as log:
        server = subprocess.Popen(  # noqa: S603  what our parent asked for
            order["command"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **privileges,
        )
    sys.stdout.write(f"{server.pid}\n")
    sys.stdout.close()
    while server.poll() is None:
        if select.select([0], [], [], 0.25)[0] and not os.read(0, 1024):
            _end(server, order["signal"])
    _end_group(server.pid, signal.SIGKILL)
    _kill_adopted()
    return server.returncode


def _end(server: subprocess.Popen[bytes], stop_signal: int) -> None:
    _end_group(server.pid, stop_signal)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        _end_group(server.pid, signal.SIGKILL)
        server.wait()


def _end_group(group: int, with_signal: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, with_signal)


def _adopt_orphans() -> None:
    """Linux only: whoever leaves the server's process group still comes back to us when it is gone."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  only here, only there

        pr_set_child_subreaper = 36
        ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def _kill_adopted() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    for _ in range(20):  # whose own children come to us in turn
        pids = [int(each) for each in children.read_text().split()] if children.exists() else []
        if not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


if __name__ == "__main__":
    sys.exit(hold(json.loads(sys.argv[1])))
