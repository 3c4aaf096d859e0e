"""TLS to backends: root ``client_tls``, names checked by service-identity."""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet import ssl
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from zope.interface import implementer

from krakendtw.config.model import ClientTLSConfig

_VERSIONS = {
    "SSL3.0": ssl.TLSVersion.SSLv3,
    "TLS10": ssl.TLSVersion.TLSv1_0,
    "TLS11": ssl.TLSVersion.TLSv1_1,
    "TLS12": ssl.TLSVersion.TLSv1_2,
    "TLS13": ssl.TLSVersion.TLSv1_3,
}


class TLSPolicy:
    """How backends are trusted.

    Without ``client_tls`` TLS 1.2 and later are spoken; with it 1.3 unless it
    says otherwise, as in KrakenD.

    :param config: root ``client_tls``.
    """

    def __init__(self, config: ClientTLSConfig | None) -> None:
        self._config = config
        self._options: dict[str, Any] = {}

    def options_for(self, host: str) -> Any:
        """The connection creator for one host name."""
        creator = self._options.get(host)
        if creator is None:
            creator = self._options[host] = self._make(host)
        return creator

    def _make(self, host: str) -> Any:
        config = self._config
        extra: dict[str, Any] = {
            "insecurelyLowerMinimumTo": ssl.TLSVersion.TLSv1_2,
        }
        trust: Any = None
        if config is not None:
            extra = {
                "insecurelyLowerMinimumTo": _version(config.min_version),
                "lowerMaximumSecurityTo": _version(config.max_version),
            }
            if config.ca_certs:
                trust = ssl.trustRootFromCertificates(_authorities(config.ca_certs))
        if config is not None and config.allow_insecure_connections:
            return _Insecure(host, ssl.CertificateOptions(**extra))
        return ssl.optionsForClientTLS(
            host, trustRoot=trust, extraCertificateOptions=extra
        )

    def describe(self, failure: Failure) -> str:
        """A failed connection in words; Go's where they are known."""
        value: Any = failure.value
        reasons = getattr(value, "reasons", None)
        if reasons:
            return self.describe(reasons[0])
        if isinstance(value, SSL.Error):
            return "tls: failed to verify certificate: x509: " + "; ".join(
                str(part[-1]) for part in value.args[0]
            )
        return failure.getErrorMessage()


def _version(name: str) -> Any:
    return _VERSIONS.get(name, ssl.TLSVersion.TLSv1_3)


def _authorities(paths: tuple[str, ...]) -> list[Any]:
    found: list[Any] = []
    for path in paths:
        with open(path, "rb") as file:
            pem = file.read()
        for block in pem.split(b"-----END CERTIFICATE-----")[:-1]:
            found.append(
                ssl.Certificate.loadPEM(block + b"-----END CERTIFICATE-----\n")
            )
    return found


@implementer(IOpenSSLClientConnectionCreator)
class _Insecure:
    """Trusts whatever certificate comes: ``allow_insecure_connections``."""

    def __init__(self, host: str, options: Any) -> None:
        self._host = host.encode("idna")
        self._context = options.getContext()
        self._context.set_verify(SSL.VERIFY_NONE)

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        """See :class:`twisted.internet.interfaces.IOpenSSLClientConnectionCreator`."""
        connection = SSL.Connection(self._context, None)
        connection.set_app_data(tlsProtocol)
        if not self._host.replace(b".", b"").isdigit():
            connection.set_tlsext_host_name(self._host)
        return connection
