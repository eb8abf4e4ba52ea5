"""Answers that refuse: which of our errors each one is, and Airflow's words on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import Forbidden, RateLimited, Rejected
from bot.gateways.airflow.answers import in_json
from bot.gateways.airflow.obstacles import NOTHING_THERE, Troubled, obstacle
from bot.gateways.airflow.rights import named, needed

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

    from bot.domain.ports import Grant

LONGEST_DETAIL = 300
RATE_LIMIT_PAUSE = 5.0
"""Seconds, if neither Airflow nor a proxy before it says how long."""

RENEWED_ON = {401: "", 403: "Invalid JWT token"}
"""Codes, and words in the answer, after which a new token helps. Any 401 counts, even a proxy's."""
FINAL_REFUSALS = frozenset({400, 404, 409, 413, 422})
"""Airflow's own refusals, if the JSON has a `detail`. A proxy before it knows nothing of our runs."""
UNROUTED = frozenset({"Not Found", "Method Not Allowed"})
"""The web framework's words. Airflow's own answers name what was not found."""


def wants_new_token(status: int, body: bytes) -> bool:
    """Return whether another token would help: a missing permission is a 403 as well."""
    told = RENEWED_ON.get(status)
    return told is not None and told in detail_of(body)


def raise_for(answer: BaseHTTPResponse, body: bytes, *, asked: str, method: str) -> None:
    """Raise Rejected for Airflow's own last word, Unavailable for every other answer without success.

    Among these, Forbidden says which right is missing.
    """
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004  what HTTP calls success
        return
    words = detail_of(body)
    detail = f"{status}: {words}"
    if status == 429:  # noqa: PLR2004
        raise RateLimited("Airflow", detail, _pause(answer.headers.get("Retry-After", "")))
    if not _is_airflows(body):
        raise obstacle(answer, body, asked=asked)
    if words in UNROUTED:
        raise Troubled("Airflow", f"nothing answers at that address ({status})", status, NOTHING_THERE)
    if status in FINAL_REFUSALS:
        raise Rejected("Airflow", detail, str(status))
    if status == 403 and not words.startswith(RENEWED_ON[403]):  # noqa: PLR2004
        grants = needed(method, answer.geturl() or "")
        raise Forbidden("Airflow", detail, needs=named(grants), advice=_lacking(grants))
    raise Troubled("Airflow", detail, status, _advice(status, words))


def _lacking(grants: tuple[Grant, ...]) -> str:
    which = f"Give its role {named(grants)}" if grants else "The account lacks a right"
    return f"{which}. docs/operating.md, section Airflow, lists what it needs."


def _is_airflows(body: bytes) -> bool:
    try:
        read = in_json(body)
    except ValueError:
        return False
    return isinstance(read, dict) and "detail" in read


def _advice(status: int, words: str) -> str:
    if status == 401 or words.startswith(RENEWED_ON[403]):  # noqa: PLR2004
        return (
            "Airflow does not take the bot's token. One in RUNBELL_AIRFLOW_TOKEN is renewed by nobody: "
            "give a new one, or "
            "let Runbell sign in by itself (docs/operating.md, section Signing in)."
        )
    return "Look at the log of Airflow's API server."


def _pause(retry_after: str) -> float:
    is_number = retry_after.isascii() and retry_after.isdecimal()
    return float(retry_after) if is_number else RATE_LIMIT_PAUSE


def detail_of(body: bytes) -> str:
    """Return Airflow's own words, from whichever of its shapes of error, in one line."""
    text = body[:100_000].decode(errors="replace")
    try:
        read = in_json(body)
        detail = read.get("detail", text) if isinstance(read, dict) else text
    except ValueError:
        detail = text
    if isinstance(detail, str):
        detail = detail.split("\n\n")[0]  # jsonschema's sentence, without the schema it prints below
    elif isinstance(detail, list):
        detail = "; ".join(_one_problem(each) for each in detail)
    elif isinstance(detail, dict):
        detail = detail.get("reason") or detail.get("message") or str(detail)
    return " ".join(str(detail).split())[:LONGEST_DETAIL]


def _one_problem(problem: Any) -> str:
    if not isinstance(problem, dict):
        return str(problem)
    path = problem.get("loc")
    where = ".".join(str(each) for each in path if each != "body") if isinstance(path, list) else ""
    return f"{where}: {problem.get('msg', '')}" if where else str(problem.get("msg", problem))
