"""TLS to backends: root ``client_tls``, names checked by service-identity.

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
from krakendtw.transport.renewal import Renewed
from krakendtw.transport.tls_files import (
    TLSFileError,
    read_authorities,
    read_pair,
    text_of,
    trust,
)
from krakendtw.transport.tls_settings import GO_CLIENT, settings

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress, IProtocol, IProtocolFactory

    from krakendtw.config.model import ClientTLSConfig
    from krakendtw.log import Log

HANDSHAKE_LIMIT_S = 10.0
"""How long a handshake may take; lura's limit."""

_RECORDS = frozenset(range(0x14, 0x19))
"""First bytes of TLS records (RFC 8446 §5.1)."""


class TLSPolicy:
    """How backends are trusted, and what they are shown.

    Without ``client_tls`` TLS 1.2 and later are spoken; with it 1.3 unless it
    says otherwise, as in KrakenD.  Changed files are taken up as the listener's.

    :param config: root ``client_tls``.
    :param clock: the reactor, for the limit of handshakes.
    :param log: told of files that cannot be used; they are left out.
    """

    def __init__(
        self, config: ClientTLSConfig | None, clock: Any, log: Log | None = None
    ) -> None:
        self._config = config
        self._log = log
        self.clock = clock
        self._settings = GO_CLIENT
        self._contexts: Renewed[SSL.Context] | None = None
        self._left_out: set[str] = set()
        if config is not None:
            self._settings = settings(
                config.min_version,
                config.max_version,
                config.cipher_suites,
                config.curve_preferences,
            )
            self._watch()

    def endpoint(self, host: str, below: Any) -> IStreamClientEndpoint:
        """TLS to ``host`` over an endpoint that connects to it."""
        return _TLSEndpoint(self, host, below)

    def context(self) -> SSL.Context:
        """The context for the next connection.

        :raises TransportError: no version can be spoken.
        """
        if not self._settings.is_possible:
            raise TransportError(
                "tls: no supported versions satisfy MinVersion and MaxVersion"
            )
        return (self._contexts or self._watch()).get()

    def _watch(self) -> Renewed[SSL.Context]:
        """Make the first context; without settings not before it is needed."""
        faults = (TLSFileError, SSL.Error)
        self._contexts = Renewed(self._paths(), self._load, faults, self._renewed)
        return self._contexts

    def _paths(self) -> list[str]:
        config = self._config
        if config is None:
            return []
        pairs = [(pair.public_key, pair.private_key) for pair in config.client_certs]
        return [*config.ca_certs, *(path for pair in pairs for path in pair)]

    def _load(self) -> SSL.Context:
        """A context of what the files hold.

        :raises TLSFileError: a file that was of use is no longer.
        """
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        self._settings.apply(context)
        context.set_mode(SSL.MODE_RELEASE_BUFFERS)
        config = self._config
        if config is None:
            trust(context, (), with_system=True)
        else:
            authorities = read_authorities(config.ca_certs, self._lost_authority)
            with_system = not config.disable_system_ca_pool
            trust(context, authorities, with_system=with_system)
            self._present(context, config)
        if config is not None and config.allow_insecure_connections:
            context.set_verify(SSL.VERIFY_NONE, _accept)
        else:
            context.set_verify(SSL.VERIFY_PEER, _verify)
        return context

    def _present(self, context: SSL.Context, config: ClientTLSConfig) -> None:
        """Load the first usable certificate of each kind of key.

        OpenSSL holds one of each, and shows the one that the server can read.
        """
        kinds: set[type] = set()
        for pair in config.client_certs:
            name = f"client certificate {pair.public_key}, {pair.private_key}"
            try:
                read = read_pair(pair)
                if read.kind not in kinds:
                    read.use(context)
            except (TLSFileError, SSL.Error) as error:
                self._leave_out(name, text_of(error))
            else:
                self._left_out.discard(name)
                kinds.add(read.kind)

    def _lost_authority(self, path: str, fault: str) -> None:
        self._leave_out(f"certificate CA {path}", fault)

    def _leave_out(self, name: str, fault: str) -> None:
        """Do without a file, as KrakenD does; but not if it was there before."""
        if self._contexts is None:
            self._left_out.add(name)
            self._error(f"Cannot load {name}: {fault}")
        elif name not in self._left_out:
            raise TLSFileError(fault)

    def _renewed(self, fault: Exception | None) -> None:
        if fault is not None:
            self._error(f"Keeping the old client certificates: {text_of(fault)}")

    def _error(self, text: str) -> None:
        if self._log is not None:
            self._log.error(text)

    def describe(self, failure: Failure) -> str:
        """A failed connection in Go's words where they are known."""
        value: Any = failure.value
        if isinstance(value, SSL.Error):
            return handshake_fault(value)
        return failure.getErrorMessage()


def _accept(*_: object) -> bool:
    """Any certificate will do: ``allow_insecure_connections``."""
    return True


def _verify(
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
class _TLSEndpoint:
    """Connects over another endpoint and shakes hands."""

    def __init__(self, policy: TLSPolicy, host: str, below: Any) -> None:
        self._policy = policy
        self._host = host
        self._below = below

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """See :class:`twisted.internet.interfaces.IStreamClientEndpoint`.

        :raises TransportError: through the Deferred; so the endpoint's below.
        """
        try:
            context = self._policy.context()
        except TransportError:
            return fail()
        attempt = _Attempt(self._policy.clock, context, self._host, factory)
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
        here, there = transport.getHost(), transport.getPeer()
        self._ends = f"{here.host}:{here.port}->{there.host}:{there.port}"
        self._timer = self._clock.callLater(HANDSHAKE_LIMIT_S, self._expired)

    def _expired(self) -> None:
        self.failed(Failure(TransportError("net/http: TLS handshake timeout")))
        self._transport.abortConnection()

    def completed(self) -> None:
        """The handshake is over: the protocol inside begins."""
        self._timer.cancel()
        transport = self._transport
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
