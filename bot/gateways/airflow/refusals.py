"""Answers that are none: which of our errors each one is, and what Airflow said, in one line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.gateways.retry_after import read_retry_after

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

LONGEST_DETAIL = 300
RATE_LIMIT_PAUSE = 5.0
"""Seconds, when Airflow (or what stands before it) does not say."""

RENEWED_ON = {401: "", 403: "Invalid JWT token"}
"""What the answer says: any 401, whoever stands before Airflow and whatever words it has."""
REFUSED_AT_THE_DOOR = frozenset({401, 403})
"""Before anything was looked at, so nothing was done."""
FINAL_REFUSALS = frozenset({400, 404, 405, 409, 410, 413, 422})


class Troubled(Unavailable):
    """It did answer: that it cannot. `status`: the HTTP status."""

    def __init__(self, system: str, detail: str, status: int) -> None:
        super().__init__(system, detail, not_done=status in REFUSED_AT_THE_DOOR)
        self.status = status


def wants_new_token(answer: BaseHTTPResponse) -> bool:
    """Only where another token would help: a missing permission is a 403 too."""
    told = RENEWED_ON.get(answer.status)
    return told is not None and told in _detail(answer)


def raise_for(answer: BaseHTTPResponse) -> None:
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004  what HTTP calls success
        return
    detail = f"{status}: {_detail(answer)}"
    if status in FINAL_REFUSALS:
        raise Rejected("Airflow", detail, str(status))
    if status == 429:  # noqa: PLR2004
        pause = read_retry_after(answer.headers.get("Retry-After", ""), usual=RATE_LIMIT_PAUSE)
        raise RateLimited("Airflow", detail, pause)
    raise Troubled("Airflow", detail, status)


def _detail(answer: BaseHTTPResponse) -> str:
    """Airflow's own words, from whichever of its shapes of error."""
    text = answer.data.decode(errors="replace")
    try:
        detail = json.loads(text).get("detail", text)
    except (ValueError, AttributeError):
        detail = text
    if isinstance(detail, str):
        detail = detail.split("\n\n")[0]  # jsonschema's sentence, without the schema it prints below
    elif isinstance(detail, list):
        detail = "; ".join(_one_problem(each) for each in detail)
    elif isinstance(detail, dict):
        detail = detail.get("reason") or detail.get("message") or json.dumps(detail)
    return " ".join(str(detail).split())[:LONGEST_DETAIL]


def _one_problem(problem: Any) -> str:
    if not isinstance(problem, dict):
        return str(problem)
    where = ".".join(str(each) for each in problem.get("loc", ()) if each != "body")
    return f"{where}: {problem.get('msg', '')}" if where else str(problem.get("msg", problem))
