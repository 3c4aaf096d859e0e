"""Tests of ``auth/revoker``."""

from __future__ import annotations

import os
from typing import Any

from twisted.internet.error import CannotListenError
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import IServiceMiddleware, ITokenRejecterFactory
from krakendtw.middleware.auth.revoker import Revoker, configure
from krakendtw.testing import MemoryLog, MemoryNews, endpoint_scope, service_scope
from tests.middleware.auth.tokens import PLACE as ENDPOINT_PLACE

PLACE = ConfigPath(("extra_config", "auth/revoker"))
RAW = {
    "N": 100,
    "P": 0.0001,
    "hash_name": "optimal",
    "TTL": 60,
    "port": 1234,
    "token_keys": ["jti"],
}
MANAGEMENT = {"port": 8090, "secret": "a long enough secret"}


class ConfigureTests(SynchronousTestCase):
    """Tests of :func:`configure`."""

    def test_settings(self) -> None:
        """The keys may be written in any case."""
        found = configure({**RAW, "n": 5}, PLACE)
        self.assertEqual((found.expected, found.rate, found.ttl), (5, 0.0001, 60.0))
        self.assertEqual(found.claim_names, ("jti",))
        self.assertIsNone(found.management)

    def test_ends_the_start(self) -> None:
        """Numbers and names that KrakenD breaks down on end the start."""
        for raw, place in (
            ({"hash_name": "x"}, "hash_name"),
            ({"hash_name": ""}, "hash_name"),
            ({"TTL": 0}, "TTL"),
            ({"N": 0}, "N"),
            ({"P": 0}, "P"),
            ({"P": 1}, "P"),
        ):
            error = self.assertRaises(ConfigError, configure, {**RAW, **raw}, PLACE)
            self.assertEqual(str(error.where), str(PLACE / place))
        self.assertRaises(ConfigError, configure, None, PLACE)

    def test_switches_it_off(self) -> None:
        """Values of wrong types switch revocation off, as in KrakenD."""
        for raw in ("x", [], {**RAW, "N": "5"}, {**RAW, "TTL": 1.5}):
            error = self.assertRaises(NotConfigured, configure, raw, PLACE)
            self.assertIn("bloomfilter configuration: json:", str(error))

    def test_other_places(self) -> None:
        """Elsewhere it means nothing."""
        self.assertRaises(NotConfigured, configure, RAW, ENDPOINT_PLACE)

    def test_management(self) -> None:
        """Management listens on the loopback and wants a real secret."""
        found = configure({**RAW, "management": MANAGEMENT}, PLACE).management
        assert found is not None
        self.assertEqual((found.port, found.address), (8090, "127.0.0.1"))
        self.assertNotIn(MANAGEMENT["secret"], repr(found))
        for raw in (
            {},
            "x",
            {"port": 8090},
            {"port": 8090, "secret": "short"},
            {"secret": MANAGEMENT["secret"]},
            {**MANAGEMENT, "more": 1},
        ):
            self.assertRaises(ConfigError, configure, {**RAW, "management": raw}, PLACE)

    def test_interfaces(self) -> None:
        """The settings keep the promises of their interfaces."""
        settings = configure(RAW, PLACE)
        verifyObject(ITokenRejecterFactory, settings)
        verifyObject(IServiceMiddleware, settings)


class RevokerTests(SynchronousTestCase):
    """Tests of :class:`Revoker` at work."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.reactor = MemoryReactorClock()
        self.scope = service_scope(log=self.log, clock=self.reactor)

    def build(self, **raw: Any) -> Revoker:
        """A revoker with these keys."""
        return configure({**RAW, **raw}, PLACE)

    def rejecter(self, revoker: Revoker) -> Any:
        """What an endpoint asks."""
        return revoker.rejecter(endpoint_scope(service=self.scope))

    def test_one_for_all_endpoints(self) -> None:
        """All endpoints ask the same filters."""
        revoker = self.build()
        first, second = self.rejecter(revoker), self.rejecter(revoker)
        revoker._revoked(self.scope).add(["jti-1"])
        self.assertTrue(first({"jti": "1"}))
        self.assertTrue(second({"jti": "1"}))

    def test_no_claims(self) -> None:
        """Without claims to look at there is nothing to ask."""
        self.assertIsNone(self.rejecter(self.build(token_keys=[])))

    def test_turns(self) -> None:
        """The filters turn with the time, as long as the gateway runs."""
        revoker = self.build()
        rejects = self.rejecter(revoker)
        service = revoker.service(self.scope)
        service.startService()
        revoker._revoked(self.scope).add(["jti-1"])
        for _ in range(2):
            self.reactor.advance(60)
            self.assertTrue(rejects({"jti": "1"}))
        self.reactor.advance(60)
        self.assertFalse(rejects({"jti": "1"}))
        service.stopService()
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_restart(self) -> None:
        """With a state file revocations outlive the gateway."""
        path = self.mktemp()
        self.build(state_file=path)._revoked(self.scope).add(["jti-1"])
        again = self.build(state_file=path)
        self.assertTrue(self.rejecter(again)({"jti": "1"}))
        self.assertIn("1 revocations taken over", self.log.lines[-1])

    def test_unusable_state_file(self) -> None:
        """A state file that cannot be used ends the start."""
        revoker = self.build(state_file=f"{self.mktemp()}/no/folder")
        error = self.assertRaises(ConfigError, self.rejecter, revoker)
        self.assertIn("state_file", str(error.where))

    def test_state_file_that_fails_later(self) -> None:
        """The filters turn even where the file cannot."""
        revoker = self.build(state_file=self.mktemp())
        rejects = self.rejecter(revoker)
        revoked = revoker._revoked(self.scope)
        revoked.add(["jti-1"])
        self.patch(revoked._journal, "rotate", self.broken)
        revoker.service(self.scope).startService()
        for _ in range(3):
            self.reactor.advance(60)
        self.assertFalse(rejects({"jti": "1"}))
        self.assertIn("ERROR [SERVICE: Bloomfilter] the state file", self.log.lines[-1])

    def broken(self) -> None:
        """A disk that is full."""
        raise OSError("no space left")

    def test_no_management(self) -> None:
        """Unless it is switched on nobody listens; KrakenD's port means nothing."""
        service = self.build().service(self.scope)
        service.startService()
        self.assertEqual(self.reactor.tcpServers, [])
        self.assertIn(
            "DEBUG [SERVICE: Bloomfilter] Service registered successfully",
            self.log.lines,
        )

    def test_management(self) -> None:
        """Switched on it listens where it is told to."""
        service = self.build(management=MANAGEMENT).service(self.scope)
        service.startService()
        ((port, _, _, interface),) = self.reactor.tcpServers
        self.assertEqual((port, interface), (8090, "127.0.0.1"))
        service.stopService()

    def test_open_management(self) -> None:
        """An address that others can reach is worth a warning."""
        management = {**MANAGEMENT, "address": "10.0.0.5"}
        self.build(management=management).service(self.scope).startService()
        self.assertTrue(any("WARNING" in line for line in self.log.lines))

    def test_workers(self) -> None:
        """Of several workers the first listens and writes, for all of them."""
        news = MemoryNews.of_workers(2)
        path = self.mktemp()
        for place in (1, 0):
            self.scope = service_scope(
                log=self.log, clock=self.reactor, news=news[place]
            )
            revoker = self.build(management=MANAGEMENT, state_file=path)
            revoker.service(self.scope).startService()
            self.assertEqual(not place, bool(self.reactor.tcpServers))
            self.assertEqual(not place, os.path.exists(path))

    def test_port_that_is_taken(self) -> None:
        """Where nobody can listen the gateway runs on, and says so."""

        def taken(*arguments: Any, **options: Any) -> Any:
            raise CannotListenError("127.0.0.1", 8090, OSError("in use"))

        self.patch(self.reactor, "listenTCP", taken)
        service = self.build(management=MANAGEMENT).service(self.scope)
        service.startService()
        service.stopService()
        self.assertIn("ERROR", self.log.lines[-1])
