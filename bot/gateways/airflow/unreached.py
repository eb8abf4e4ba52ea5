"""Errors when Airflow cannot be reached: which of ours each becomes, and what to do about it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.domain.errors import Rejected, Unavailable
from bot.gateways.airflow.obstacles import BEHIND_A_PROXY

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 5
"""Errors inside errors, as urllib3 wraps them."""
CERTIFICATES = (
    (
        "WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|record layer|HTTP_REQUEST|PACKET_LENGTH|UNKNOWN_PROTOCOL",
        "it does not speak https at that port",
        "Write http:// in RUNBELL_AIRFLOW_URL, or the port that speaks https.",
    ),
    (
        "[Hh]ostname mismatch|IP address mismatch|doesn't match",
        "its certificate is for another name",
        "Use the name that stands in the certificate in RUNBELL_AIRFLOW_URL.",
    ),
    (
        "has expired|not yet valid",
        "its certificate has expired or is not valid yet",
        "Renew Airflow's certificate; look at this machine's clock, too.",
    ),
    (
        "self.signed|unable to get (local )?issuer|unable to verify|CERTIFICATE_VERIFY_FAILED",
        "its certificate is signed by nobody whom this machine knows",
        "Set RUNBELL_AIRFLOW_CA_FILE to the PEM file of the authority that signed it.",
    ),
    (
        "CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|certificate required|alert|EOF",
        "it asks for a certificate of ours, or refuses the one that it got",
        "Set RUNBELL_AIRFLOW_CLIENT_CERTIFICATE and RUNBELL_AIRFLOW_CLIENT_KEY to those made for Runbell.",
    ),
    (
        "PEM|NO_START_LINE|no start line|KEY_VALUES_MISMATCH|ASN1|NO_CERTIFICATE",
        "a certificate file of the settings cannot be used",
        (
            "RUNBELL_AIRFLOW_CA_FILE, _CLIENT_CERTIFICATE and _CLIENT_KEY must be PEM files that belong "
            "together."
        ),
    ),
)


@contextmanager
def renaming_errors(during: str = "") -> Iterator[None]:
    """Turn what urllib3, ssl and apache-airflow-client raise into our own errors."""
    import pydantic  # noqa: PLC0415  the client's, and as heavy
    import urllib3.exceptions as of_http  # noqa: PLC0415
    from airflow_client.client import OpenApiException  # noqa: PLC0415

    before = f"{during}: " if during else ""
    try:
        yield
    except RecursionError as error:
        raise Rejected("Airflow", "what is to be sent is nested too deeply", "422") from error
    except pydantic.ValidationError as error:
        raise Rejected(
            "Airflow", f"the request itself is wrong: {error.errors()[0]['msg']}", "422"
        ) from error
    except (of_http.HTTPError, OpenApiException, OSError) as error:
        raise _renamed(error, before) from error


def _renamed(error: Exception, before: str) -> Unavailable:
    import urllib3.exceptions as of_http  # noqa: PLC0415

    if isinstance(error, of_http.ProxyError):
        advice = "HTTPS_PROXY or HTTP_PROXY names it: correct that, or name Airflow's host in NO_PROXY."
        return _unreached(f"{before}the HTTP proxy cannot be reached, or refuses", advice, not_done=True)
    if isinstance(error, of_http.NameResolutionError):
        advice = "Correct the host in RUNBELL_AIRFLOW_URL, or look at this machine's name server."
        return _unreached(f"{before}it cannot be reached: no machine has that name", advice, not_done=True)
    if isinstance(error, of_http.ConnectTimeoutError) and not isinstance(error, of_http.NewConnectionError):
        advice = "Is a firewall in between? Is the host in RUNBELL_AIRFLOW_URL the right one?"
        return _unreached(f"{before}it cannot be reached in time", advice, not_done=True)
    if isinstance(error, of_http.NewConnectionError):
        advice = "Start Airflow's API server, or correct host and port in RUNBELL_AIRFLOW_URL."
        return _unreached(f"{before}it cannot be reached: nobody listens there", advice, not_done=True)
    if isinstance(error, of_http.TimeoutError):
        return _unreached(
            f"{before}it did not answer in time", "Airflow's API server is overloaded, or hangs."
        )
    return _of_certificates(error, before) or _broken_off(error, before)


def _of_certificates(error: Exception, before: str) -> Unavailable | None:
    import ssl  # noqa: PLC0415

    import urllib3.exceptions as of_http  # noqa: PLC0415

    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and len(chain) < DEEPEST:
        chain.append(each)
        each = next((part for part in each.args if isinstance(part, BaseException)), each.__cause__)
    if not any(isinstance(link, ssl.SSLError | of_http.SSLError) for link in chain):
        return None
    words = " ".join(str(link) for link in chain)
    for pattern, detail, advice in CERTIFICATES:
        if re.search(pattern, words):
            return _unreached(f"{before}{detail}", advice, not_done=True)
    advice = "Look at Airflow's certificate, and at the RUNBELL_AIRFLOW_CA_FILE of the settings."
    return _unreached(
        f"{before}no safe connection can be made ({type(error).__name__})", advice, not_done=True
    )


def _broken_off(error: Exception, before: str) -> Unavailable:
    import urllib3.exceptions as of_http  # noqa: PLC0415

    if isinstance(error, of_http.DecodeError) or "Connection broken" in str(error):  # urllib3's own words
        return _unreached(f"{before}its answer broke off in the middle", BEHIND_A_PROXY)
    advice = (
        "It closed the connection: does that port speak https, where RUNBELL_AIRFLOW_URL says http, or "
        "another protocol?"
    )
    return _unreached(f"{before}it cannot be reached ({type(error).__name__})", advice)


def _unreached(detail: str, advice: str, *, not_done: bool = False) -> Unavailable:
    return Unavailable("Airflow", detail, not_done=not_done, advice=advice)
