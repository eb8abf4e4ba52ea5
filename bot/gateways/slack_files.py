"""A file that somebody gave in a form, read from Slack with the bot's token, from nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3

from bot.domain.errors import Rejected, Unavailable
from bot.domain.kept_file import FetchedFile
from bot.gateways.deadline import ends_within
from bot.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk import WebClient

NOT_THEIRS, TOO_LARGE, NOT_GIVEN = "not_theirs", "too_large", "not_given"
"""Codes of what is raised for a file that cannot be taken."""
ANSWERS_WITHIN = 10.0
"""Seconds for each piece of the file."""
ARRIVES_WITHIN = 120.0
"""Seconds for all of it."""
PIECE = 256 * 1024
OK = 200
SERVER_ERROR = 500


def fetch(client: WebClient, described: Mapping[str, Any], *, owner: str, most: int) -> FetchedFile:
    """Return the file that `files.info` describes, if it is the owner's and no larger than `most` bytes.

    Raises Rejected with one of the codes above, Unavailable if Slack does not answer.
    """
    if described.get("user") != owner:
        raise Rejected("Slack", "the file is another person's", NOT_THEIRS)
    address = str(described.get("url_private_download") or described.get("url_private") or "")
    if not is_slacks_own(address, client.base_url):
        raise Rejected("Slack", "the file does not lie at Slack", NOT_GIVEN)
    name, media_type = str(described.get("name") or "file"), str(described.get("mimetype") or "")
    return FetchedFile(name, media_type, _read(client, address, most))


def is_slacks_own(address: str, base_url: str) -> bool:
    """Return whether an address belongs to the host of Slack's API, or to one beneath it.

    The bot's token goes with the request, so no other host may get one.
    """
    api = urlsplit(base_url)
    try:
        there = urlsplit(address)
        is_plain = not there.username and (there.scheme, there.port) == (api.scheme, api.port)
    except ValueError:
        return False
    host = there.hostname or ""
    return is_plain and bool(api.hostname) and (host == api.hostname or host.endswith(f".{api.hostname}"))


def _read(client: WebClient, address: str, most: int) -> bytes:
    pool: urllib3.PoolManager = (
        urllib3.ProxyManager(client.proxy, ssl_context=client.ssl)
        if client.proxy
        else urllib3.PoolManager(ssl_context=client.ssl)
    )
    headers = {"Authorization": f"Bearer {client.token}", "Connection": "close"}
    timeout = urllib3.Timeout(connect=ANSWERS_WITHIN, read=ANSWERS_WITHIN)
    try:
        with waiting(), ends_within(ARRIVES_WITHIN):
            answer = pool.request(
                "GET", address, headers=headers, timeout=timeout, retries=False, redirect=False,
                preload_content=False,
            )  # fmt: skip
            try:
                return _content(answer, most)
            finally:
                answer.close()
    except urllib3.exceptions.ReadTimeoutError:
        raise Unavailable("Slack", "the file comes too slowly") from None
    except urllib3.exceptions.HTTPError as error:
        raise Unavailable("Slack", type(error).__name__) from None  # whose text may hold the address
    finally:
        pool.clear()


def _content(answer: Any, most: int) -> bytes:
    if answer.status >= SERVER_ERROR:
        raise Unavailable("Slack", f"it answered {answer.status}")
    if answer.status != OK:  # without the scope, Slack leads to where one signs in
        detail = f"it did not give the file ({answer.status}): has the app the scope files:read?"
        raise Rejected("Slack", detail, NOT_GIVEN)
    found = bytearray()
    while piece := answer.read1(PIECE):
        found += piece
        if len(found) > most:
            raise Rejected("Slack", "the file is too large", TOO_LARGE)
    return bytes(found)
