"""What answers in Airflow's place: proxies, sign-on pages, other servers.

Each becomes an Unavailable that says what was met and what whoever runs the bot can do about it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

REFUSED_AT_THE_DOOR = frozenset({401, 403})
"""HTTP codes of requests that were refused before anything was done."""
NOTHING_THERE = (
    "RUNBELL_AIRFLOW_URL must be the address of Airflow's own start page: with the path that a proxy "
    "puts before it, "
    "without /api/v2, /dags or /home."
)
SIGN_ON = (
    "A sign-on page stands before Airflow. Give Runbell an address that leads to Airflow itself, or "
    "let /api/v2 and "
    "/auth/token pass there without it."
)
BEHIND_A_PROXY = "Airflow's API server is down, or the proxy before it looks for it in the wrong place."
LONGEST_TITLE = 60
TITLE = re.compile(rb"<title[^>]*>([^<]{1,200})", re.IGNORECASE)


class Troubled(Unavailable):
    """An answer that says that no answer can be given. `status` is the HTTP status."""

    def __init__(self, system: str, detail: str, status: int, advice: str = "") -> None:
        not_done = status in REFUSED_AT_THE_DOOR
        super().__init__(system, detail, not_done=not_done, code=str(status), advice=advice)
        self.status = status


def obstacle(answer: BaseHTTPResponse, body: bytes, *, asked: str, during: str = "") -> Unavailable:
    """Return the error for an answer that does not come from Airflow's API.

    `asked` is the address. `during` is "signing in", or "".
    """
    status = answer.status
    before = f"{during}: " if during else ""
    if 300 <= status < 400:  # noqa: PLR2004  HTTP's redirects
        return _sent_on(answer, asked, before)
    page = _page(body)
    if 200 <= status < 300:  # noqa: PLR2004  HTTP's success
        return _no_data(body, page, before, status)
    if status in {404, 405, 410}:
        detail = f"{before}nothing of Airflow answers at that address ({status})"
        return Troubled("Airflow", detail, status, NOTHING_THERE)
    if status in {502, 503, 504}:
        return Troubled("Airflow", f"{before}{status}: {page or 'no word'}", status, BEHIND_A_PROXY)
    if b"HTTPS port" in body or b"HTTP request to an HTTPS" in body:
        detail = f"{before}it speaks only https at that port"
        return Troubled("Airflow", detail, status, "Write https:// in RUNBELL_AIRFLOW_URL.")
    if status in {401, 403}:
        return Troubled("Airflow", f"{before}{status}: {page or 'no word'}", status, SIGN_ON)
    if status == 407:  # noqa: PLR2004
        advice = (
            "Put the proxy's user and password into HTTPS_PROXY (or HTTP_PROXY), or name Airflow in NO_PROXY."
        )
        return Troubled("Airflow", f"{before}the HTTP proxy asks for a password", status, advice)
    return Troubled("Airflow", f"{before}{status}: {page or 'no word'}", status, BEHIND_A_PROXY)


def _no_data(body: bytes, page: str, before: str, status: int) -> Unavailable:
    if body.lstrip()[:1] == b"<":
        detail = f"{before}a web page came instead of Airflow's answer ({page})"
        return Troubled("Airflow", detail, status, SIGN_ON)
    if not body.strip():
        return Troubled("Airflow", f"{before}its answer was empty", status, BEHIND_A_PROXY)
    detail = f"{before}it answered something other than JSON, or its answer broke off"
    return Troubled("Airflow", detail, status, BEHIND_A_PROXY)


def _sent_on(answer: BaseHTTPResponse, asked: str, before: str) -> Unavailable:
    """Return the error for a redirect. None is followed: the token would go to whoever is named there."""
    location = answer.headers.get("Location", "")
    to, ours = urlsplit(location), urlsplit(asked)
    place = f"{to.scheme}://{to.netloc}{to.path}" if to.netloc else to.path or "nowhere"
    detail = f"{before}{answer.status}: it sends us on to {place[:200]}"
    if to.scheme == "https" and to.hostname == ours.hostname and ours.scheme != "https":
        port = f":{to.port}" if to.port else ""
        advice = f"Write https://{to.hostname}{port} in RUNBELL_AIRFLOW_URL, in the place of http."
        return Troubled("Airflow", detail, answer.status, advice)
    return Troubled("Airflow", detail, answer.status, SIGN_ON)


def _page(body: bytes) -> str:
    """Return a page's title, or the beginning of other text, on one line."""
    found = TITLE.search(body[:20_000])
    words = found.group(1) if found else b"" if body.lstrip()[:1] == b"<" else body[:300]
    return " ".join(words.decode(errors="replace").split())[:LONGEST_TITLE]
