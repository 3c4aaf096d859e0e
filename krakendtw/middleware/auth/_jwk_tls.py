"""TLS to the host of a key set: suites, an own authority, pinned keys."""

from __future__ import annotations

import hashlib
import hmac
import ssl as standard_ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from OpenSSL import SSL, crypto
from twisted.internet import ssl
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import (
    IAddress,
    IHandshakeListener,
    IOpenSSLClientConnectionCreator,
    IProtocol,
    IProtocolFactory,
    IStreamClientEndpoint,
)
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.web.client import URI, Agent, HTTPConnectionPool
from twisted.web.error import SchemeNotSupported
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

if TYPE_CHECKING:
    from twisted.python.failure import Failure

DIAL_TIMEOUT_S = 30.0

_PEM_END = b"-----END CERTIFICATE-----"

# Go's numbers of TLS 1.2 suites by the names that OpenSSL has for them.
_SUITES = {
    0x000A: "DES-CBC3-SHA",
    0x002F: "AES128-SHA",
    0x0035: "AES256-SHA",
    0x003C: "AES128-SHA256",
    0x009C: "AES128-GCM-SHA256",
    0x009D: "AES256-GCM-SHA384",
    0xC009: "ECDHE-ECDSA-AES128-SHA",
    0xC00A: "ECDHE-ECDSA-AES256-SHA",
    0xC012: "ECDHE-RSA-DES-CBC3-SHA",
    0xC013: "ECDHE-RSA-AES128-SHA",
    0xC014: "ECDHE-RSA-AES256-SHA",
    0xC023: "ECDHE-ECDSA-AES128-SHA256",
    0xC027: "ECDHE-RSA-AES128-SHA256",
    0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256",
    0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384",
    0xC02F: "ECDHE-RSA-AES128-GCM-SHA256",
    0xC030: "ECDHE-RSA-AES256-GCM-SHA384",
    0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305",
    0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305",
}
_DEFAULT_SUITES = (0xC02F, 0xC02B, 0xC030, 0xC02C, 0xCCA8, 0xCCA9)


class NotPinned(Exception):
    """No certificate of the host has one of the keys that are asked for."""

    def __init__(self) -> None:
        super().__init__("JWK client did not find a pinned key")


@frozen
class TLSSettings:
    """How the host of a key set is trusted.

    :ivar cipher_suites: Go's numbers; none for the modern ones.  TLS 1.3 has
        its own, whatever is said here.
    :ivar authorities: certificates (DER) trusted beside the system's.
    :ivar pins: SHA-256 digests of public keys, one of which must be met.
    :ivar is_insecure: whether any certificate will do.
    """

    cipher_suites: tuple[int, ...] = ()
    authorities: tuple[bytes, ...] = ()
    pins: tuple[bytes, ...] = ()
    is_insecure: bool = False

    def creator(self, host: str) -> IOpenSSLClientConnectionCreator:
        """The connection creator for one host."""
        extra = _suite_options(self.cipher_suites or _DEFAULT_SUITES)
        if self.is_insecure:
            return _Unverified(host, ssl.CertificateOptions(**extra))
        found: IOpenSSLClientConnectionCreator = ssl.optionsForClientTLS(
            host,
            trustRoot=_trust(self.authorities) if self.authorities else None,
            extraCertificateOptions=extra,
        )
        return found


def pem_certificates(pem: bytes) -> tuple[bytes, ...]:
    """The certificates of a PEM file, in DER; what is none is passed over."""
    found = []
    for block in pem.split(_PEM_END)[:-1]:
        start = block.find(b"-----BEGIN CERTIFICATE-----")
        if start < 0:
            continue
        text = (block[start:] + _PEM_END).decode("ascii", "replace")
        try:
            found.append(standard_ssl.PEM_cert_to_DER_cert(text))
        except ValueError:
            continue
    return tuple(found)


def _suite_options(suites: Sequence[int]) -> dict[str, Any]:
    names = [_SUITES[number] for number in suites if number in _SUITES]
    if not names:  # nothing that TLS 1.2 could use
        return {"raiseMinimumTo": ssl.TLSVersion.TLSv1_3}
    return {
        "insecurelyLowerMinimumTo": ssl.TLSVersion.TLSv1_2,
        "acceptableCiphers": ssl.AcceptableCiphers.fromOpenSSLCipherString(
            ":".join(names)
        ),
    }


def _trust(authorities: Sequence[bytes]) -> Any:
    """The system's authorities and these."""
    system = standard_ssl.create_default_context().get_ca_certs(binary_form=True)
    return ssl.trustRootFromCertificates(
        [
            ssl.Certificate.load(der, format=crypto.FILETYPE_ASN1)
            for der in (*system, *authorities)
        ]
    )


@implementer(IOpenSSLClientConnectionCreator)
class _Unverified:
    """Takes whatever certificate comes: ``disable_jwk_security``."""

    def __init__(self, host: str, options: Any) -> None:
        self._host = host.encode("idna")
        self._context = options.getContext()
        self._context.set_verify(SSL.VERIFY_NONE)

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        """See :class:`twisted.internet.interfaces.IOpenSSLClientConnectionCreator`."""
        connection = SSL.Connection(self._context, None)
        connection.set_app_data(tlsProtocol)
        if not self._host.replace(b".", b"").isdigit() and b":" not in self._host:
            connection.set_tlsext_host_name(self._host)
        return connection


def build_agent(reactor: Any, settings: TLSSettings, *, is_plain: bool) -> Agent:
    """An agent for the host of a key set.

    :param reactor: where connections are made.
    :param is_plain: whether there may be no TLS.
    """
    pool = HTTPConnectionPool(reactor, persistent=True)
    pool.cachedConnectionTimeout = 90
    endpoints = _Endpoints(reactor, settings, is_plain=is_plain)
    agent: Agent = Agent.usingEndpointFactory(reactor, endpoints, pool)
    return agent


@implementer(IAgentEndpointFactory)
class _Endpoints:
    """Makes the endpoints of an agent."""

    def __init__(self, reactor: Any, settings: TLSSettings, *, is_plain: bool) -> None:
        self._reactor = reactor
        self._settings = settings
        self._schemes = (b"http", b"https") if is_plain else (b"https",)

    def endpointForURI(self, uri: URI) -> Any:
        """See :class:`twisted.web.iweb.IAgentEndpointFactory`."""
        if uri.scheme not in self._schemes:  # as when a redirect leaves TLS
            scheme = uri.scheme.decode("latin-1")
            raise SchemeNotSupported(f'unsupported protocol scheme "{scheme}"')
        host = uri.host.decode("ascii").strip("[]")
        plain = HostnameEndpoint(self._reactor, host, uri.port, timeout=DIAL_TIMEOUT_S)
        if uri.scheme == b"http":
            return plain
        settings = self._settings
        secure = wrapClientTLS(settings.creator(host), plain)
        return _PinnedEndpoint(secure, settings.pins) if settings.pins else secure


@implementer(IStreamClientEndpoint)
class _PinnedEndpoint:
    """Connects through another endpoint, and ends what is not pinned."""

    def __init__(self, endpoint: Any, pins: Sequence[bytes]) -> None:
        self._endpoint = endpoint
        self._pins = pins

    def connect(
        self,
        protocolFactory: IProtocolFactory,  # noqa: N803 - Twisted's name
    ) -> Deferred[IProtocol]:
        """See :class:`twisted.internet.interfaces.IStreamClientEndpoint`."""
        connecting = self._endpoint.connect(_PinnedFactory(protocolFactory, self._pins))
        found: Deferred[IProtocol] = connecting.addCallback(_settle)
        return found


def _settle(protocol: _PinnedProtocol) -> Deferred[IProtocol]:
    """The wrapped protocol, once the host has shown its certificates."""
    return protocol.settled


class _PinnedFactory(WrappingFactory):
    """Puts a look at the certificates before each protocol."""

    noisy = False

    def __init__(self, wrapped: Any, pins: Sequence[bytes]) -> None:
        super().__init__(wrapped)  # type: ignore[no-untyped-call]
        self._pins = pins

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """See :class:`twisted.internet.interfaces.IProtocolFactory`."""
        wrapped: Any = self.wrappedFactory
        inner = wrapped.buildProtocol(addr)
        return None if inner is None else _PinnedProtocol(self, inner, self._pins)


@implementer(IHandshakeListener)
class _PinnedProtocol(ProtocolWrapper):
    """Lets its protocol begin when a certificate of the host has a pinned key.

    :ivar settled: fires with the protocol, or fails with :exc:`NotPinned`.
    """

    def __init__(self, factory: Any, wrapped: Any, pins: Sequence[bytes]) -> None:
        super().__init__(factory, wrapped)
        self._inner: Any = wrapped
        self._pins = pins
        self._is_settled = False
        self.settled: Deferred[IProtocol] = Deferred()

    def makeConnection(self, transport: Any) -> None:
        """The wrapped protocol has to wait for the handshake."""
        self.transport = transport
        self.factory.registerProtocol(self)

    def handshakeCompleted(self) -> None:
        """See :class:`twisted.internet.interfaces.IHandshakeListener`."""
        self._is_settled = True
        transport: Any = self.transport
        if not _has_pin(transport.getHandle(), self._pins):
            transport.abortConnection()
            self.settled.errback(NotPinned())
            return
        self._inner.makeConnection(self)
        self.settled.callback(self._inner)

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        """See :class:`twisted.internet.protocol.Protocol`."""
        if not self._is_settled:
            self._is_settled = True
            self.settled.errback(reason)
            return
        if self._inner.transport is not None:
            ProtocolWrapper.connectionLost(self, reason)


def _has_pin(connection: SSL.Connection, pins: Sequence[bytes]) -> bool:
    """Whether a certificate that the host sent has a pinned key."""
    for certificate in connection.get_peer_cert_chain() or ():
        spki = (
            certificate.to_cryptography()
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        )
        digest = hashlib.sha256(spki).digest()
        if any(hmac.compare_digest(digest, pin) for pin in pins):
            return True
    return False
