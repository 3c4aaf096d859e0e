"""Tests of :mod:`krakendtw.transport.server.http2_outlet`."""

from __future__ import annotations

from h2.errors import ErrorCodes
from h2.settings import SettingCodes

from krakendtw.transport.server.http2_outlet import BATCH, BLOCKED_LIMIT, STALL_S
from tests.transport.server.test_http2 import LARGE, Http2TestCase, Leaf


class WindowTests(Http2TestCase):
    """The client's windows."""

    def test_large_answer(self) -> None:
        """An answer larger than the window goes out as the window opens."""
        self.serve(Leaf(lambda _: LARGE))
        client = self.connect(acknowledges=False)
        stream = client.request()
        answer = client.answers[stream]
        self.assertEqual((65535, False), (len(answer.body), answer.ended))
        client.h2.increment_flow_control_window(1 << 20)
        client.exchange()
        self.assertEqual(65535, len(answer.body))
        client.h2.increment_flow_control_window(1 << 20, stream)
        client.exchange()
        self.assertEqual((LARGE, True), (answer.body, answer.ended))

    def test_settings_open_windows(self) -> None:
        """A larger initial window counts for streams that wait."""
        self.serve(Leaf(lambda _: LARGE[:100_000]))
        client = self.connect(acknowledges=False)
        client.h2.increment_flow_control_window(1 << 20)
        answer = client.answers[client.request()]
        client.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 1 << 20})
        client.exchange()
        self.assertEqual(100_000, len(answer.body))

    def test_turns(self) -> None:
        """Large answers share the connection frame by frame."""
        self.serve(Leaf(lambda _: LARGE))
        client = self.connect()
        one, two = client.request(sends=False), client.request(sends=False)
        client.exchange()
        self.assertEqual([one, two, one, two], client.order[:4])

    def test_no_copies(self) -> None:
        """A very large answer goes out in time, frame by frame."""
        body = bytes(10_000_000)
        self.serve(Leaf(lambda _: body))
        client = self.connect()
        client.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 1 << 24})
        client.h2.increment_flow_control_window(1 << 24)
        answer = client.ask()
        self.assertEqual((len(body), True), (len(answer.body), answer.ended))
        self.assertLessEqual(max(answer.pieces), 16384)


class TransportTests(Http2TestCase):
    """The transport, and clients that do not read."""

    def test_full_transport(self) -> None:
        """While the transport is full nothing but heads goes out."""
        self.serve(Leaf(lambda _: LARGE))
        client = self.connect()
        client.channel.pauseProducing()
        answer = client.answers[client.request()]
        self.assertEqual((200, b""), (answer.status, answer.body))
        client.channel.resumeProducing()
        client.exchange()
        self.assertEqual(LARGE, answer.body)

    def test_deaf_client(self) -> None:
        """A client that never reads is left before its replies pile up."""
        self.serve(Leaf())
        client = self.connect()
        client.believe(SettingCodes.MAX_CONCURRENT_STREAMS, 1 << 20)
        client.channel.pauseProducing()
        written = len(client.wire.value())
        while not (client.wire.disconnected or client.wire.disconnecting):
            client.request(sends=False)
            client.channel.dataReceived(client.h2.data_to_send())
        self.assertLess(len(client.wire.value()) - written, BLOCKED_LIMIT + 1000)

    def test_stalled_client(self) -> None:
        """An answer that the client lets wait for too long is given up."""
        self.serve(Leaf(lambda _: LARGE))
        client = self.connect(acknowledges=False)
        answer = client.answers[client.request()]
        self.clock.pump([STALL_S / 2 + 1] * 3)
        client.exchange()
        self.assertEqual(ErrorCodes.CANCEL, answer.reset)

    def test_moving_client(self) -> None:
        """A slow client that moves on is not given up."""
        self.serve(Leaf(lambda _: LARGE))
        client = self.connect(acknowledges=False)
        number = client.request()
        for _ in range(6):
            self.clock.advance(STALL_S / 2)
            client.h2.increment_flow_control_window(1000)
            client.h2.increment_flow_control_window(1000, number)
            client.exchange()
        self.assertIsNone(client.answers[number].reset)

    def test_pause_in_between(self) -> None:
        """A transport that fills up is obeyed within a batch."""
        self.serve(Leaf(lambda _: LARGE))
        client = self.connect()
        client.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 1 << 24})
        client.h2.increment_flow_control_window(1 << 24)
        client.exchange()
        client.request(sends=False)
        client.wire.clear()
        write = client.wire.write

        def fill(data: bytes) -> None:
            write(data)
            client.channel.pauseProducing()

        client.wire.write = fill  # type: ignore[method-assign]
        client.channel.dataReceived(client.h2.data_to_send())
        self.assertLess(len(client.wire.value()), BATCH + 20_000)
