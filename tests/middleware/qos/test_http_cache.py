"""Tests of ``qos/http-cache``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import NotConfigured
from krakendtw.interfaces import IClientMiddleware
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.qos.http_cache import HTTPCache, configure
from krakendtw.testing import (
    MemoryNews,
    backend_scope,
    endpoint_scope,
    extra_config,
    fetch,
    service_scope,
)

if TYPE_CHECKING:
    from krakendtw.scope import ServiceScope

WHERE = ConfigPath() / "endpoints" / 0 / "backend" / 0 / "extra_config" / "x"


@frozen
class Failures:
    """What stands for ``backend/http``."""

    error_name: str = ""
    error_code: bool = False


@implementer(IAgent)
class Counter:
    """Numbers its answers, which stay fresh for a hundred years."""

    def __init__(self, status: int = 200, **headers: str) -> None:
        self.count = 0
        self._status = status
        self._headers = {name.replace("_", "-"): [headers[name]] for name in headers}

    def request(self, *_: Any, **__: Any) -> Deferred[Any]:
        """The next answer."""
        self.count += 1
        fields = {
            "Date": ["Thu, 01 Jan 2026 00:00:00 GMT"],
            "Cache-Control": ["max-age=3200000000"],
        }
        body = b"%d" % self.count
        return succeed(MemoryResponse(self._status, fields | self._headers, body))


class CacheTestCase(SynchronousTestCase):
    """Backends of one gateway with caches."""

    def setUp(self) -> None:
        self.service = service_scope()

    def agent(
        self,
        raw: Any,
        agent: Any = None,
        *,
        service: ServiceScope | None = None,
        backend: BackendConfig | None = None,
        **others: Any,
    ) -> Any:
        """The agent of one more backend."""
        settings = configure(raw, WHERE)
        verifyObject(IClientMiddleware, settings)
        extra = extra_config({"qos/http-cache": settings, **others})
        scope = backend_scope(
            evolve(backend or BackendConfig(), extra=extra),
            endpoint_scope(service=service or self.service),
        )
        return settings.wrap_agent(scope, agent or Counter())

    def ask(self, agent: Any, path: str = "a") -> str:
        """A body."""
        asked = fetch(agent, url=f"http://h/{path}")
        return self.successResultOf(asked).body.decode()


class StoreTests(CacheTestCase):
    """Which answers lie together, and how many."""

    def test_own(self) -> None:
        """Each backend has its own store."""
        counter = Counter()
        one, two = self.agent({}, counter), self.agent({}, counter)
        self.assertEqual([self.ask(one), self.ask(one)], ["1", "1"])
        self.assertEqual(self.ask(two), "2")

    def test_workers(self) -> None:
        """A gateway's workers have the same stores."""
        counter = Counter()
        workers = [service_scope(news=news) for news in MemoryNews.of_workers(2)]
        for raw in ({}, {"shared": True}, {"max_size": 10000, "max_items": 10}):
            one, two = (self.agent(raw, counter, service=each) for each in workers)
            self.assertEqual(self.ask(one), self.ask(two))
        self.assertEqual(3, counter.count)

    def test_shared(self) -> None:
        """Shared stores are two for a gateway, with limits and without."""
        counter = Counter()
        limits = {"max_size": 10000, "max_items": 10}
        plain = [self.agent({"shared": True}, counter) for _ in "12"]
        limited = [self.agent({"shared": True, **limits}, counter) for _ in "12"]
        found = [self.ask(agent) for agent in (*plain, *limited)]
        self.assertEqual(found, ["1", "1", "2", "2"])

    def test_other_gateway(self) -> None:
        """Another gateway has its own."""
        counter = Counter()
        self.ask(self.agent({"shared": True}, counter))
        other = self.agent({"shared": True}, counter, service=service_scope())
        self.assertEqual(self.ask(other), "2")

    def test_first_limits(self) -> None:
        """The limits of a shared store are its first backend's."""
        counter = Counter()
        self.agent({"shared": True, "max_size": 10000, "max_items": 9}, counter)
        agent = self.agent({"shared": True, "max_size": 1, "max_items": 1}, counter)
        self.assertEqual([self.ask(agent), self.ask(agent)], ["1", "1"])

    def test_items(self) -> None:
        """Both limits together count the answers."""
        agent = self.agent({"max_size": 10000, "max_items": 1})
        found = [self.ask(agent, path) for path in "aabba"]
        self.assertEqual(found, ["1", "1", "2", "2", "3"])

    def test_size(self) -> None:
        """Both limits together count the bytes."""
        agent = self.agent({"max_size": 10, "max_items": 10})
        self.assertEqual([self.ask(agent), self.ask(agent)], ["1", "2"])

    def test_half_a_limit(self) -> None:
        """One of them alone limits nothing."""
        agent = self.agent({"max_items": 1})
        self.assertEqual([self.ask(agent, path) for path in "aba"], ["1", "2", "1"])


class ReadTests(CacheTestCase):
    """Whose bodies the gateway reads."""

    def is_kept(self, status: int, *, encoding: str = "json", **more: Any) -> bool:
        """Whether the answer with this status is."""
        others = {"backend/http": more.pop("failures")} if "failures" in more else {}
        agent = self.agent(
            {},
            Counter(status, **more),
            backend=BackendConfig(encoding=encoding),
            **others,
        )
        return self.ask(agent) == self.ask(agent)

    def test_decoded(self) -> None:
        """A decoder reads 200 and 201."""
        found = [self.is_kept(status) for status in (200, 201, 202, 206, 404, 500)]
        self.assertEqual(found, [True, True, False, False, False, False])

    def test_noop(self) -> None:
        """No-op reads everything."""
        self.assertTrue(self.is_kept(404, encoding="no-op"))

    def test_failures_passed_on(self) -> None:
        """Failures that are passed on are read."""
        self.assertTrue(self.is_kept(404, failures=Failures(error_name="x")))
        self.assertTrue(self.is_kept(404, failures=Failures(error_code=True)))
        self.assertFalse(self.is_kept(404, failures=Failures()))

    def test_redirects(self) -> None:
        """Redirects are read if they are short, before they are followed."""
        self.assertTrue(self.is_kept(302, Location="/b"))
        self.assertTrue(self.is_kept(302, Location="/b", Content_Length="2048"))
        self.assertFalse(self.is_kept(302, Location="/b", Content_Length="2049"))
        self.assertFalse(self.is_kept(302))


class ConfigureTests(CacheTestCase):
    """What becomes of the configuration."""

    def test_names_in_any_case(self) -> None:
        """Go takes the names of options in any case."""
        raw = {"Shared": True, "MAX_SIZE": 5.0, "max_items": None}
        self.assertEqual(configure(raw, WHERE), HTTPCache(True, 5, 0))

    def test_wrong_types(self) -> None:
        """A value of a wrong type leaves a cache of its own without limits."""
        for raw in (
            [1],
            "x",
            {"shared": "true"},
            {"shared": True, "max_size": -5, "max_items": 1},
            {"shared": True, "max_size": 1.5, "max_items": 1},
        ):
            self.assertEqual(configure(raw, WHERE), HTTPCache())

    def test_null(self) -> None:
        """``null`` is there, and says nothing."""
        self.assertEqual(configure(None, WHERE), HTTPCache())

    def test_place(self) -> None:
        """It has an effect in a backend's part only."""
        for where in (ConfigPath(), ConfigPath() / "endpoints" / 0):
            self.assertRaises(NotConfigured, configure, {}, where / "extra_config")

    def test_somewhere_else(self) -> None:
        """Settings that do not stand in the backend's own part do nothing."""
        settings = configure({}, WHERE)
        config = ServiceConfig(extra=extra_config({"qos/http-cache": settings}))
        scope = backend_scope(endpoint=endpoint_scope(service=service_scope(config)))
        agent = Counter()
        self.assertIs(settings.wrap_agent(scope, agent), agent)  # type: ignore[arg-type]
