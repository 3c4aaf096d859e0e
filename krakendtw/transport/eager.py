"""TCP transports that send at once.

Twisted's own put each ``write`` into a buffer and send it on the reactor's
next turn: two changes of the poll set and a loop pass for every message.
These try ``send`` first and fall back to the buffer for what the kernel does
not take, so order and back-pressure stay Twisted's.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from twisted.internet import main, tcp
from zope.interface import directlyProvides, providedBy

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTCP

READ_SIZE = 65536
"""Bytes asked of the kernel at once."""


class EagerMixin:
    """Gives a TCP connection the eager ``write``, and what goes with it."""

    _buffered: Any
    _register: Any
    _send_buffer: Any

    def write(self: Any, data: bytes) -> None:
        """Send ``data`` now, or after what already waits."""
        if self.dataBuffer or self._tempDataBuffer:
            self._buffered(data)
            return
        if not self.connected or self._writeDisconnected or not data:
            return
        try:
            sent = self.socket.send(data)
        except OSError:
            sent = 0  # full or broken: the buffered path waits or reports it
        if sent < len(data):
            self._buffered(data[sent:])

    def doRead(self: Any) -> Any:
        """Read once and hand on; Twisted's own less its indirections."""
        try:
            data = self.socket.recv(READ_SIZE)
        except BlockingIOError:
            return None
        except OSError:
            return main.CONNECTION_LOST
        if not data:
            return main.CONNECTION_DONE
        self.protocol.dataReceived(data)
        return None

    def registerProducer(self: Any, producer: Any, streaming: bool) -> None:
        """Take a producer; a pull producer is asked at the reactor's turns.

        Twisted asks it again when the buffer is sent, but here none may be used.
        """
        self._register(producer, streaming)
        if not streaming and self.producer is not None:
            self.startWriting()

    def doWrite(self: Any) -> Any:
        """Send what waits, and go on while there is a pull producer."""
        why = self._send_buffer()
        if self.producer is not None and not self.streamingProducer:
            self.startWriting()
        return why


class EagerServer(EagerMixin, tcp.Server):
    """An accepted connection."""

    _buffered = tcp.Server.write
    _register = tcp.Server.registerProducer
    _send_buffer = tcp.Server.doWrite


class EagerPort(tcp.Port):
    """A listening port whose connections write eagerly."""

    transport = EagerServer


class EagerClient(EagerMixin, tcp.Client):
    """An outgoing connection."""

    _buffered = tcp.Client.write
    _register = tcp.Client.registerProducer
    _send_buffer = tcp.Client.doWrite


class EagerConnector(tcp.Connector):
    """Makes outgoing connections that write eagerly."""

    def _makeTransport(self) -> EagerClient:
        client: EagerClient = EagerClient(  # type: ignore[no-untyped-call]
            self.host, self.port, self.bindAddress, self, self.reactor
        )
        return client


class EagerReactor:
    """A reactor whose ``connectTCP`` and ``listenTCP`` are the eager ones.

    For endpoints, which ask a reactor for their connections.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        directlyProvides(self, *providedBy(reactor))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(
        self,
        host: str,
        port: int,
        factory: Any,
        timeout: float = 30,
        bindAddress: Any = None,
    ) -> EagerConnector:
        """See :meth:`twisted.internet.interfaces.IReactorTCP.connectTCP`."""
        connector = EagerConnector(
            host, port, factory, timeout, bindAddress, self._reactor
        )
        connector.connect()
        return connector

    def listenTCP(
        self, port: int, factory: Any, backlog: int = 50, interface: str = ""
    ) -> EagerPort:
        """See :meth:`twisted.internet.interfaces.IReactorTCP.listenTCP`."""
        listening = EagerPort(port, factory, backlog, interface, self._reactor)
        listening.startListening()
        return listening

    def adoptStreamPort(
        self, fileDescriptor: int, addressFamily: Any, factory: Any
    ) -> EagerPort:
        """See :meth:`twisted.internet.interfaces.IReactorSocket.adoptStreamPort`."""
        kind: Any = EagerPort
        adopted: EagerPort = kind._fromListeningDescriptor(
            self._reactor, fileDescriptor, addressFamily, factory
        )
        adopted.startListening()
        return adopted


def eager(reactor: IReactorTCP) -> IReactorTCP:
    """``reactor`` with eager connections where it has TCP of Twisted's own.

    A reactor with transports of another kind (a test double, one that brings
    its own sockets) is given back as it is.
    """
    from twisted.internet.posixbase import PosixReactorBase

    if isinstance(reactor, PosixReactorBase):
        wrapped: IReactorTCP = EagerReactor(reactor)  # type: ignore[assignment]
        return wrapped
    return reactor


def is_reset(transport: Any) -> bool:
    """Whether the peer has refused what was sent: its end is gone, not just half.

    Where the kernel cannot be asked, a peer that sends no more counts as gone.
    """
    connection = getattr(transport, "socket", None)
    if connection is None or not hasattr(socket, "TCP_INFO"):
        return True
    try:
        state = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    except OSError:
        return True
    return bool(state[0] == _TCP_CLOSE)


_TCP_CLOSE = 7
"""The kernel's number for a connection that is over."""
