"""Tests of :mod:`krakendtw.transport.news`."""

from __future__ import annotations

import os
import socket

from twisted.internet.interfaces import IReadDescriptor
from twisted.internet.testing import MemoryReactor
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.interfaces import INews
from krakendtw.transport.news import LETTER, News
from krakendtw.workers import Place


class NewsTests(SynchronousTestCase):
    """Two workers, with real sockets."""

    def setUp(self) -> None:
        pairs = [
            socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2)
        ]
        for pair in pairs:
            for end in pair:
                end.setblocking(False)
                self.addCleanup(end.close)
        (inbox, theirs), (their_inbox, ours) = pairs
        self.outbox = theirs
        self.reactor = MemoryReactor()
        self.one = News(self.reactor, inbox, [ours], is_first=True)
        self.two = News(self.reactor, their_inbox, [theirs])
        self.heard: list[bytes] = []

    def test_interfaces(self) -> None:
        """It is what it says."""
        verifyObject(INews, self.one)
        verifyObject(IReadDescriptor, self.one)
        self.assertEqual((True, False), (self.one.is_first, self.two.is_first))
        self.assertEqual("news", self.one.logPrefix())
        self.assertGreater(self.one.fileno(), 0)

    def test_letters(self) -> None:
        """News arrive as they were sent, in their order, at their topic only."""
        self.one.subscribe(b"a", self.heard.append)
        self.assertEqual([self.one], self.reactor.getReaders())
        for topic, news in ((b"a", b"1\0"), (b"b", b"x"), (b"a", b"2")):
            self.two.publish(topic, news)
        self.one.doRead()
        self.assertEqual([b"1\0", b"2"], self.heard)

    def test_parcels(self) -> None:
        """News of any length arrive, and leave nothing open."""
        self.one.subscribe(b"a", self.heard.append)
        before = len(os.listdir("/proc/self/fd"))
        for size in (LETTER - 2, LETTER - 1, 3_000_000):
            self.two.publish(b"a", b"x" * size)
            self.one.doRead()
            self.assertEqual(b"x" * size, self.heard.pop())
        self.assertEqual(before, len(os.listdir("/proc/self/fd")))

    def test_deaf(self) -> None:
        """Who does not read misses some; nobody waits for it."""
        self.one.subscribe(b"a", self.heard.append)
        for _ in range(2000):
            self.two.publish(b"a", b"x" * 1000)
        for _ in range(2000):
            self.one.doRead()
        self.assertGreater(len(self.heard), 10)
        self.assertLess(len(self.heard), 2000)
        self.two.publish(b"a", b"again")
        self.one.doRead()
        self.assertEqual(b"again", self.heard[-1])

    def test_end(self) -> None:
        """When nobody is left who could write, nothing is read any more."""
        self.one.subscribe(b"a", self.heard.append)
        self.outbox.close()
        self.one.doRead()
        self.assertEqual([], self.reactor.getReaders())

    def test_place(self) -> None:
        """A worker finds its boxes where its place says."""
        inbox, outbox = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        place = Place(0, 2, -1, -1, inbox.detach(), (outbox.detach(),))
        news = News.of_place(self.reactor, place)
        news.subscribe(b"a", self.heard.append)
        news.publish(b"a", b"to myself")
        news.doRead()
        self.assertTrue(news.is_first)
        self.assertEqual([b"to myself"], self.heard)
        for box in (news._inbox, *news._outboxes):
            box.close()
