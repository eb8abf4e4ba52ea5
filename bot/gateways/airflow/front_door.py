"""How requests leave for Airflow: through which certificates and proxies, the same for every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from urllib3 import PoolManager


@dataclass(frozen=True, slots=True)
class Certificates:
    """Paths of PEM files. `authorities`: whom to believe, instead of those that the system believes.

    `own` and `key`: what we show of ourselves, where the server asks for it.
    """

    authorities: str = ""
    own: str = ""
    key: str = ""


SYSTEMS_OWN = Certificates()


def client_of(url: str, certificates: Certificates = SYSTEMS_OWN, *, connections: int = 4) -> Any:
    """Return apache-airflow-client's ApiClient, which reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY.

    Raises Unavailable when a certificate's file cannot be read.
    """
    import airflow_client.client as generated  # noqa: PLC0415  takes 0.8 s: only when Airflow is really asked

    configuration = generated.Configuration(
        host=url,
        retries=False,
        ssl_ca_cert=certificates.authorities or None,
        cert_file=certificates.own or None,
        key_file=certificates.key or None,
        connection_pool_maxsize=connections,
    )
    for path in (certificates.authorities, certificates.own, certificates.key):
        if path:
            _readable(path)
    return generated.ApiClient(configuration)


def pool_of(url: str, certificates: Certificates = SYSTEMS_OWN) -> PoolManager:
    """Return the way there for what is not Airflow's own API, such as signing in."""
    pool: PoolManager = client_of(url, certificates).rest_client.pool_manager
    return pool


def _readable(path: str) -> None:
    try:
        with open(path, "rb"):  # noqa: PTH123  only whether it opens
            return
    except OSError as error:
        raise Unavailable(
            "Airflow",
            f"the certificate file {path} cannot be read ({type(error).__name__})",
            not_done=True,
            advice="Correct its path in the settings, or let Runbell's user read it.",
        ) from error
