"""The certificates and proxies of every request: to Airflow, and to a pager."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from urllib3 import PoolManager


@dataclass(frozen=True, slots=True)
class Certificates:
    """Paths of PEM files.

    `authorities` replaces the certificate authorities that the system trusts. `own` and `key` are our
    certificate, if the server asks for one.
    """

    authorities: str = ""
    own: str = ""
    key: str = ""


SYSTEMS_OWN = Certificates()


def client_of(
    url: str, certificates: Certificates = SYSTEMS_OWN, *, connections: int = 4, system: str = "Airflow"
) -> Any:
    """Return the ApiClient of apache-airflow-client, which reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY.

    Raises Unavailable, of the system that is asked, if a certificate's file cannot be read.
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
            _readable(path, system)
    return generated.ApiClient(configuration)


def pool_of(url: str, certificates: Certificates = SYSTEMS_OWN, *, system: str = "Airflow") -> PoolManager:
    """Return the connections for what is not Airflow's own API, such as signing in, or a pager.

    Raises Unavailable if a certificate's file cannot be read.
    """
    pool: PoolManager = client_of(url, certificates, system=system).rest_client.pool_manager
    return pool


def _readable(path: str, system: str) -> None:
    try:
        with open(path, "rb"):  # noqa: PTH123  only whether it opens
            return
    except OSError as error:
        raise Unavailable(
            system,
            f"the certificate file {path} cannot be read ({type(error).__name__})",
            not_done=True,
            advice="Correct its path in the settings, or let Runbell's user read it.",
        ) from error
