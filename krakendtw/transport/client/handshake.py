"""The client's handshake, as an endpoint over another one.

A connection counts as made when its handshake is over and the certificate is
found to be the host's, so that no request is sent to anybody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import (
    IHandshakeListener,
    IOpenSSLClientConnectionCreator,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from zope.interface import implementer

from krakendtw.errors import TransportError
from krakendtw.transport.client.connection import UncleanEnd
from krakendtw.transport.client.tls_words import (
    certificate_fault,
    first_record_fault,
    handshake_fault,
    is_address,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress, IProtocol, IProtocolFactory

HANDSHAKE_LIMIT_S = 10.0
"""How long a handshake may take; lura's limit."""

_RECORDS = frozenset(range(0x14, 0x19))
"""First bytes of TLS records (RFC 8446 §5.1)."""


def accept(*_: object) -> bool:
    """Any certificate will do: ``allow_insecure_connections``."""
    return True


def verify(
    connection: SSL.Connection, certificate: Any, number: int, depth: int, ok: int
) -> bool:
    """Judge the server's certificate when OpenSSL has seen all of its chain.

    It goes from the root to the leaf, faults before the certificate they are
    found at, so the last call is for the leaf and without a fault.
    """
    transport = connection.get_app_data()
    if not ok:
        transport.faults.append((number, depth))
        return True
    if depth > 0:
        return True
    leaf = certificate.to_cryptography()
    fault = certificate_fault(leaf, transport.host, transport.faults)
    transport.fault = fault
    return not fault


@implementer(IStreamClientEndpoint)
class TLSEndpoint:
    """Connects over another endpoint and shakes hands.

    :param context: gives the context for the next connection; may raise
        :exc:`~krakendtw.errors.TransportError`.
    :param clock: the reactor, for the limit.
    :param host: whom the certificate must be for.
    :param below: connects the socket.
    """

    def __init__(
        self, context: Callable[[], SSL.Context], clock: Any, host: str, below: Any
    ) -> None:
        self._context = context
        self._clock = clock
        self._host = host
        self._below = below

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """See :class:`twisted.internet.interfaces.IStreamClientEndpoint`.

        :raises TransportError: through the Deferred; so the endpoint's below.
        """
        try:
            context = self._context()
        except TransportError:
            return fail()
        attempt = _Attempt(self._clock, context, self._host, factory)
        attempt.dial(self._below)
        return attempt.done


@implementer(IOpenSSLClientConnectionCreator)
class _Attempt:
    """One connection until its handshake is over.

    :ivar done: fires with the protocol inside.
    """

    def __init__(
        self, clock: Any, context: SSL.Context, host: str, factory: IProtocolFactory
    ) -> None:
        self._clock = clock
        self._context = context
        self._factory = factory
        self._host = host
        self._dialing: Any = None
        self._timer: Any = None
        self._transport: Any = None
        self._ends = ""
        self.done: Deferred[IProtocol] = Deferred(self._cancel)

    def dial(self, below: Any) -> None:
        """Connect, with TLS over the socket."""
        inside = Factory.forProtocol(lambda: _Handshake(self))
        inside.noisy = False
        wrapped = TLSMemoryBIOFactory(self, True, inside, self._clock)
        wrapped.protocol = ClientTransport
        self._dialing = below.connect(wrapped)
        self._dialing.addErrback(self.failed)

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        """See :class:`twisted.internet.interfaces.IOpenSSLClientConnectionCreator`."""
        connection = SSL.Connection(self._context, None)
        tlsProtocol.host = self._host
        if not is_address(self._host):
            connection.set_tlsext_host_name(_ascii(self._host))
        return connection

    def _cancel(self, _: object) -> None:
        if self._transport is None:
            self._dialing.cancel()
        else:
            self._transport.abortConnection()

    def failed(self, failure: Failure) -> None:
        """There is no connection."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        if not self.done.called:
            self.done.errback(failure)

    def begun(self, transport: ClientTransport) -> None:
        """The handshake begins."""
        self._transport = transport
        wire: Any = transport
        here, there = wire.getHost(), wire.getPeer()
        self._ends = f"{here.host}:{here.port}->{there.host}:{there.port}"
        self._timer = self._clock.callLater(HANDSHAKE_LIMIT_S, self._expired)

    def _expired(self) -> None:
        self.failed(Failure(TransportError("net/http: TLS handshake timeout")))
        self._transport.abortConnection()

    def completed(self) -> None:
        """The handshake is over: the protocol inside begins."""
        self._timer.cancel()
        transport, self._transport = self._transport, None
        address: IAddress = transport.getPeer()
        protocol: Any = self._factory.buildProtocol(address)
        transport.wrappedProtocol = protocol
        protocol.makeConnection(transport)
        self.done.callback(protocol)

    def lost(self, reason: Failure) -> None:
        """The connection ended during the handshake."""
        transport = self._transport
        if transport.fault:
            fault = transport.fault
        elif reason.check(ConnectionDone, UncleanEnd):
            fault = "EOF"
        elif reason.check(TransportError):
            fault = str(reason.value)
        else:
            fault = f"read tcp {self._ends}: read: connection reset by peer"
        self.failed(Failure(TransportError(fault)))


def _ascii(host: str) -> bytes:
    """A host's name as SNI wants it (RFC 6066 §3)."""
    name = host.rstrip(".")
    try:
        return name.encode("ascii")
    except UnicodeEncodeError:
        return name.encode("idna")


class ClientTransport(TLSMemoryBIOProtocol):
    """The TLS of one connection to a backend; its writes go out at once.

    :ivar host: whom the certificate must be for.
    :ivar faults: numbers and depths of what OpenSSL found wrong with the chain.
    :ivar fault: why the handshake failed, if that is known.
    """

    def __init__(self, factory: Any, wrapped: Any, connect: bool = True) -> None:
        super().__init__(factory, wrapped, connect)  # type: ignore[no-untyped-call]
        self.host = ""
        self.faults: list[tuple[int, int]] = []
        self.fault = ""
        self._sniffed = False

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if not self._sniffed:
            self._sniffed = True
            if data[0] not in _RECORDS:
                self.fault = first_record_fault(data)
                self.abortConnection()  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        inside: Any = _Ending(self.wrappedProtocol, reason)
        self.wrappedProtocol = inside
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


class _Ending:
    """Says how a connection ended to the protocol inside.

    :param socket: how the socket ended.
    """

    def __init__(self, protocol: Any, socket: Failure) -> None:
        self._protocol = protocol
        self._socket = socket
        self.dataReceived = protocol.dataReceived

    def connectionLost(self, reason: Failure) -> None:
        """See :class:`twisted.internet.interfaces.IProtocol`."""
        value: Any = reason.value
        if isinstance(value, SSL.Error):
            reason = Failure(TransportError(handshake_fault(value)))
        elif reason.check(ConnectionLost) and self._socket.check(ConnectionDone):
            reason = Failure(UncleanEnd("unexpected EOF"))
        self._protocol.connectionLost(reason)


@implementer(IHandshakeListener)
class _Handshake(Protocol):
    """Stands inside the TLS until the handshake is over."""

    transport: Any

    def __init__(self, attempt: _Attempt) -> None:
        self._attempt = attempt

    def connectionMade(self) -> None:
        """See :class:`twisted.internet.protocol.BaseProtocol`."""
        self._attempt.begun(self.transport)

    def handshakeCompleted(self) -> None:
        """See :class:`twisted.internet.interfaces.IHandshakeListener`."""
        self._attempt.completed()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self._attempt.lost(reason)
