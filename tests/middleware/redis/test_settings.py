"""Tests of ``redis``."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import SynchronousTestCase, TestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.interfaces import IRateLimitStores, IServiceMiddleware
from krakendtw.middleware.redis.settings import Redis, configure
from krakendtw.testing import service_scope
from tests.middleware.redis.server import RedisServer

WHERE = ConfigPath(("extra_config", "redis"))


def pool(**keys: Any) -> dict[str, Any]:
    """A configuration of one server."""
    return {"connection_pools": [{"name": "r", "address": "localhost:6379", **keys}]}


class ConfigureTests(SynchronousTestCase):
    """From keys to connections."""

    def read(self, **keys: Any) -> Any:
        """The connection of these keys."""
        return configure(pool(**keys), WHERE).connections["r"]

    def refused(self, raw: Any) -> str:
        """What is said of a configuration that is refused."""
        return str(self.assertRaises(ConfigErrors, configure, raw, WHERE))

    def test_defaults(self) -> None:
        """A name and an address are enough."""
        read = self.read()
        self.assertEqual((("localhost", 6379),), read.addresses)
        self.assertEqual(
            (1, 5.0, 0.5), (read.connections, read.dial_timeout_s, read.answer_limit_s)
        )

    def test_all_keys(self) -> None:
        """Every key of the schema is taken."""
        read = self.read(
            user_name="u",
            password="p",
            client_name="c",
            db=3,
            dial_timeout="1s",
            pool_size=5,
            pool_timeout="100ms",
            min_idle_conns=3,
            max_idle_conns=0,
            max_active_conns=2,
            conn_max_idle_time="30m",
            conn_max_life_time="1h",
            max_retries=-1,
            min_retry_backoff="1ms",
            max_retry_backoff="1s",
            opentelemetry={"disable_metrics": True},
            tls={"allow_insecure_connections": True},
        )
        self.assertEqual(
            ("u", "p", "c", 3),
            (read.user_name, read.password, read.client_name, read.db),
        )
        self.assertEqual(
            (2, 1.0, 0.1), (read.connections, read.dial_timeout_s, read.answer_limit_s)
        )
        self.assertEqual((0.001, 1.0), (read.min_retry_s, read.max_retry_s))
        self.assertTrue(read.tls.allow_insecure)

    def test_password_is_not_shown(self) -> None:
        """The password stands in no representation."""
        self.assertNotIn("geheim", repr(configure(pool(password="geheim"), WHERE)))

    def test_addresses(self) -> None:
        """Host, host and port, and IPv6."""
        for text, address in (
            ("redis", ("redis", 6379)),
            ("redis:1", ("redis", 1)),
            ("[::1]:7", ("::1", 7)),
            ("[::1]", ("::1", 6379)),
        ):
            self.assertEqual((address,), self.read(address=text).addresses)

    def test_bad_address(self) -> None:
        """A port is a number."""
        for text in ("redis:x", "redis:0", "redis:70000", ""):
            self.assertIn("address", self.refused(pool(address=text)))

    def test_answers_are_not_waited_for_longer(self) -> None:
        """However long a pool may be waited for, an answer is not."""
        self.assertEqual(0.5, self.read(pool_timeout="1m").answer_limit_s)
        self.assertEqual(0.5, self.read(pool_timeout="0s").answer_limit_s)

    def test_database(self) -> None:
        """An example's spelling of ``db`` is understood."""
        self.assertEqual(4, self.read(database=4).db)

    def test_cluster(self) -> None:
        """A cluster has several addresses."""
        raw = {
            "clusters": [{"name": "c", "addresses": ["a:1", "b:2"], "max_redirects": 5}]
        }
        read = configure(raw, WHERE).connections["c"]
        self.assertTrue(read.is_cluster)
        self.assertEqual((("a", 1), ("b", 2)), read.addresses)
        self.assertEqual(5, read.max_redirects)

    def test_names_are_unique(self) -> None:
        """No two connections have one name."""
        raw = {**pool(), "clusters": [{"name": "r", "addresses": ["a:1"]}]}
        self.assertIn("is taken already", self.refused(raw))

    def test_nonsense(self) -> None:
        """What cannot be meant is said, all at once."""
        raw = {
            "connection_pools": [{"name": "", "address": "x"}, 5, {"adress": "x"}],
            "clusters": [{"name": "c", "addresses": []}],
        }
        message = self.refused(raw)
        for part in ("[0].name", "[1]", "adress: no such key", "addresses"):
            self.assertIn(part, message)

    def test_only_at_the_service(self) -> None:
        """On an endpoint it has no effect and is refused."""
        where = ConfigPath(("endpoints", 0, "extra_config", "redis"))
        self.assertRaises(ConfigError, configure, pool(), where)


class StoresTests(SynchronousTestCase):
    """Stores behind the connections."""

    def test_promises(self) -> None:
        """It keeps the interfaces' promises."""
        verifyObject(IRateLimitStores, Redis({}))
        verifyObject(IServiceMiddleware, Redis({}))

    def test_by_name(self) -> None:
        """A connection has one client, an unknown name none."""
        redis = configure(pool(), WHERE)
        scope = service_scope()
        first: Any = redis.rate_limit_store(scope, "r", True)
        second: Any = redis.rate_limit_store(scope, "r", False)
        self.assertIs(first.client, second.client)
        self.assertEqual(
            (True, False), (first.allow_on_failure, second.allow_on_failure)
        )
        self.assertIsNone(redis.rate_limit_store(scope, "x", True))


class ServiceTests(TestCase):
    """Connections that live as long as the gateway."""

    timeout = 20

    @inlineCallbacks
    def test_life(self) -> Any:
        """They are made when it starts, and ended with it."""
        from twisted.internet import reactor, task

        server = RedisServer()
        self.addCleanup(server.close)
        clock: Any = reactor
        redis = configure(
            pool(address=f"127.0.0.1:{server.port}", client_name="gate"), WHERE
        )
        scope = service_scope(clock=clock)
        redis.rate_limit_store(scope, "r", False)
        service = redis.service(scope)
        service.startService()
        while "name=gate" not in server.command("CLIENT", "LIST"):
            yield task.deferLater(clock, 0.01, lambda: None)
        yield service.stopService()
        while "name=gate" in server.command("CLIENT", "LIST"):
            yield task.deferLater(clock, 0.01, lambda: None)
