"""Tests of :mod:`krakendtw.transport.eager`."""

from __future__ import annotations

import errno
import socket
from typing import Any

from twisted.internet import main, tcp
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IReactorTCP, IReactorTime
from twisted.internet.posixbase import PosixReactorBase
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.internet.testing import AccumulatingProtocol, MemoryReactorClock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport import eager as module
from krakendtw.transport.eager import (
    HELD_LIMIT,
    READ_SIZE,
    UNSENT_LIMIT,
    EagerClient,
    EagerConnector,
    EagerMixin,
    EagerPort,
    EagerReactor,
    EagerServer,
    eager,
    is_reset,
)


class FakeSocket:
    """A socket in memory.

    :ivar room: how many bytes the kernel takes; below zero it is broken.
    :ivar sent: what it took.
    :ivar incoming: what ``recv`` gives in turn: bytes or errors.
    """

    def __init__(self) -> None:
        self.room = 1 << 20
        self.sent = b""
        self.incoming: list[bytes | OSError] = []

    def send(self, data: bytes) -> int:
        """Take what there is room for."""
        if self.room < 0:
            raise ConnectionResetError(errno.ECONNRESET, "reset")
        if data and not self.room:
            raise BlockingIOError(errno.EWOULDBLOCK, "full")
        taken = bytes(data[: self.room])
        self.room -= len(taken)
        self.sent += taken
        return len(taken)

    def recv(self, size: int) -> bytes:
        """The next of what comes in."""
        assert size == READ_SIZE
        found = self.incoming.pop(0)
        if isinstance(found, OSError):
            raise found
        return found

    def setblocking(self, flag: bool) -> None:
        """It never blocks."""

    def fileno(self) -> int:
        """A number."""
        return 77


class Producer:
    """Writes its pieces when asked, or all it may.

    :ivar calls: what it was told.
    """

    def __init__(self, transport: Any, *pieces: bytes) -> None:
        self._transport = transport
        self._pieces = list(pieces)
        self.calls: list[str] = []

    def resumeProducing(self) -> None:
        """Write one piece."""
        self.calls.append("resume")
        if self._pieces:
            self._transport.write(self._pieces.pop(0))
        else:
            self._transport.unregisterProducer()

    def pauseProducing(self) -> None:
        """Keep it in mind."""
        self.calls.append("pause")

    def stopProducing(self) -> None:
        """Keep it in mind."""
        self.calls.append("stop")


class EagerTestCase(SynchronousTestCase):
    """An accepted connection over a fake socket."""

    def setUp(self) -> None:
        self.reactor = MemoryReactorClock()
        self.socket = FakeSocket()
        self.protocol: Any = AccumulatingProtocol()
        self.protocol.factory = None
        sock: Any = self.socket
        reactor: Any = self.reactor
        no_port: Any = None
        self.transport: Any = EagerServer(
            sock, self.protocol, ("127.0.0.1", 1), no_port, 0, reactor
        )

    @property
    def waits(self) -> bool:
        """Whether the connection waits for the kernel."""
        return self.transport in self.reactor.writers


class WriteTests(EagerTestCase):
    """``EagerMixin.write``."""

    def test_at_once(self) -> None:
        """What the kernel takes is sent at once."""
        self.transport.write(b"hello")
        self.transport.write(b"")
        self.assertEqual(b"hello", self.socket.sent)
        self.assertFalse(self.waits)

    def test_rest_waits(self) -> None:
        """What it does not take waits, and what comes later behind it."""
        self.socket.room = 2
        self.transport.write(b"hello")
        self.socket.room = 100
        self.transport.write(b", world")
        self.assertEqual((b"he", True), (self.socket.sent, self.waits))
        self.assertIsNone(self.transport.doWrite())
        self.assertEqual((b"hello, world", False), (self.socket.sent, self.waits))
        self.transport.write(b"!")
        self.assertEqual(b"hello, world!", self.socket.sent)

    def test_full(self) -> None:
        """A full kernel takes nothing, and nothing is lost."""
        self.socket.room = 0
        self.transport.write(b"hello")
        self.assertTrue(self.waits)
        self.socket.room = 100
        self.transport.doWrite()
        self.assertEqual(b"hello", self.socket.sent)

    def test_broken(self) -> None:
        """A broken connection is reported by the reactor, not by the writer."""
        self.socket.room = -1
        self.transport.write(b"hello")
        self.assertTrue(self.waits)
        self.assertIs(main.CONNECTION_LOST, self.transport.doWrite())

    def test_after_end(self) -> None:
        """Nothing is written once the connection or its half is closed."""
        for name, value in (("connected", 0), ("_writeDisconnected", True)):
            before = getattr(self.transport, name)
            setattr(self.transport, name, value)
            self.transport.write(b"late")
            setattr(self.transport, name, before)
        self.assertEqual((b"", False), (self.socket.sent, self.waits))

    def test_push_producer(self) -> None:
        """A producer is paused while much waits, and resumed when it is sent."""
        producer = Producer(self.transport)
        self.transport.registerProducer(producer, True)
        self.socket.room = 10
        self.transport.write(b"x" * 200_000)
        self.assertEqual(["pause"], producer.calls)
        self.socket.room = 1 << 20
        while self.waits:
            self.transport.doWrite()
        self.assertEqual(["pause", "resume"], producer.calls)

    def test_pull_producer(self) -> None:
        """A pull producer is asked again and again, though nothing waits."""
        producer = Producer(self.transport, b"a", b"b", b"c")
        self.transport.registerProducer(producer, False)
        while self.waits:
            self.transport.doWrite()
        self.assertEqual(b"abc", self.socket.sent)
        self.assertEqual(["resume"] * 4, producer.calls)

    def test_pull_producer_too_late(self) -> None:
        """A producer for a closed connection is told to stop."""
        self.transport.disconnected = True
        producer = Producer(self.transport)
        self.transport.registerProducer(producer, False)
        self.assertEqual((["stop"], False), (producer.calls, self.waits))


class TurnTests(EagerTestCase):
    """``EagerMixin.flush``: under our reactor the turn's end sends."""

    def setUp(self) -> None:
        super().setUp()
        self.due: list[Any] = []
        self.transport._due = self.due

    def turn(self) -> None:
        """The turn ends."""
        for connection in self.due:
            connection.flush()
        self.due.clear()

    def test_end_of_turn(self) -> None:
        """What is written in a turn goes out as one at its end."""
        self.transport.write(b"hello")
        self.transport.writeSequence([b", ", b"world"])
        self.assertEqual((b"", 1), (self.socket.sent, len(self.due)))
        self.turn()
        self.assertEqual((b"hello, world", False), (self.socket.sent, self.waits))
        self.transport.write(b"!")
        self.turn()
        self.assertEqual(b"hello, world!", self.socket.sent)

    def test_much(self) -> None:
        """Much is not held back, and what comes later stays behind it."""
        self.transport.write(b"x")
        self.transport.write(b"x" * 65536)
        self.assertEqual(65537, len(self.socket.sent))
        self.transport.write(b"y")
        self.turn()
        self.assertEqual((b"xy", 65538), (self.socket.sent[-2:], len(self.socket.sent)))

    def test_rest_waits(self) -> None:
        """What the kernel does not take waits, and pauses a producer."""
        producer = Producer(self.transport)
        self.transport.registerProducer(producer, True)
        self.socket.room = 2
        self.transport.write(b"z" * 65536)
        self.transport.write(b"z" * 9999)
        self.turn()
        self.assertEqual((["pause"], True), (producer.calls, self.waits))
        self.transport.write(b"!")
        self.socket.room = 1 << 20
        while self.waits:
            self.transport.doWrite()
        self.assertEqual((b"z!", 75536), (self.socket.sent[-2:], len(self.socket.sent)))

    def test_written_by_reactor(self) -> None:
        """What the reactor has sent before the turn's end is sent once."""
        self.transport.write(b"hello")
        self.transport.doWrite()
        self.turn()
        self.assertEqual(b"hello", self.socket.sent)

    def test_abort(self) -> None:
        """What was written before an abortion leaves before it."""
        self.transport.write(b"hello")
        self.transport.abortConnection()
        self.assertEqual(b"hello", self.socket.sent)
        self.turn()

    def test_lost(self) -> None:
        """So it does before the end that the other side makes."""
        self.socket.shutdown = self.socket.close = lambda *_: None  # type: ignore[attr-defined]
        self.transport.write(b"hello")
        self.transport.connectionLost(Failure(ConnectionDone()))
        self.assertEqual(b"hello", self.socket.sent)
        self.assertEqual(1, self.protocol.closed)
        self.turn()

    def test_leaving(self) -> None:
        """A connection that is to end sends first."""
        self.transport.write(b"bye")
        self.transport.loseConnection()
        self.turn()
        self.assertEqual((b"bye", True), (self.socket.sent, self.waits))
        self.assertIs(main.CONNECTION_DONE, self.transport.doWrite())


class ReadTests(EagerTestCase):
    """``EagerMixin.doRead``."""

    def test_data(self) -> None:
        """What comes in goes to the protocol."""
        self.socket.incoming = [b"hello"]
        self.assertIsNone(self.transport.doRead())
        self.assertEqual(b"hello", self.protocol.data)

    def test_nothing(self) -> None:
        """Nothing to read is nothing to report."""
        self.socket.incoming = [BlockingIOError(errno.EWOULDBLOCK, "none")]
        self.assertIsNone(self.transport.doRead())
        self.assertEqual(b"", self.protocol.data)

    def test_end(self) -> None:
        """The other side's end is orderly, an error is not."""
        self.socket.incoming = [b"", ConnectionResetError(errno.ECONNRESET, "reset")]
        self.assertIs(main.CONNECTION_DONE, self.transport.doRead())
        self.assertIs(main.CONNECTION_LOST, self.transport.doRead())


class KindTests(SynchronousTestCase):
    """Which transports are made."""

    def test_eager_kinds(self) -> None:
        """Ports make eager servers, connectors eager clients."""
        self.assertIs(EagerServer, EagerPort.transport)
        for kind in (EagerServer, EagerClient):
            self.assertTrue(issubclass(kind, EagerMixin))

    def test_slow_readers(self) -> None:
        """Little is held for a slow reader, by us and by the kernel."""
        options: list[tuple[int, ...]] = []

        class Listening:
            def setsockopt(self, *option: int) -> None:
                options.append(option)

        def listen(port: EagerPort) -> None:
            port.socket = Listening()

        self.patch(tcp.Port, "startListening", listen)
        EagerPort(80, Factory(), reactor=Clock()).startListening()  # type: ignore[no-untyped-call]
        self.assertEqual(
            [(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_LIMIT)], options
        )
        self.assertEqual(HELD_LIMIT, EagerServer.bufferSize)

    def test_kernel_without_limit(self) -> None:
        """A kernel that knows no such limit is listened on all the same."""

        class Listening:
            def setsockopt(self, *option: int) -> None:
                raise OSError(errno.ENOPROTOOPT, "no such option")

        def listen(port: EagerPort) -> None:
            port.socket = Listening()

        self.patch(tcp.Port, "startListening", listen)
        EagerPort(80, Factory(), reactor=Clock()).startListening()  # type: ignore[no-untyped-call]

    def test_connector(self) -> None:
        """A connector hands its own parameters to its client."""
        made: list[tuple[object, ...]] = []
        self.patch(module, "EagerClient", lambda *given: made.append(given))
        factory: Any = Factory()
        reactor: Any = Clock()
        connector = EagerConnector("10.0.0.1", 80, factory, 5, None, reactor)
        connector._makeTransport()
        self.assertEqual([("10.0.0.1", 80, None, connector, reactor)], made)


class FakePosixReactor(PosixReactorBase):
    """Twisted's kind of reactor, without a wire."""

    def __init__(self) -> None:
        """Open nothing."""

    def seconds(self) -> float:
        """A time."""
        return 7.0


class EagerReactorTests(SynchronousTestCase):
    """``eager``: whose connections become eager."""

    def test_own_transports(self) -> None:
        """A reactor with transports of its own is given back as it is."""
        reactor: Any = MemoryReactorClock()
        self.assertIs(reactor, eager(reactor))

    def test_twisted(self) -> None:
        """Twisted's is wrapped, and is in all else what it was."""
        wrapped: Any = eager(FakePosixReactor())  # type: ignore[no-untyped-call]
        self.assertIsInstance(wrapped, EagerReactor)
        self.assertTrue(IReactorTCP.providedBy(wrapped))
        self.assertTrue(IReactorTime.providedBy(wrapped))
        self.assertEqual(7.0, wrapped.seconds())

    def test_connect(self) -> None:
        """``connectTCP`` connects by an eager connector."""
        made: list[Any] = []

        class Connector(Protocol):
            def __init__(self, *given: object) -> None:
                made.append(given)

            def connect(self) -> None:
                made.append("connect")

        self.patch(module, "EagerConnector", Connector)
        reactor: Any = Clock()
        found = EagerReactor(reactor).connectTCP("10.0.0.1", 80, "factory", 5)
        self.assertIsInstance(found, Connector)
        self.assertEqual(
            [("10.0.0.1", 80, "factory", 5, None, reactor), "connect"], made
        )

    def test_adopt(self) -> None:
        """``adoptStreamPort`` takes a socket by an eager port."""
        made: list[Any] = []

        class Port:
            @classmethod
            def _fromListeningDescriptor(  # noqa: N802 - Twisted's name
                cls, *given: object
            ) -> Port:
                made.append(given)
                return cls()

            def startListening(self) -> None:
                made.append("listen")

        self.patch(module, "EagerPort", Port)
        reactor: Any = Clock()
        found = EagerReactor(reactor).adoptStreamPort(7, "family", "factory")
        self.assertIsInstance(found, Port)
        self.assertEqual([(reactor, 7, "family", "factory"), "listen"], made)

    def test_listen(self) -> None:
        """``listenTCP`` listens by an eager port."""
        made: list[Any] = []

        class Port:
            def __init__(self, *given: object) -> None:
                made.append(given)

            def startListening(self) -> None:
                made.append("listen")

        self.patch(module, "EagerPort", Port)
        reactor: Any = Clock()
        found = EagerReactor(reactor).listenTCP(80, "factory", 9, "::")
        self.assertIsInstance(found, Port)
        self.assertEqual([(80, "factory", 9, "::", reactor), "listen"], made)


class ResetTests(SynchronousTestCase):
    """``is_reset``: whether a peer is gone altogether."""

    def test_states(self) -> None:
        """The kernel knows; where it cannot be asked, who is silent is gone."""

        class Socket:
            def __init__(self, state: int) -> None:
                self._state = state

            def getsockopt(self, level: int, option: int, size: int) -> bytes:
                if not self._state:
                    raise OSError(errno.EBADF, "closed")
                return bytes((self._state,))[:size]

        class Transport:
            socket: Any = None

        transport = Transport()
        self.assertTrue(is_reset(transport))
        self.assertTrue(is_reset(object()))
        established, close_wait, closed = 1, 8, 7
        for state, wanted in (
            (established, False),
            (close_wait, False),
            (closed, True),
            (0, True),
        ):
            transport.socket = Socket(state)
            self.assertEqual(wanted, is_reset(transport))
