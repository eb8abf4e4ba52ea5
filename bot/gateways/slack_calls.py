"""Calls of Slack's Web API, with its errors renamed and its rate limits recognized."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.domain.errors import AppRefused, Expired, RateLimited, Rejected, Unavailable
from bot.gateways.deadline import ends_within
from bot.gateways.retry_after import read_retry_after
from bot.gateways.slack_forms import INVALID_BLOCKS
from bot.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
"""Slack's own troubles, which are worth another try."""
OF_THE_APP = {
    "accesslimited", "account_inactive", "enterprise_is_restricted", "invalid_auth", "not_allowed_token_type",
    "not_authed", "org_login_required", "team_access_not_granted", "token_expired", "token_revoked",
    "two_factor_setup_required",
}  # fmt: skip
"""Refusals of the app as such, by any method.

What may be about a single channel (no_permission, access_denied) is not among them: it must not stop the
others.
"""
NO_LONGER_WAITED_FOR = {
    "exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id",
    "trigger_exchanged", "trigger_expired",
}  # fmt: skip
"""Slack's names, of today and of earlier, for a trigger that is used up or too old."""
ENDS_WITHIN = 60.0
"""Seconds for a whole call, a small file's upload included."""
QUICK_ENDS_WITHIN = 8.0
"""Seconds for a whole call on which a person waits. One that hangs is given up earlier, by its timeout."""
NOT_SLACKS = "Received a response in a non-JSON format"
"""How the SDK begins what it says of an answer that is a page, as of a proxy in between."""
TOO_MANY_REQUESTS = 429
CLIENT_ERROR = 400
SERVER_ERROR = 500


def call(method: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
    """Call a method of the SDK without the arguments that are None.

    Raises RateLimited, AppRefused, Unavailable or Rejected in place of the SDK's errors.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        with waiting(), ends_within(ENDS_WITHIN):
            return method(**given)
    except SlackApiError as error:
        raise _renamed(error) from error
    except (SlackClientError, OSError, HTTPException) as error:
        raise Unavailable("Slack", str(error) or type(error).__name__) from error


def say(method: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
    """Call a method that speaks. Raises AppRefused without its scope: nothing could be said anywhere."""
    try:
        return call(method, **arguments)
    except Rejected as error:
        if error.code == "missing_scope":
            raise AppRefused("Slack", error.code) from error
        raise


def quickly(method: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
    """Call a method on which a person waits, so that one that drips is given up in time."""
    with ends_within(QUICK_ENDS_WITHIN):
        return call(method, **arguments)


def in_time(method: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
    """Call a method that uses up a trigger. Raises Expired if the trigger is used up or too old."""
    try:
        return quickly(method, **arguments)
    except Rejected as error:
        if error.code in NO_LONGER_WAITED_FOR or "trigger_id" in error.detail:
            raise Expired("Slack", error.detail, error.code) from error
        raise


def respond(client: WebClient, response_url: str, body: dict[str, Any]) -> None:
    """Send to a response URL as the client would. Raises Unavailable, or Rejected with Slack's words."""
    where = WebhookClient(
        response_url, timeout=client.timeout, ssl=client.ssl, proxy=client.proxy, retry_handlers=[]
    )
    try:
        with waiting(), ends_within(QUICK_ENDS_WITHIN):
            answer = where.send_dict(body)
    except (SlackClientError, OSError, HTTPException) as error:
        raise Unavailable("Slack", str(error) or type(error).__name__) from error
    if INVALID_BLOCKS in answer.body:  # whatever the status is: no source says
        raise Rejected("Slack", answer.body, INVALID_BLOCKS)
    if answer.status_code >= SERVER_ERROR or answer.status_code == TOO_MANY_REQUESTS:
        raise Unavailable("Slack", f"it answered {answer.status_code}")
    if answer.status_code >= CLIENT_ERROR:
        raise Rejected("Slack", answer.body, str(answer.status_code))


def clock_of(answer: SlackResponse) -> datetime | None:
    """Return the moment at which Slack answered, by its own clock."""
    try:
        return parsedate_to_datetime(header(answer, "date"))
    except ValueError:
        return None


def header(answer: SlackResponse, name: str) -> str:
    """Return a header of the answer; "" if it is missing. `name` is in lower case.

    Slack, and proxies before it, spell names in either case.
    """
    found = {each.lower(): value for each, value in answer.headers.items()}.get(name, "")
    return str(found[0] if isinstance(found, list) else found)


def _renamed(error: SlackApiError) -> Unavailable | Rejected:
    """Return the error of ours that Slack's answer means."""
    answer = error.response
    code = str(answer.get("error", "unknown"))
    if answer.status_code == TOO_MANY_REQUESTS or code in {"ratelimited", "rate_limited"}:
        return RateLimited("Slack", code, read_retry_after(header(answer, "retry-after"), usual=1.0))
    if answer.status_code >= SERVER_ERROR or code in PASSING:
        return Unavailable("Slack", code, code=code)
    if code.startswith(NOT_SLACKS):
        return Unavailable("Slack", "its answer was not Slack's own", code="not_slacks")
    if code in OF_THE_APP:
        return AppRefused("Slack", code)
    messages = (answer.get("response_metadata") or {}).get("messages") or []
    return Rejected("Slack", "; ".join([code, *messages]), code)
