"""TCP transports that send at the end of the reactor's turn, by themselves.

Twisted's own put each ``write`` into a buffer and ask the poll set to be told when
the kernel has room: two changes of the set and a loop pass for every message.
These keep what is written in the same buffer, and our reactor calls
:meth:`EagerMixin.flush` when all events of a turn have been seen to; under another
reactor that happens at once.  Only what the kernel does not take then waits as
Twisted's does, so order and back-pressure stay Twisted's.

Sending late in the turn is more than tidiness: the first of many messages wakes
those whom they are for, and the others find them awake.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from twisted.internet import main, tcp
from zope.interface import directlyProvides, providedBy

try:
    from krakendtw.transport import _kernel
except ImportError:  # not compiled, or not to be used
    _has_kernel = False
else:
    _has_kernel = True

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.interfaces import IReactorTCP
    from twisted.python.failure import Failure

READ_SIZE = 65536
"""Bytes asked of the kernel at once."""

UNSENT_LIMIT = 131072
"""Bytes the kernel takes that a client's window has no room for.

Without a limit it grows to some megabytes a connection, for readers who do not read.
"""

HELD_LIMIT = 16384
"""Bytes held for a client before who writes to it is told to pause."""

MOST_HELD = 65536
"""Bytes that are held back until the turn is over; more are sent at once."""


_NONE = -1
_UNKNOWN = -2


class EagerMixin:
    """Gives a TCP connection the eager ``write``, and what goes with it."""

    def __init__(self: Any, *arguments: Any, **keywords: Any) -> None:
        # What Twisted keeps on the class until it changes; the compiled form of
        # this class has places of its own for these.
        self.dataBuffer = b""
        self.connected = 0
        self._writeDisconnected = False
        self._is_due = False
        self._fd = _UNKNOWN
        super().__init__(*arguments, **keywords)
        self._due = getattr(self.reactor, "due", None)

    def write(self: Any, data: bytes) -> None:
        """Send ``data`` when the turn is over, or after what already waits."""
        waiting = self._tempDataBuffer
        if waiting or self.dataBuffer:
            if not self._is_due:
                self._buffered(data)
                return
            waiting.append(data)
            self._tempDataLen += len(data)
            if self._tempDataLen > MOST_HELD:
                self.flush()
            return
        if not self.connected or self._writeDisconnected or not data:
            return
        waiting.append(data)
        self._tempDataLen = len(data)
        self._is_due = True
        if self._due is None:
            self.flush()
        else:
            self._due.append(self)

    def flush(self: Any) -> None:
        """Send what was written since the last time."""
        waiting = self._tempDataBuffer
        if not self._is_due or not waiting or self.dataBuffer or not self.connected:
            self._is_due = False  # it went another way
            return
        self._is_due = False
        data = waiting[0] if len(waiting) == 1 else b"".join(waiting)
        fd = self._fd if self._fd != _UNKNOWN else self._find_fd()
        if fd >= 0:
            sent = _kernel.transmit(fd, data)
        else:
            try:
                sent = self.socket.send(data)
            except OSError:
                sent = 0  # full or broken: the buffered path waits or reports it
        waiting.clear()
        self._tempDataLen = 0
        if sent < len(data):
            self._buffered(data[sent:])

    def writeSequence(self: Any, iovec: Iterable[bytes]) -> None:
        """See :class:`twisted.internet.interfaces.ITransport`."""
        self.write(b"".join(iovec))

    def abortConnection(self: Any) -> None:
        """End the connection at once; what was written before has left."""
        if self._is_due:
            self.flush()
        self._abort()

    def connectionLost(self: Any, reason: Failure) -> None:
        """See :class:`twisted.internet.tcp.Connection`."""
        if self._is_due:
            self.flush()
        self._fd = _NONE
        self._lose(reason)

    def _find_fd(self: Any) -> int:
        """The number of the socket; below zero if the kernel is not asked itself."""
        is_plain = _has_kernel and type(self.socket) is socket.socket
        self._fd = self.fileno() if is_plain else _NONE
        found: int = self._fd
        return found

    def doRead(self: Any) -> Any:
        """Read once and hand on; Twisted's own less its indirections."""
        fd = self._fd if self._fd != _UNKNOWN else self._find_fd()
        try:
            data = self.socket.recv(READ_SIZE) if fd < 0 else _kernel.receive(fd)
        except BlockingIOError:
            return None
        except OSError:
            return main.CONNECTION_LOST
        if data is None:
            return None
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

    bufferSize = HELD_LIMIT  # noqa: N815 - Twisted's name
    _abort = tcp.Server.abortConnection
    _buffered = tcp.Server.write
    _lose = tcp.Server.connectionLost
    _register = tcp.Server.registerProducer
    _send_buffer = tcp.Server.doWrite


class EagerPort(tcp.Port):
    """A listening port whose connections write eagerly."""

    transport = EagerServer

    def startListening(self) -> None:
        """Listen; what the kernel holds for a slow reader has a limit.

        Accepted connections inherit the options.
        """
        tcp.Port.startListening(self)
        with suppress(OSError, AttributeError):  # not Linux, or not TCP
            self.socket.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_LIMIT
            )


class EagerClient(EagerMixin, tcp.Client):
    """An outgoing connection."""

    _abort = tcp.Client.abortConnection
    _buffered = tcp.Client.write
    _lose = tcp.Client.connectionLost
    _register = tcp.Client.registerProducer
    _send_buffer = tcp.Client.doWrite


class EagerConnector(tcp.Connector):
    """Makes outgoing connections that write eagerly."""

    def _makeTransport(self) -> EagerClient:
        client: EagerClient = EagerClient(
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
