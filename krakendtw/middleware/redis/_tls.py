"""TLS to Redis: the key ``tls``, written as the root's ``client_tls``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from zope.interface import implementer

from krakendtw.errors import ConfigError
from krakendtw.middleware._fields import Fields

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_VERSIONS = {
    "TLS10": "TLSv1_0",
    "TLS11": "TLSv1_1",
    "TLS12": "TLSv1_2",
    "TLS13": "TLSv1_3",
}


@frozen
class RedisTLS:
    """How the server is trusted, and how we prove who we are."""

    allow_insecure: bool = False
    ca_certs: tuple[str, ...] = ()
    min_version: str = "TLS13"
    max_version: str = "TLS13"
    certificate: str = ""
    private_key: str = ""

    def options_for(self, host: str) -> Any:
        """The connection creator for one host name."""
        from twisted.internet import ssl

        extra: dict[str, Any] = {
            "insecurelyLowerMinimumTo": getattr(
                ssl.TLSVersion, _VERSIONS[self.min_version]
            ),
            "lowerMaximumSecurityTo": getattr(
                ssl.TLSVersion, _VERSIONS[self.max_version]
            ),
        }
        own = None
        if self.certificate:
            pem = _read(self.certificate) + _read(self.private_key)
            own = ssl.PrivateCertificate.loadPEM(pem)
        if self.allow_insecure:
            if own is not None:
                extra |= {
                    "privateKey": own.privateKey.original,
                    "certificate": own.original,
                }
            return _Insecure(ssl.CertificateOptions(**extra))
        trust = None
        if self.ca_certs:
            trust = ssl.trustRootFromCertificates(
                [
                    ssl.Certificate.loadPEM(block + _END)
                    for path in self.ca_certs
                    for block in _read(path).split(_END)[:-1]
                ]
            )
        return ssl.optionsForClientTLS(
            host, trustRoot=trust, clientCertificate=own, extraCertificateOptions=extra
        )


@implementer(IOpenSSLClientConnectionCreator)
class _Insecure:
    """Trusts whatever certificate comes."""

    def __init__(self, options: Any) -> None:
        from OpenSSL import SSL

        self._context = options.getContext()
        self._context.set_verify(SSL.VERIFY_NONE)

    def clientConnectionForTLS(self, tlsProtocol: Any) -> Any:
        """See :class:`twisted.internet.interfaces.IOpenSSLClientConnectionCreator`."""
        from OpenSSL import SSL

        connection = SSL.Connection(self._context, None)
        connection.set_app_data(tlsProtocol)
        return connection


_END = b"-----END CERTIFICATE-----\n"


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def read_tls(raw: Any, where: ConfigPath) -> RedisTLS:
    """The settings.

    :raises ConfigError: they cannot be meant.
    """
    fields = Fields(raw, where)
    certificate = private_key = ""
    for place, item in fields.items("client_certs"):
        pair = Fields(item, place)
        certificate = pair.text("certificate", required=True)
        private_key = pair.text("private_key", required=True)
        pair.finish()
    for key in ("disable_system_ca_pool", "cipher_suites", "curve_preferences"):
        fields.any(key)
    tls = RedisTLS(
        allow_insecure=fields.flag("allow_insecure_connections"),
        ca_certs=fields.texts("ca_certs"),
        min_version=fields.choice("min_version", _VERSIONS, "TLS13"),
        max_version=fields.choice("max_version", _VERSIONS, "TLS13"),
        certificate=certificate,
        private_key=private_key,
    )
    fields.finish()
    for path in (*tls.ca_certs, certificate, private_key):
        if path:
            try:
                _read(path)
            except OSError as error:
                raise ConfigError(where, f"cannot read {path}: {error}") from error
    return tls
