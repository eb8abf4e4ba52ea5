"""The content of a file that a job has published by its address, from hosts that the settings allow alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import urllib3

from bot.domain.errors import Rejected, Unavailable
from bot.domain.run import MOST_FILE_BYTES
from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates, pool_of
from bot.gateways.deadline import ends_within
from bot.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Collection
    from urllib.parse import SplitResult

ANSWERS_WITHIN = 5.0
"""Seconds for the connection, and for each piece of the content."""
ARRIVES_WITHIN = 15.0
"""Seconds for all of it."""
PIECE = 64 * 1024
OK, REDIRECT, CLIENT_ERROR = 200, 300, 400
NOT_FETCHED = "not_fetched"
"""The code of what is raised for a file that is not fetched; the detail ends a sentence."""


class Addressed:
    """What lies at the addresses of some hosts.

    It is asked without any account: who may fetch it is what its address says. `hosts` are names, with a port
    unless that is 443. No redirect is followed, so no other host is ever asked.
    """

    def __init__(self, hosts: Collection[str] = (), certificates: Certificates = SYSTEMS_OWN) -> None:
        self._hosts = frozenset(each.lower() for each in hosts)
        self._certificates = Certificates(certificates.authorities)

    def __call__(self, address: str) -> bytes:
        """Return the content. Raises Rejected with the reason, which names no address."""
        there = _parts(address)
        host = there.hostname or ""
        called = host if there.port in {None, 443} else f"{host}:{there.port}"
        if called not in self._hosts:
            raise _not_fetched(
                f"Runbell may not fetch files from {called}; whoever runs it can allow that with "
                "RUNBELL_RESULT_HOSTS"
            )
        try:
            return self._read(address, host)
        except (Unavailable, urllib3.exceptions.HTTPError, OSError) as error:
            # Not tried again: the link is on the card.
            raise _not_fetched(f"{called} did not answer ({type(error).__name__})") from None

    def _read(self, address: str, host: str) -> bytes:
        pool = pool_of(address, self._certificates, system=host)
        headers = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "Runbell"}
        timeout = urllib3.Timeout(connect=ANSWERS_WITHIN, read=ANSWERS_WITHIN)
        try:
            with waiting(), ends_within(ARRIVES_WITHIN):
                answer = pool.request(
                    "GET", address, headers=headers, timeout=timeout, retries=False, redirect=False,
                    preload_content=False,
                )  # fmt: skip
                try:
                    _check(answer, host, address)
                    return _content(answer, host)
                finally:
                    answer.close()
        finally:
            pool.clear()


def name_of(address: str) -> str:
    """Return the last part of an address's path, "" if there is none."""
    try:
        return unquote(urlsplit(address).path).rpartition("/")[2]
    except ValueError:
        return ""


def _parts(address: str) -> SplitResult:
    try:
        there = urlsplit(address)
        is_plain = there.scheme == "https" and there.hostname and there.username is None and there.port != 0
    except ValueError:
        is_plain = False
    if not is_plain:
        raise _not_fetched("its address does not begin with https://, or names an account")
    return there


def _check(answer: urllib3.BaseHTTPResponse, host: str, address: str) -> None:
    """Raise Rejected unless it is the file that comes."""
    if REDIRECT <= answer.status < CLIENT_ERROR:
        raise _not_fetched(f"{host} leads to another address")
    if answer.status != OK:
        raise _not_fetched(f"{host} answered {answer.status}")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _not_fetched(f"{host} sent it packed")
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type == "text/html" and not name_of(address).lower().endswith((".html", ".htm")):
        raise _not_fetched(f"{host} answered with a web page, perhaps one to sign in")


def _content(answer: urllib3.BaseHTTPResponse, host: str) -> bytes:
    found = bytearray()
    try:
        while piece := answer.read1(PIECE):
            found += piece
            if len(found) > MOST_FILE_BYTES:
                raise _not_fetched(f"it is larger than {MOST_FILE_BYTES // 1024 // 1024} MB")
    except urllib3.exceptions.ReadTimeoutError:
        raise _not_fetched(f"{host} sent it too slowly") from None
    if not found:
        raise _not_fetched("it is empty")
    return bytes(found)


def _not_fetched(why: str) -> Rejected:
    return Rejected("Airflow", why, NOT_FETCHED)
