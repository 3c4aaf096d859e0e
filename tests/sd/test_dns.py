"""Tests of :mod:`krakendtw.sd.dns`."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.names import client, dns
from twisted.names.error import DNSNameError
from twisted.plugin import IPlugin
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, ServiceConfig
from krakendtw.interfaces import IDiscoveryPlugin, ISubscriber
from krakendtw.sd.dns import Server, SRVHosts, driver, expand
from krakendtw.testing import backend_scope, endpoint_scope, service_scope


def found(*servers: tuple[int, int, str, int]) -> Any:
    """What a look-up gives: the records, with others around them."""
    answers = [
        dns.RRHeader(
            type=dns.SRV, payload=dns.Record_SRV(priority, weight, port, target)
        )
        for priority, weight, target, port in servers
    ]
    address = dns.RRHeader(type=dns.A, payload=dns.Record_A("10.0.0.1"))
    return [*answers, address], [], []


class ExpandTests(SynchronousTestCase):
    """``expand``: from records to hosts."""

    def hosts(self, *servers: tuple[int, int, str, int]) -> Counter[str]:
        """How often each host is there."""
        given = [Server(*server) for server in servers]
        return Counter(expand(given, "http"))

    def test_weights(self) -> None:
        """Each is there as often as its weight says, in the smallest numbers."""
        self.assertEqual(
            {"http://a:80": 2, "http://b:81": 1},
            self.hosts((0, 20, "a", 80), (0, 10, "b", 81)),
        )
        self.assertEqual({"http://a:80": 1}, self.hosts((0, 7, "a", 80)))

    def test_priority(self) -> None:
        """Only the best priority counts, the lowest number."""
        self.assertEqual(
            {"http://b:1": 1},
            self.hosts((2, 9, "a", 1), (1, 5, "b", 1), (3, 9, "c", 1)),
        )

    def test_no_weight(self) -> None:
        """A weight of 0 gets nothing, even if there is no other."""
        self.assertEqual({"http://a:1": 1}, self.hosts((0, 5, "a", 1), (0, 0, "b", 1)))
        self.assertEqual({}, self.hosts((0, 0, "a", 1), (0, 0, "b", 1)))
        self.assertEqual({}, self.hosts())

    def test_scale(self) -> None:
        """Large weights are scaled down to a hundred."""
        self.assertEqual(
            {"http://a:1": 3, "http://b:1": 1},
            self.hosts((0, 750, "a", 1), (0, 250, "b", 1)),
        )
        self.assertEqual(
            {"http://a:1": 1}, self.hosts((0, 9990, "a", 1), (0, 10, "b", 1))
        )

    def test_order(self) -> None:
        """The heaviest comes first, then by name; so lists are the same each time."""
        servers = [Server(0, 1, "b", 1), Server(0, 2, "c", 1), Server(0, 1, "a", 2)]
        wanted = ("https://c:1", "https://c:1", "https://a:2", "https://b:1")
        for _ in range(3):
            random.shuffle(servers)
            self.assertEqual(wanted, expand(servers, "https"))

    def test_many(self) -> None:
        """More than a hundred are shuffled."""
        shuffled: list[Any] = []
        self.patch(random, "shuffle", shuffled.append)
        servers = [Server(0, 1, f"h{number:03}", 1) for number in range(101)]
        self.assertEqual(101, len(expand(servers, "http")))
        self.assertEqual(1, len(shuffled))

    @given(st.lists(st.integers(0, 65535), max_size=20))
    def test_bounded(self, weights: list[int]) -> None:
        """No list is longer than a hundred, and no server without weight is in it."""
        servers = [(0, weight, "h", port) for port, weight in enumerate(weights)]
        hosts = self.hosts(*servers)
        self.assertLessEqual(hosts.total(), 100)
        for host in hosts:
            self.assertGreater(weights[int(host.rpartition(":")[2])], 0)


class SRVHostsTests(SynchronousTestCase):
    """``SRVHosts``: a list that is asked for again."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.asked: list[str] = []
        self.answers: list[Any] = []

    def lookup(self, name: str) -> Deferred[Any]:
        """Give the answers in turn."""
        self.asked.append(name)
        answer: Deferred[Any] = self.answers.pop(0)
        return answer

    def subscribe(self, *answers: Any) -> SRVHosts:
        """The hosts behind a name."""
        self.answers = [
            answer if isinstance(answer, Deferred) else succeed(answer)
            for answer in answers
        ]
        return SRVHosts("_http._tcp.h", "http", 30.0, self.lookup, self.clock)

    def test_at_start(self) -> None:
        """The first look-up is at the start."""
        hosts = self.subscribe(found((0, 1, "a", 80)))
        verifyObject(ISubscriber, hosts)
        self.assertEqual(["http://a:80"], hosts.hosts())
        self.assertEqual(["_http._tcp.h"], self.asked)

    def test_waits(self) -> None:
        """Until it is answered there is nobody; the next one waits for it."""
        first: Deferred[Any] = Deferred()
        hosts = self.subscribe(first, found((0, 1, "b", 80)))
        self.assertEqual([], hosts.hosts())
        self.clock.advance(60)
        self.assertEqual(1, len(self.asked))
        first.callback(found((0, 1, "a", 80)))
        self.assertEqual(["http://a:80"], hosts.hosts())

    def test_again(self) -> None:
        """It is asked for again, and the list is another one then."""
        hosts = self.subscribe(found((0, 1, "a", 80)), found((0, 1, "b", 80)))
        before = hosts.hosts()
        self.assertIs(before, hosts.hosts())
        self.clock.advance(29.9)
        self.assertEqual(1, len(self.asked))
        self.clock.advance(0.2)
        self.assertEqual(["http://b:80"], hosts.hosts())

    def test_fails(self) -> None:
        """A failed look-up keeps the old list, and is repeated."""
        hosts = self.subscribe(
            found((0, 1, "a", 80)), fail(DNSNameError()), found((0, 1, "b", 80))
        )
        self.clock.advance(30)
        self.assertEqual(["http://a:80"], hosts.hosts())
        self.clock.advance(30)
        self.assertEqual(["http://b:80"], hosts.hosts())

    def test_odd_answer(self) -> None:
        """So does one whose answer makes no sense."""
        hosts = self.subscribe(found((0, 1, "a", 80)), None, found((0, 1, "b", 80)))
        self.clock.advance(30)
        self.assertEqual(["http://a:80"], hosts.hosts())
        self.clock.advance(30)
        self.assertEqual(["http://b:80"], hosts.hosts())

    def test_empty(self) -> None:
        """An answer without records empties it."""
        hosts = self.subscribe(found((0, 1, "a", 80)), found())
        self.clock.advance(30)
        self.assertEqual([], hosts.hosts())


class DriverTests(SynchronousTestCase):
    """The driver."""

    def test_promises(self) -> None:
        """It is a plugin of that name."""
        verifyObject(IPlugin, driver)
        verifyObject(IDiscoveryPlugin, driver)
        self.assertEqual("dns", driver.name)

    def test_subscriber(self) -> None:
        """Name and scheme are the backend's, the time is the service's."""
        asked: list[str] = []

        def lookup(name: str) -> Deferred[Any]:
            asked.append(name)
            return succeed(found((0, 1, "a", 80)))

        self.patch(client, "lookupService", lookup)
        clock = Clock()
        service = service_scope(ServiceConfig(dns_cache_ttl=7.0), clock=clock)
        for hosts, scheme, wanted in (
            (("srv.h", "other"), "https", "https://a:80"),
            (("srv.h",), "", "http://a:80"),
        ):
            config = BackendConfig(hosts=hosts, sd_scheme=scheme)
            scope = backend_scope(config, endpoint_scope(service=service))
            subscriber = driver.subscriber(scope)
            self.assertEqual([wanted], subscriber.hosts())
        self.assertEqual(["srv.h", "srv.h"], asked)
        clock.advance(7)
        self.assertEqual(4, len(asked))

    def test_no_name(self) -> None:
        """Without a host there is nothing to find."""
        self.patch(client, "lookupService", lambda name: fail(DNSNameError()))
        subscriber = driver.subscriber(backend_scope())
        self.assertEqual([], subscriber.hosts())
