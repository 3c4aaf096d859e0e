"""Tests of defaults, inheritance and checks."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import (
    BackendConfig,
    EndpointConfig,
    PluginConfig,
    ServerTLSConfig,
    ServiceConfig,
)
from krakendtw.config.resolve import resolve, resolve_nested
from krakendtw.config.structure import structure
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors

WHERE = ConfigPath(file="k.json")
BACKEND = [{"url_pattern": "/x"}]


def service(**data: Any) -> ServiceConfig:
    """The resolved configuration of a document of version 3."""
    return resolve(structure({"version": 3, "host": "h", **data}, WHERE), WHERE)


def endpoint(*, root: dict[str, Any] | None = None, **data: Any) -> EndpointConfig:
    """The resolved form of one endpoint."""
    data = {"endpoint": "/a", "backend": BACKEND, **data}
    return service(endpoints=[data], **(root or {})).endpoints[0]


class ServiceTests(SynchronousTestCase):
    """The root."""

    def test_defaults(self) -> None:
        """A document of nothing but its version is what the model holds by itself."""
        config = resolve(structure({"version": 3}, WHERE), WHERE)
        self.assertEqual(ServiceConfig(), config)
        self.assertEqual("k.json: $", str(config.where))

    def test_version(self) -> None:
        """Any other version is refused, and nothing else is looked at."""
        for version in (0, 2, 4):
            error: ConfigError = self.assertRaises(
                ConfigError, service, version=version, listen_ip="x"
            )
            self.assertEqual(f"unsupported version: {version} (want: 3)", error.message)

    def test_written(self) -> None:
        """What is written stays."""
        config = service(
            port=-1,
            timeout="-1s",
            cache_ttl="3s",
            output_encoding="xml",
            idle_timeout="5s",
            plugin={"folder": "p", "pattern": ".so", "strict": True},
            tls={},
        )
        self.assertEqual(
            (-1, -1.0, 3.0), (config.port, config.timeout, config.cache_ttl)
        )
        self.assertEqual(("xml", 5.0), (config.output_encoding, config.idle_timeout))
        self.assertEqual(PluginConfig("p", ".so", True), config.plugin)
        self.assertEqual(ServerTLSConfig(), config.tls)
        self.assertEqual(("http://h",), config.hosts)

    def test_dns_cache_ttl(self) -> None:
        """Values under a second have no effect."""
        for text, wanted in (("999ms", 30.0), ("1s", 1.0), ("0s", 30.0)):
            self.assertEqual(wanted, service(dns_cache_ttl=text).dns_cache_ttl)

    def test_listen_ip(self) -> None:
        """The address is one in digits, without a zone."""
        for address in ("127.0.0.1", "::1", "::ffff:1.2.3.4", ""):
            self.assertEqual(address, service(listen_ip=address).listen_ip)
        for address in ("localhost", "fe80::1%eth0", "127.1", "01.2.3.4"):
            error: ConfigErrors = self.assertRaises(
                ConfigErrors, service, listen_ip=address
            )
            self.assertIn(f"invalid ip address {address}", str(error))

    def test_all_errors(self) -> None:
        """Everything that is wrong is told at once, in lura's order."""
        error: ConfigErrors = self.assertRaises(
            ConfigErrors,
            service,
            host="h/x",
            listen_ip="x",
            async_agent=[{"backend": [{"host": "h/y"}]}],
            endpoints=[
                {"endpoint": "/__health"},
                {"endpoint": "/b", "backend": [{"url_pattern": "/{y}"}]},
            ],
        )
        self.assertEqual(
            [
                "$.listen_ip",
                "$.host[0]",
                "$.async_agent[0].backend[0].host[0]",
                "$.endpoints[0]",
                "$.endpoints[1].backend[0].url_pattern",
            ],
            [str(each.where).removeprefix("k.json: ") for each in error.errors],
        )


class EndpointTests(SynchronousTestCase):
    """Endpoints."""

    def test_defaults(self) -> None:
        """An endpoint of a path and a backend inherits the rest."""
        config = endpoint()
        self.assertEqual(EndpointConfig(path="/a", backends=config.backends), config)
        self.assertEqual("k.json: $.endpoints[0]", str(config.where))

    def test_inherits(self) -> None:
        """Timeout, cache and encoding come from the root; 0 is as not written."""
        root = {"timeout": "1s", "cache_ttl": "2s", "output_encoding": "string"}
        config = endpoint(root=root, timeout="0s", cache_ttl=0, concurrent_calls=0)
        self.assertEqual((1.0, 2.0), (config.timeout, config.cache_ttl))
        self.assertEqual(
            ("string", 1), (config.output_encoding, config.concurrent_calls)
        )
        self.assertEqual(1.0, config.backends[0].timeout)

    def test_own_values(self) -> None:
        """What is written stays, in the model's spelling."""
        config = endpoint(
            endpoint="b/{id}",
            method="post",
            timeout="1m",
            concurrent_calls=7,
            output_encoding="XML",
            input_headers=["x-foo", "*"],
            input_query_strings=["B", "a"],
            extra_config={"a/b": 1},
        )
        self.assertEqual(("/b/:id", "POST"), (config.path, config.method))
        self.assertEqual((60.0, 7), (config.timeout, config.concurrent_calls))
        self.assertEqual("XML", config.output_encoding)
        self.assertEqual(("X-Foo", "*"), config.input_headers)
        self.assertEqual(("B", "a"), config.input_query_strings)
        self.assertEqual({"a/b": 1}, dict(config.extra.raw))

    def test_parent_of_backends(self) -> None:
        """Backends know their endpoint and take its method."""
        backend = endpoint(endpoint="/{x}", method="put").backends[0]
        self.assertEqual(
            ("/:x", "PUT"), (backend.parent_endpoint, backend.parent_method)
        )
        self.assertEqual("PUT", backend.method)
        self.assertEqual("k.json: $.endpoints[0].backend[0]", str(backend.where))

    def test_relaxed_parameters(self) -> None:
        """With ``disable_rest`` a parameter may stand within a segment."""
        backend = [{"url_pattern": "/{x}"}]
        config = endpoint(
            root={"disable_rest": True}, endpoint="/a-{x}", backend=backend
        )
        self.assertEqual("/a-:x", config.path)
        self.assertRaises(ConfigErrors, endpoint, endpoint="/a-{x}", backend=backend)

    def test_noop_with_one_backend(self) -> None:
        """A no-op endpoint, by itself or by the root, has one no-op backend."""
        for given in (
            {"output_encoding": "no-op"},
            {"root": {"output_encoding": "no-op"}},
        ):
            self.assertEqual("no-op", endpoint(**given).backends[0].encoding)


class EndpointFaultTests(SynchronousTestCase):
    """What an endpoint is refused for."""

    def fault(self, **data: Any) -> str:
        """What is said of an endpoint."""
        error: ConfigErrors = self.assertRaises(ConfigErrors, endpoint, **data)
        return str(error)

    def test_reserved_path(self) -> None:
        """The method is told as it is written, which may be not at all."""
        self.assertEqual(
            "k.json: $.endpoints[0]: "
            "ignoring the ' /__debug/x' endpoint, since it is invalid!!!",
            self.fault(endpoint="/__debug/x"),
        )
        self.assertIn("'post /a*b'", self.fault(endpoint="/a*b", method="post"))

    def test_no_backends(self) -> None:
        """An endpoint needs a backend."""
        for backend in (None, [], {}):
            self.assertIn(
                "ignoring the ' /a' endpoint, since it has 0 backends defined!",
                self.fault(backend=backend),
            )

    def test_noop_with_two_backends(self) -> None:
        """A no-op endpoint cannot merge."""
        self.assertIn(
            "can not use NoOp encoding with more than one backends connected to the "
            "same endpoint",
            self.fault(output_encoding="no-op", backend=BACKEND * 2),
        )

    def test_noop_with_conditions(self) -> None:
        """Where each backend has something, its owner is to say whether it can."""
        each = [{**BACKEND[0], "extra_config": {"a": 1}}]
        config = endpoint(output_encoding="no-op", backend=each * 2)
        self.assertEqual(2, len(config.backends))
        self.fault(output_encoding="no-op", backend=[*each, *BACKEND])

    def test_backends_are_not_looked_at(self) -> None:
        """A refused endpoint's backends are not told of."""
        self.assertNotIn("host", self.fault(endpoint="/__echo", backend={"host": "/"}))


class AgentTests(SynchronousTestCase):
    """Async agents."""

    def test_defaults(self) -> None:
        """One worker, the root's timeout, a look at its health every second."""
        (agent,) = service(
            timeout="3s",
            async_agent=[
                {
                    "name": "n",
                    "consumer": {"topic": "t", "workers": -1},
                    "connection": {"health_interval": "10ms", "max_retries": 3},
                    "backend": BACKEND,
                }
            ],
        ).async_agents
        self.assertEqual(("n", "t", 1), (agent.name, agent.topic, agent.workers))
        self.assertEqual((3.0, 1.0), (agent.timeout, agent.health_interval))
        self.assertEqual(3, agent.max_retries)
        self.assertEqual(("http://h",), agent.backends[0].hosts)
        self.assertEqual(3.0, agent.backends[0].timeout)

    def test_written(self) -> None:
        """What is written stays."""
        (agent,) = service(
            async_agent={
                "consumer": {"timeout": "1s", "workers": 4, "max_rate": 1.5},
                "connection": {"health_interval": "2s"},
            }
        ).async_agents
        self.assertEqual((1.0, 4, 1.5), (agent.timeout, agent.workers, agent.max_rate))
        self.assertEqual(2.0, agent.health_interval)


class NestedTests(SynchronousTestCase):
    """Endpoints in place of a backend's exchange."""

    def nested(self, **data: Any) -> EndpointConfig:
        """A nested endpoint."""
        around = BackendConfig(method="PUT", timeout=3.0)
        given = {"endpoint": "/in/{x}", "backend": [{"url_pattern": "/{x}"}], **data}
        return resolve_nested(
            given, ServiceConfig(hosts=("http://h:1",)), around, WHERE / "w"
        )

    def test_taken_over(self) -> None:
        """Method and timeout are the backend's, hosts the service's."""
        config = self.nested()
        backend = config.backends[0]
        self.assertEqual(
            (config.path, config.method, config.timeout, config.output_encoding),
            ("/__workflow/in/:x", "PUT", 3.0, "json"),
        )
        self.assertEqual(
            (backend.url_pattern, backend.method, backend.hosts, backend.timeout),
            ("/{{.X}}", "PUT", ("http://h:1",), 3.0),
        )
        self.assertEqual("k.json: $.w.backend[0]", str(backend.where))

    def test_own(self) -> None:
        """What is written counts."""
        config = self.nested(timeout="1s", concurrent_calls=2, output_encoding="xml")
        self.assertEqual(
            (config.timeout, config.backends[0].concurrent_calls),
            (1.0, 2),
        )
        self.assertEqual("xml", config.output_encoding)

    def test_faults(self) -> None:
        """What is wrong is told with its place."""
        for data, wanted in (
            ({"backend": []}, "k.json: $.w.backend: one backend is wanted"),
            (
                {"backend": [{"url_pattern": "/{y}"}]},
                "k.json: $.w.backend[0].url_pattern: undefined output param 'y'!",
            ),
            ({"backend": [{"host": [":"]}]}, "k.json: $.w.backend[0].host[0]: "),
        ):
            error: ConfigErrors = self.assertRaises(ConfigErrors, self.nested, **data)
            self.assertIn(wanted, str(error))
