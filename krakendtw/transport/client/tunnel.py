"""Through a proxy: a tunnel for TLS, and connections that ask for whole URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from krakendtw.errors import TransportError
from krakendtw.transport.client.connection import BackendConnection
from krakendtw.transport.client.exchange import Outgoing

if TYPE_CHECKING:
    from twisted.internet.interfaces import IProtocol, IProtocolFactory

    from krakendtw.transport.client.exchange import Incoming
    from krakendtw.transport.client.pool import Origin
    from krakendtw.transport.client.proxies import Proxy

TUNNEL_LIMIT_S = 60.0
"""How long a proxy may think about a tunnel; Go's limit."""

_LONGEST_HEAD = 65536
_STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})(?: ([^\r\n]*))?\r?\n")


@implementer(IStreamClientEndpoint)
class TunnelEndpoint:
    """Connects to a host through a proxy's tunnel (RFC 9110 §9.3.6).

    :param clock: the reactor, for the limit.
    :param below: connects to the proxy.
    :param address: ``name:port`` of the host.
    """

    def __init__(self, clock: Any, below: Any, proxy: Proxy, address: str) -> None:
        self._clock = clock
        self._below = below
        name = address.encode("idna")
        self._request = b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (
            name,
            name,
            proxy.authorization,
        )

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """See :class:`twisted.internet.interfaces.IStreamClientEndpoint`.

        :raises TransportError: through the Deferred, if there is no tunnel; so the
            errors of the endpoint below.
        """
        attempt = _Attempt(self._clock, self._request, factory)
        attempt.dial(self._below)
        return attempt.done


@implementer(IStreamClientEndpoint)
class NoEndpoint:
    """Leads nowhere.

    :param reason: why.
    """

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """See :class:`twisted.internet.interfaces.IStreamClientEndpoint`.

        :raises TransportError: through the Deferred, always.
        """
        return fail(TransportError(self._reason))


class _Attempt(Protocol):
    """One tunnel; stands outside of the protocol in it.

    :ivar done: fires with the protocol inside.
    """

    transport: Any

    def __init__(self, clock: Any, request: bytes, factory: IProtocolFactory) -> None:
        self._clock = clock
        self._request = request
        self._factory = factory
        self._head = b""
        self._dialing: Any = None
        self._timer: Any = None
        self._inside: Any = None
        self.done: Deferred[IProtocol] = Deferred(self._cancel)

    def dial(self, below: Any) -> None:
        """Connect to the proxy."""
        outside = Factory.forProtocol(lambda: self)
        outside.noisy = False
        self._dialing = below.connect(outside)
        self._dialing.addErrback(self._failed)

    def _cancel(self, _: object) -> None:
        if self.transport is None:
            self._dialing.cancel()
        else:
            self.transport.abortConnection()

    def connectionMade(self) -> None:
        """See :class:`twisted.internet.protocol.BaseProtocol`."""
        self._timer = self._clock.callLater(TUNNEL_LIMIT_S, self._expired)
        self.transport.write(self._request)

    def _expired(self) -> None:
        self._refused("context deadline exceeded")

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0 and len(self._head) < _LONGEST_HEAD:
            return
        status = _STATUS.match(self._head)
        if status is None:
            line = self._head.split(b"\n", 1)[0].rstrip(b"\r").decode("latin-1")
            self._refused(f'malformed HTTP response "{line}"')
        elif end < 0:
            self._refused("unexpected EOF")
        elif status[1] == b"200":
            self._begin(self._head[end + 4 :])
        elif status[2] is None:
            self._refused("unknown status code")
        else:
            self._refused(status[2].decode("latin-1"))

    def _begin(self, rest: bytes) -> None:
        """The tunnel is there: the protocol inside begins."""
        self._timer.cancel()
        inside: Any = self._factory.buildProtocol(self.transport.getPeer())
        self._inside = inside
        self.dataReceived = inside.dataReceived  # type: ignore[method-assign]
        inside.makeConnection(self.transport)
        self.done.callback(inside)
        if rest:
            inside.dataReceived(rest)

    def _refused(self, text: str) -> None:
        self._failed(Failure(TransportError(text)))
        self.transport.abortConnection()

    def _failed(self, failure: Failure) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        if not self.done.called:
            self.done.errback(failure)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if self._inside is not None:
            self._inside.connectionLost(reason)
        else:
            self._failed(Failure(TransportError("unexpected EOF")))


class ProxiedConnection(BackendConnection):
    """A connection to a proxy: its request targets are URLs (RFC 9112 §3.2.2).

    :param prefix: what stands before a target.
    :param lines: what the proxy wants to see beside the backend's header lines.
    """

    def __init__(self, origin: Origin, prefix: bytes, lines: bytes) -> None:
        super().__init__(origin)
        self._prefix = prefix
        self._lines = lines

    def send(self, request: Outgoing) -> Deferred[Incoming]:
        """See :class:`BackendConnection`."""
        if request.target[:1] == b"/":  # else it was sent before, in vain
            request = Outgoing(
                request.method,
                self._prefix + request.target,
                request.lines + self._lines,
                request.body,
                request.length,
                request.streams,
                request.deadline,
                request.limit,
            )
        return super().send(request)
