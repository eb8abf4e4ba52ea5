"""A token from a command: for every way to sign in that Runbell does not know by itself."""

from __future__ import annotations

import shlex
import subprocess

from bot.domain.errors import Unavailable
from bot.domain.secrets import hide_secrets
from bot.gateways.airflow.sign_in.renewing import Given, SignInRefused

ENDS_WITHIN = 30.0
LONGEST_WORDS = 200
ADVICE = (
    "Run the command of RUNBELL_AIRFLOW_TOKEN_COMMAND by hand, as Runbell's user: it must print one "
    "token and nothing else."
)


class TokenCommand:
    """A command, run without a shell, that prints a token."""

    def __init__(self, command: str, *, ends_within: float = ENDS_WITHIN) -> None:
        self._words = shlex.split(command)
        self._ends_within = ends_within

    def __call__(self) -> Given:
        """Run the command and return what it prints.

        Raises SignInRefused if it fails or prints anything but one token, Unavailable if it does not end.
        """
        try:
            ended = subprocess.run(  # noqa: S603  the operator's own command
                self._words,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._ends_within,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            detail = f"the token command did not end within {self._ends_within:.0f} seconds"
            raise Unavailable("Airflow", detail, not_done=True, advice=ADVICE) from error
        except (OSError, ValueError, IndexError) as error:
            raise SignInRefused(
                f"the token command cannot be run ({type(error).__name__})", ADVICE
            ) from error
        if ended.returncode:
            words = _last_line(ended.stderr)
            raise SignInRefused(f"the token command failed with exit code {ended.returncode}{words}", ADVICE)
        token = ended.stdout.decode(errors="replace").strip()
        if not token:
            raise SignInRefused("the token command printed nothing", ADVICE)
        if not token.isprintable() or " " in token:
            raise SignInRefused("the token command printed something other than one token", ADVICE)
        return Given(token)


def _last_line(stderr: bytes) -> str:
    lines = stderr[-2000:].decode(errors="replace").strip().splitlines()
    return f": {hide_secrets(lines[-1])[:LONGEST_WORDS]}" if lines else ""
